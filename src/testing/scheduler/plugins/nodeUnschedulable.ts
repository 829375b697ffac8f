import type { Taint } from '../../../api/types.ts';
import { isTolerated } from '../selectors.ts';
import { type OraclePlugin, unresolvable } from '../world.ts';

const TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

export const nodeUnschedulable: OraclePlugin = {
  name: 'NodeUnschedulable',
  reject(pod, node) {
    if (!node.unschedulable || isTolerated(TAINT, pod.spec.tolerations)) return undefined;
    return unresolvable('node(s) were unschedulable');
  },
};

import { isTolerated } from '../selectors.ts';
import { normalized, type OraclePlugin, unresolvable } from '../world.ts';

export const taintToleration: OraclePlugin = {
  name: 'TaintToleration',

  reject(pod, node, { minorVersion }) {
    for (const taint of node.taints) {
      if (taint.effect === 'PreferNoSchedule' || isTolerated(taint, pod.spec.tolerations)) continue;
      if (minorVersion >= 34) return unresolvable('node(s) had untolerated taint(s)');
      return unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value}}`);
    }
    return undefined;
  },

  /** Fewer untolerated PreferNoSchedule taints are better; only tolerations of that effect count. */
  score(pod, nodes) {
    const tolerations = pod.spec.tolerations.filter(({ effect }) => effect === '' || effect === 'PreferNoSchedule');
    const counts = nodes.map(
      (node) =>
        node.taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !isTolerated(taint, tolerations)).length,
    );
    return normalized(counts).map((score) => 100 - score);
  },
};

import { type OraclePlugin, unresolvable } from '../world.ts';

export const nodeName: OraclePlugin = {
  name: 'NodeName',
  reject(pod, node) {
    if (pod.spec.nodeName === '' || pod.spec.nodeName === node.name) return undefined;
    return unresolvable("node(s) didn't match the requested node name");
  },
};

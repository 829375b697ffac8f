import type { HostPort } from '../../../api/types.ts';
import { type OraclePlugin, podsOn, unschedulable } from '../world.ts';

const EVERY_ADDRESS = '0.0.0.0';

function conflict(a: HostPort, b: HostPort): boolean {
  const [addressA, addressB] = [a.hostIP || EVERY_ADDRESS, b.hostIP || EVERY_ADDRESS];
  if ((a.protocol || 'TCP') !== (b.protocol || 'TCP') || a.port !== b.port) return false;
  return addressA === addressB || addressA === EVERY_ADDRESS || addressB === EVERY_ADDRESS;
}

export const nodePorts: OraclePlugin = {
  name: 'NodePorts',
  reject(pod, node, world) {
    const taken = podsOn(world, node).flatMap(({ spec }) => spec.hostPorts);
    if (!pod.spec.hostPorts.some((port) => taken.some((other) => conflict(port, other)))) return undefined;
    return unschedulable("node(s) didn't have free ports for the requested pod ports");
  },
};

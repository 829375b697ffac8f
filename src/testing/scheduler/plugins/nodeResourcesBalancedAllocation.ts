import { offeredBy, requestsOf } from '../requests.ts';
import type { OraclePlugin, World, WorldNode, WorldPod } from '../world.ts';
import { requestedOn } from './nodeResourcesFit.ts';

/** 100 where all fractions are equal; less by their standard deviation. */
function balance(fractions: readonly number[]): number {
  let deviation = 0;
  if (fractions.length === 2) deviation = Math.abs((fractions[0]! - fractions[1]!) / 2);
  else if (fractions.length > 2) {
    const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
    const squares = fractions.reduce((sum, fraction) => sum + (fraction - mean) * (fraction - mean), 0);
    deviation = Math.sqrt(squares / fractions.length);
  }
  return Math.trunc((1 - deviation) * 100);
}

function scoreOf(pod: WorldPod, node: WorldNode, world: World, names: readonly string[]): number {
  const requests = requestsOf(pod.spec);
  const offered = offeredBy(node.allocatable);
  const counted = names.filter((name) => {
    const isExtended = name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage';
    return (offered.get(name) ?? 0) > 0 && !(isExtended && (requests.get(name) ?? 0) === 0);
  });
  const fractions = (isWithPod: boolean) =>
    counted.map((name) => {
      const used = requestedOn(world, node, name, requestsOf) + (isWithPod ? (requests.get(name) ?? 0) : 0);
      return Math.min(1, used / offered.get(name)!);
    });
  const withPod = balance(fractions(true));
  if (world.minorVersion < 36) return withPod;
  return 50 + Math.trunc((50 + withPod - balance(fractions(false))) / 2);
}

export function nodeResourcesBalancedAllocation(names: readonly string[] = ['cpu', 'memory']): OraclePlugin {
  return {
    name: 'NodeResourcesBalancedAllocation',
    score(pod, nodes, world) {
      const requests = requestsOf(pod.spec);
      const isBestEffort = names.every((name) => (requests.get(name) ?? 0) === 0);
      if (world.minorVersion >= 33 && isBestEffort) return undefined;
      return nodes.map((node) => scoreOf(pod, node, world, names));
    },
  };
}

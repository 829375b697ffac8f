import type { Cluster } from '../cluster/index.ts';
import type { NodeGroup } from '../controllers/clusterautoscaler/nodeGroup.ts';
import { isRandom, sampleMicros } from '../kernel/distribution.ts';
import type { PoolAutoscaling } from '../scenario/autoscaling.ts';
import { joinNode, PLATFORM_LABELS } from '../scenario/nodes.ts';
import { nodeNames } from '../scenario/pools.ts';
import type { NodePool } from '../scenario/types.ts';

/** The pools that an autoscaler may change, as it sees them. */
export function nodeGroups(cluster: Cluster, pools: readonly NodePool[]): NodeGroup[] {
  return pools.flatMap((pool) => (pool.autoscale === undefined ? [] : [nodeGroup(cluster, pool, pool.autoscale)]));
}

/** How long a node takes depends on the seed and its name alone: variants of a sweep wait equally long for it. */
function nodeGroup(cluster: Cluster, pool: NodePool, { min, max, provisioningDelay }: PoolAutoscaling): NodeGroup {
  let next = pool.count;
  let draws = 0;
  const stream = (name: string) => () => cluster.streams.stream(`provisioningDelay/${name}`);
  return {
    name: pool.name,
    minSize: min,
    maxSize: max,
    allocatable: pool.allocatable,
    labels: { ...PLATFORM_LABELS, ...pool.labels },
    taints: pool.taints,
    zones: pool.zones.length === 0 ? [''] : [...new Set(pool.zones)],
    initialNodes: nodeNames(pool),
    nextName: () => {
      // A step may have added nodes of such names.
      while (cluster.nodes.lastRowOf(`${pool.name}-${next}`) !== -1) next++;
      return `${pool.name}-${next++}`;
    },
    provisioningMicros: (name) =>
      sampleMicros(provisioningDelay, isRandom(provisioningDelay) ? stream(name) : noStream, draws++),
    createNode: (name, zone) => joinNode(cluster, pool, name, zone),
  };
}

function noStream(): never {
  throw new Error('a time that is not random asked for a random stream');
}

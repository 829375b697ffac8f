import { formatBytes, formatCpu } from '../api/quantity.ts';
import type { JsonObject, NodeManifest } from '../api/types.ts';
import { type Cluster, HOSTNAME_LABEL, ZONE_LABEL } from '../cluster/index.ts';
import type { NodePool, Scenario } from './types.ts';

const PLATFORM_LABELS = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };

/** Creates the nodes of a scenario, its pools before the Node objects, as if they had always been there. */
export function createNodes(cluster: Cluster, scenario: Scenario): void {
  for (const pool of scenario.pools) {
    for (let index = 0; index < pool.count; index++) createNode(cluster, poolNode(pool, index));
  }
  for (const object of scenario.objects) if (object.kind === 'Node') createNode(cluster, object);
}

/** A kubelet labels its node when it registers; labels that the input gives win. */
function createNode(cluster: Cluster, node: NodeManifest): void {
  const labels = { ...PLATFORM_LABELS, [HOSTNAME_LABEL]: node.meta.name, ...node.meta.labels };
  cluster.nodeObjects.create({
    ...node,
    meta: { ...node.meta, labels },
    uid: cluster.allocateUid(),
    generation: 1,
    creationMicros: cluster.kernel.nowMicros,
    ownerUid: -1,
  });
}

/** The `index`-th node of a pool, with its zone. */
function poolNode(pool: NodePool, index: number): NodeManifest {
  const name = `${pool.name}-${index}`;
  const zone = pool.zones.length === 0 ? {} : { [ZONE_LABEL]: pool.zones[index % pool.zones.length]! };
  const labels = { ...zone, ...pool.labels };
  const { cpuMilli, memoryBytes, ephemeralStorageBytes, pods, extended } = pool.allocatable;
  const manifest: JsonObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: pool.taints.length === 0 ? {} : { taints: pool.taints.map((taint) => ({ ...taint })) },
    status: {
      allocatable: {
        cpu: formatCpu(cpuMilli),
        memory: formatBytes(memoryBytes),
        'ephemeral-storage': formatBytes(ephemeralStorageBytes),
        pods: String(pods),
        ...Object.fromEntries([...extended].map(([resource, amount]) => [resource, String(amount)])),
      },
    },
  };
  return {
    kind: 'Node',
    meta: { namespace: '', name, labels, annotations: {} },
    unschedulable: false,
    taints: pool.taints,
    allocatable: pool.allocatable,
    images: [],
    manifest,
  };
}

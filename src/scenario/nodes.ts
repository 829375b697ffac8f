import { objectAt, objectsAt } from '../api/decode/read.ts';
import { formatBytes, formatCpu } from '../api/quantity.ts';
import type { JsonObject, NodeManifest, Taint } from '../api/types.ts';
import {
  type ApiError,
  admitNode,
  type Cluster,
  call,
  HOSTNAME_LABEL,
  isSameTaint,
  type Node,
  type NodeReadiness,
  type Process,
  TAINT_NODE_NOT_READY,
  TAINT_NODE_UNREACHABLE,
  TAINT_NODE_UNSCHEDULABLE,
  withTaints,
  ZONE_LABEL,
} from '../cluster/index.ts';
import type { NodePool, Scenario } from './types.ts';

export const PLATFORM_LABELS = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };

/** Creates the nodes of a scenario, its pools before the Node objects, as if they had always been there. */
export function createNodes(cluster: Cluster, scenario: Scenario): void {
  const add = scenario.state === undefined ? createNode : addExistingNode;
  for (const pool of scenario.pools) {
    for (let index = 0; index < pool.count; index++) add(cluster, settled(poolNode(pool, index)));
  }
  for (const object of scenario.objects) if (object.kind === 'Node') add(cluster, settled(object));
}

/** The pods of a state find their nodes there. */
function addExistingNode(cluster: Cluster, node: NodeManifest): void {
  cluster.nodeObjects.addExisting(storedNode(cluster, node));
}

/** Has the nodes of a pool join: one after the other, their kubelets register them. */
export function* joinNodes(cluster: Cluster, pool: NodePool): Process<ApiError | undefined> {
  for (let index = 0; index < pool.count; index++) {
    const { error } = yield call(() => createNode(cluster, admitNode(poolNode(pool, index))));
    if (error !== undefined) return error;
  }
  return undefined;
}

/**
 * Has one more node of a pool register itself.
 *
 * @param zone empty: in none
 */
export function joinNode(cluster: Cluster, pool: NodePool, name: string, zone: string): ApiError | undefined {
  return createNode(cluster, admitNode(namedNode(pool, name, zone)));
}

/** What the node lifecycle controller has long made of a node that was cordoned, or not ready, before the start. */
function settled(node: NodeManifest): NodeManifest {
  const status = givenReadiness(node)?.status;
  const key = status === 'Unknown' ? TAINT_NODE_UNREACHABLE : TAINT_NODE_NOT_READY;
  const wanted: Taint[] = [
    ...(node.unschedulable ? [{ key: TAINT_NODE_UNSCHEDULABLE, value: '', effect: 'NoSchedule' } as const] : []),
    ...(status === undefined
      ? []
      : (['NoSchedule', 'NoExecute'] as const).map((effect) => ({ key, value: '', effect }))),
  ];
  const missing = wanted.filter((taint) => !node.taints.some((other) => isSameTaint(other, taint)));
  return missing.length === 0 ? node : withTaints(node, [...node.taints, ...missing]);
}

/** The condition Ready of a Node in the input, where it is not True. */
function givenReadiness({ manifest }: NodeManifest): Omit<NodeReadiness, 'sinceMicros'> | undefined {
  const ready = objectsAt(objectAt(manifest, 'status'), 'conditions').find(({ type }) => type === 'Ready');
  const { status, reason, message } = ready ?? {};
  if (status !== 'False' && status !== 'Unknown') return undefined;
  return { status, reason: String(reason ?? ''), message: String(message ?? '') };
}

/** A kubelet labels its node when it registers; labels that the input gives win. */
function createNode(cluster: Cluster, node: NodeManifest): ApiError | undefined {
  return cluster.nodeObjects.create(storedNode(cluster, node));
}

function storedNode(cluster: Cluster, node: NodeManifest): Omit<Node, 'resourceVersion'> {
  const labels = { ...PLATFORM_LABELS, [HOSTNAME_LABEL]: node.meta.name, ...node.meta.labels };
  const readiness = givenReadiness(node);
  return {
    ...node,
    ...(readiness && { readiness: { ...readiness, sinceMicros: cluster.kernel.nowMicros } }),
    meta: { ...node.meta, labels },
    uid: cluster.allocateUid(),
    generation: 1,
    creationMicros: cluster.kernel.nowMicros,
    ownerUid: -1,
  };
}

/** The `index`-th node of a pool, with its zone. */
function poolNode(pool: NodePool, index: number): NodeManifest {
  return namedNode(pool, `${pool.name}-${index}`, pool.zones[index % pool.zones.length] ?? '');
}

function namedNode(pool: NodePool, name: string, zone: string): NodeManifest {
  const labels = { ...(zone === '' ? {} : { [ZONE_LABEL]: zone }), ...pool.labels };
  const { cpuMilli, memoryBytes, ephemeralStorageBytes, pods, extended } = pool.allocatable;
  const images = pool.images.map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes }));
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
      ...(images.length > 0 && { images }),
    },
  };
  return {
    kind: 'Node',
    meta: { namespace: '', name, labels, annotations: {} },
    unschedulable: false,
    taints: pool.taints,
    allocatable: pool.allocatable,
    images: pool.images,
    manifest,
  };
}

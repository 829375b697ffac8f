import { doHostPortsConflict } from '../api/hostPorts.ts';
import { matchesNodeSelector, matchesTerm } from '../api/nodeSelectorMatch.ts';
import type { HostPort, PodSpec, ResourceAmounts } from '../api/types.ts';
import {
  type Cluster,
  type CompiledTemplate,
  findUntoleratedTaint,
  type Node,
  POD_BOUND,
  POD_EXISTS,
  POD_FINISHED,
} from '../cluster/index.ts';

/** Why a kubelet does not take a pod; in upstream's words. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** What the pods that a kubelet has taken already use of its node. */
interface NodeUsage {
  pods: number;
  cpuMilli: number;
  memoryBytes: number;
  ephemeralStorageBytes: number;
  readonly extended: Map<string, number>;
  readonly hostPorts: HostPort[];
}

const PREDICATE_DESCRIPTIONS = {
  NodeAffinity: "node(s) didn't match Pod's node affinity/selector",
  NodePorts: "node(s) didn't have free ports for the requested pod ports",
  TaintToleration: "node(s) had taints that the pod didn't tolerate",
} as const;

/**
 * The kubelet's own look at a pod (upstream's `predicateAdmitHandler`): resources, node affinity, host ports, NoExecute
 * taints, in this order; the first that fails counts. It is made for pods that name their node, as the scheduler has
 * looked at all others.
 *
 * @param isRejected pods that this kubelet did not take
 * @returns undefined: the pod may run.
 */
export function checkAdmission(
  cluster: Cluster,
  pod: number,
  isRejected: (pod: number) => boolean,
): Rejection | undefined {
  const node = cluster.nodes.objects[cluster.pods.node[pod]!];
  if (node === undefined) return undefined;
  const template = cluster.templateOf(pod);
  const usage = usageBefore(cluster, pod, isRejected);
  return insufficientResource(template, node, usage) ?? failedPredicate(template.spec, node, usage);
}

function usageBefore(cluster: Cluster, pod: number, isRejected: (pod: number) => boolean): NodeUsage {
  const { pods, nodes } = cluster;
  const usage: NodeUsage = {
    pods: 0,
    cpuMilli: 0,
    memoryBytes: 0,
    ephemeralStorageBytes: 0,
    extended: new Map(),
    hostPorts: [],
  };
  const row = pods.node[pod]!;
  for (let other = nodes.firstPod[row]!; other !== -1; other = pods.nextOnNode[other]!) {
    const seen = pods.observed[other]! & (POD_EXISTS | POD_BOUND | POD_FINISHED);
    if (other === pod || seen !== (POD_EXISTS | POD_BOUND) || isRejected(other)) continue;
    count(usage, cluster.templateOf(other));
  }
  return usage;
}

function count(usage: NodeUsage, { requests, spec }: CompiledTemplate): void {
  usage.pods++;
  usage.cpuMilli += requests.cpuMilli;
  usage.memoryBytes += requests.memoryBytes;
  usage.ephemeralStorageBytes += requests.ephemeralStorageBytes;
  for (const [name, amount] of requests.extended) usage.extended.set(name, (usage.extended.get(name) ?? 0) + amount);
  usage.hostPorts.push(...spec.hostPorts);
}

/** Upstream's `noderesources.Fits`; extended resources that the node does not have are none of the kubelet's business. */
function insufficientResource({ requests }: CompiledTemplate, node: Node, usage: NodeUsage): Rejection | undefined {
  const capacity: ResourceAmounts & { readonly pods: number } = node.allocatable;
  const amounts: [resource: string, requested: number, used: number, capacity: number][] = [
    ['pods', 1, usage.pods, capacity.pods],
    ['cpu', requests.cpuMilli, usage.cpuMilli, capacity.cpuMilli],
    ['memory', requests.memoryBytes, usage.memoryBytes, capacity.memoryBytes],
    ['ephemeral-storage', requests.ephemeralStorageBytes, usage.ephemeralStorageBytes, capacity.ephemeralStorageBytes],
  ];
  for (const [name, amount] of requests.extended) {
    const has = capacity.extended.get(name);
    if (has !== undefined) amounts.push([name, amount, usage.extended.get(name) ?? 0, has]);
  }
  const short = amounts.find(([, requested, used, has]) => requested > 0 && requested > has - used);
  if (short === undefined) return undefined;
  const [resource, requested, used, has] = short;
  const numbers = `requested: ${requested}, used: ${used}, capacity: ${has}`;
  return rejection(`OutOf${resource}`, `Node didn't have enough resource: ${resource}, ${numbers}`);
}

function failedPredicate(spec: PodSpec, node: Node, usage: NodeUsage): Rejection | undefined {
  const name = firstFailing(spec, node, usage);
  return name === undefined ? undefined : rejection(name, `Predicate ${name} failed: ${PREDICATE_DESCRIPTIONS[name]}`);
}

function firstFailing(spec: PodSpec, node: Node, usage: NodeUsage): keyof typeof PREDICATE_DESCRIPTIONS | undefined {
  const { labels, name } = node.meta;
  const { required } = spec.nodeAffinity;
  if (!matchesNodeSelector(spec.nodeSelector, labels)) return 'NodeAffinity';
  if (required !== undefined && !required.some((term) => matchesTerm(term, labels, name))) return 'NodeAffinity';
  if (doHostPortsConflict(spec.hostPorts, usage.hostPorts)) return 'NodePorts';
  const isUntolerated = findUntoleratedTaint(spec.tolerations, node.taints, ['NoExecute']) !== undefined;
  return isUntolerated ? 'TaintToleration' : undefined;
}

function rejection(reason: string, message: string): Rejection {
  return { reason, message: `Pod was rejected: ${message}` };
}

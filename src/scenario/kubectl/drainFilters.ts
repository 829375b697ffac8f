/** Which pods of a node `kubectl drain` removes, and what it says of the others (upstream's pkg/drain/filters.go). */
import { type LabelSelector, labelsMatch } from '../../api/selector.ts';
import { notFound } from '../../cluster/apiError.ts';
import { truncateToSecond } from '../../cluster/availability.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { RESOURCES } from '../../cluster/objects.ts';
import { POD_FINISHED, POD_TERMINATING } from '../../cluster/podTable.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';

/** Upstream's `MirrorPodAnnotationKey`. */
const MIRROR_POD_ANNOTATION = 'kubernetes.io/config.mirror';

const DAEMON_SET_FATAL = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const DAEMON_SET_WARNING = 'ignoring DaemonSet-managed Pods';
const LOCAL_STORAGE_FATAL = 'Pods with local storage (use --delete-emptydir-data to override)';
const LOCAL_STORAGE_WARNING = 'deleting Pods with local storage';
const UNMANAGED_FATAL = 'Pods that declare no controller (use --force to override)';
const UNMANAGED_WARNING = 'deleting Pods that declare no controller';

export interface DrainFilterOptions {
  readonly ignoresDaemonSets: boolean;
  readonly deletesEmptyDirData: boolean;
  readonly isForced: boolean;
  readonly podSelector: LabelSelector | undefined;
  /** Terminating pods whose deletionTimestamp is older are passed over; 0: none. */
  readonly skipWaitForDeleteTimeoutSeconds: number;
}

/** A pod to remove; the uid tells it from a later one of the same row. */
export interface DrainedPod {
  readonly pod: number;
  readonly podUid: number;
  readonly namespace: string;
  readonly name: string;
}

export interface DrainList {
  /** By namespace and name. */
  readonly pods: readonly DrainedPod[];
  /** Empty without any. */
  readonly warnings: string;
  /** Why nothing may be removed at all. */
  readonly errors: readonly string[];
}

/** What becomes of one pod, and what is said of it. */
interface Verdict {
  readonly isRemoved: boolean;
  readonly warning?: string;
  readonly error?: string;
}

type Filter = (cluster: Cluster, pod: number, options: DrainFilterOptions) => Verdict;

const REMOVED: Verdict = { isRemoved: true };

/** Upstream's `GetPodsForDeletion`. */
export function podsForDeletion(cluster: Cluster, node: string, options: DrainFilterOptions): DrainList {
  const pods: DrainedPod[] = [];
  const warnings = new Map<string, string[]>();
  const errors = new Map<string, string[]>();
  for (const pod of podsOnNode(cluster, node, options.podSelector)) {
    const { isRemoved, warning, error } = verdictOn(cluster, pod.pod, options);
    if (isRemoved) pods.push(pod);
    const named = `${pod.namespace}/${pod.name}`;
    if (warning !== undefined) file(warnings, warning, named);
    if (error !== undefined) file(errors, error, named);
  }
  return { pods, warnings: listed(warnings).join('; '), errors: listed(errors).map((text) => `cannot delete ${text}`) };
}

function podsOnNode(cluster: Cluster, node: string, selector: LabelSelector | undefined): DrainedPod[] {
  const found: DrainedPod[] = [];
  const row = cluster.nodes.rowOf(node);
  if (row === -1) return found;
  for (let pod = cluster.nodes.firstPod[row]!; pod !== -1; pod = cluster.pods.nextOnNode[pod]!) {
    if (selector !== undefined && !labelsMatch(selector, cluster.labelsOf(pod))) continue;
    const name = cluster.podName(pod);
    found.push({ pod, podUid: cluster.pods.uid[pod]!, namespace: cluster.podNamespace(pod), name });
  }
  const key = ({ namespace, name }: DrainedPod) => `${namespace}/${name}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function file(byMessage: Map<string, string[]>, message: string, pod: string): void {
  const pods = byMessage.get(message);
  if (pods === undefined) byMessage.set(message, [pod]);
  else pods.push(pod);
}

function listed(byMessage: ReadonlyMap<string, readonly string[]>): string[] {
  return [...byMessage].map(([message, pods]) => `${message}: ${pods.join(', ')}`);
}

/** The first filter that keeps a pod decides; otherwise the last one, which is why its warnings hide earlier ones. */
function verdictOn(cluster: Cluster, pod: number, options: DrainFilterOptions): Verdict {
  let verdict = REMOVED;
  for (const filter of FILTERS) {
    verdict = filter(cluster, pod, options);
    if (!verdict.isRemoved) return verdict;
  }
  return verdict;
}

function skipDeletedFilter(cluster: Cluster, pod: number, options: DrainFilterOptions): Verdict {
  return { isRemoved: !isSkipped(cluster, pod, options.skipWaitForDeleteTimeoutSeconds) };
}

/** Should have gone long ago: the drain does not wait for it. */
export function isSkipped(cluster: Cluster, pod: number, timeoutSeconds: number): boolean {
  const { pods, kernel } = cluster;
  if (timeoutSeconds <= 0 || (pods.state[pod]! & POD_TERMINATING) === 0) return false;
  const graceMicros = cluster.templateOf(pod).spec.terminationGracePeriodSeconds * MICROS_PER_SECOND;
  const sinceMicros = kernel.nowMicros - truncateToSecond(pods.deletionMicros[pod]! + graceMicros);
  return Math.floor(sinceMicros / MICROS_PER_SECOND) > timeoutSeconds;
}

function daemonSetFilter(cluster: Cluster, pod: number, options: DrainFilterOptions): Verdict {
  const owner = cluster.ownerOf(pod);
  if (owner?.kind !== 'DaemonSet' || isFinished(cluster, pod)) return REMOVED;
  if (cluster.tables.DaemonSet.find(owner.namespace, owner.name) === undefined) {
    const { message } = notFound(RESOURCES.DaemonSet, owner.name);
    return options.isForced ? { isRemoved: true, warning: message } : { isRemoved: false, error: message };
  }
  if (!options.ignoresDaemonSets) return { isRemoved: false, error: DAEMON_SET_FATAL };
  return { isRemoved: false, warning: DAEMON_SET_WARNING };
}

/** A kubelet's own pods, which a dump of a cluster may have: the API server only shows them. */
function mirrorPodFilter(cluster: Cluster, pod: number): Verdict {
  return { isRemoved: cluster.namedPod(pod)?.meta.annotations[MIRROR_POD_ANNOTATION] === undefined };
}

function localStorageFilter(cluster: Cluster, pod: number, options: DrainFilterOptions): Verdict {
  const hasLocalStorage = cluster.templateOf(pod).spec.volumes.some(({ isEmptyDir }) => isEmptyDir);
  if (!hasLocalStorage || isFinished(cluster, pod)) return REMOVED;
  if (!options.deletesEmptyDirData) return { isRemoved: false, error: LOCAL_STORAGE_FATAL };
  return { isRemoved: true, warning: LOCAL_STORAGE_WARNING };
}

function unreplicatedFilter(cluster: Cluster, pod: number, options: DrainFilterOptions): Verdict {
  const hasController = cluster.pods.owner[pod] !== -1 || cluster.pastOf(pod)?.isForeign;
  if (isFinished(cluster, pod) || hasController) return REMOVED;
  if (!options.isForced) return { isRemoved: false, error: UNMANAGED_FATAL };
  return { isRemoved: true, warning: UNMANAGED_WARNING };
}

function isFinished(cluster: Cluster, pod: number): boolean {
  return (cluster.pods.state[pod]! & POD_FINISHED) !== 0;
}

/** In upstream's order. */
const FILTERS: readonly Filter[] = [
  skipDeletedFilter,
  daemonSetFilter,
  mirrorPodFilter,
  localStorageFilter,
  unreplicatedFilter,
];

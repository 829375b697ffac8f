/**
 * The scheduling framework's extension points, with upstream's names. A plugin is an object with a name and the methods
 * of the points that it takes part in.
 *
 * Two things differ from upstream, both for speed. A plugin keeps what upstream puts into the CycleState in its own
 * fields, since one pod is scheduled at a time. And a Filter answers with a number, so that nothing is allocated for a
 * node that fits.
 */
import type { ApiClient } from '../cluster/apiClient.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import type { Cache } from './cache.ts';
import type { EventRegistration } from './clusterEvent.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Filtering } from './filtering.ts';
import type { NodeOrder } from './nodeOrder.ts';
import type { Nominator } from './nominator.ts';
import type { QueuedPods } from './queuedPods.ts';
import type { TopologyIndex } from './topology/index.ts';

/** Upstream's names of the extension points, as KubeSchedulerConfiguration has them. */
export type ExtensionPoint =
  | 'preEnqueue'
  | 'queueSort'
  | 'preFilter'
  | 'filter'
  | 'postFilter'
  | 'preScore'
  | 'score'
  | 'reserve'
  | 'permit'
  | 'preBind'
  | 'bind'
  | 'postBind';

/** Upstream's status codes, as far as a plugin here can answer with them. */
export type StatusCode = 'Success' | 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Skip';

/** What a plugin answers for a whole pod. */
export interface Status {
  readonly code: StatusCode;
  readonly reasons: readonly string[];
  /** PreFilter only: nodes that are worth a look (upstream's PreFilterResult); absent: all. */
  readonly nodeNames?: ReadonlySet<string>;
}

export const SUCCESS: Status = { code: 'Success', reasons: [] };
/** The plugin has nothing to do with this pod: its Filter, or its Score, is left out of this cycle. */
export const SKIP: Status = { code: 'Skip', reasons: [] };

/** A status that rejects the pod and that removing other pods cannot change. */
export function unresolvable(reason: string): Status {
  return { code: 'UnschedulableAndUnresolvable', reasons: [reason] };
}

/** Highest normalised score of a plugin for a node; the lowest is 0. */
export const MAX_NODE_SCORE = 100;

/** A pod that counts on a node. One object serves all calls: not to be kept. */
export interface PodInfo {
  readonly pod: number;
  readonly template: CompiledTemplate;
  /** Id of the pod's labels in the cluster's label index. */
  readonly labelSet: number;
  readonly namespace: string;
  /** `metadata.deletionTimestamp` is set. */
  readonly isTerminating: boolean;
}

/** The pod whose turn it is. One object serves all cycles. */
export interface CycleState {
  readonly pod: number;
  readonly template: CompiledTemplate;
  /** Id of the pod's labels in the cluster's label index. */
  readonly labelSet: number;
  readonly namespace: string;
  readonly priority: number;
}

/** What preemption tells its scheduler. */
export interface PreemptionHooks {
  /**
   * All requests for the pod's victims have been answered: it need not be kept from being tried.
   *
   * @param isWaiting whether victims will yet be seen to go
   */
  release(pod: number, isWaiting: boolean): void;
  /** Row of the node that the pod is to make room on where no other one is better; -1: whichever comes first. */
  preferredNode(pod: number): number;
  /** The victim is about to be deleted for the preemptor. */
  onPreempted(victim: number, preemptor: number): void;
}

/** What plugins are made with. */
export interface Handle {
  readonly cluster: Cluster;
  /** The scheduler's own, for plugins that write. */
  readonly client: ApiClient;
  /** Minor version of the Kubernetes release whose behaviour is played, 37 for 1.37. */
  readonly minorVersion: number;
  /** Counts of pods by node and topology domain, the same for all plugins and profiles. */
  readonly topology: TopologyIndex;
  readonly cache: Cache;
  readonly order: NodeOrder;
  readonly nominator: Nominator;
  readonly preemption: PreemptionHooks;
  /** The feature gate SchedulerAsyncPreemption, where it is not as the version has it. */
  readonly isPreemptionAsync?: boolean | undefined;
  /** Nothing that was found out is used twice: for tests that hold one way against the other. */
  readonly isDirect?: boolean;
  /** Answers that were given for rows alone no longer hold, though the rows have not changed. */
  invalidateRows(): void;
}

export interface Plugin {
  /** Upstream's name. */
  readonly name: string;
}

/** Decides whether a pod may enter activeQ. */
export interface PreEnqueuePlugin extends Plugin {
  /** False: the pod is gated, and waits without attempts. */
  preEnqueue(pod: number, template: CompiledTemplate): boolean;
}

/** Orders activeQ. */
export interface QueueSortPlugin extends Plugin {
  /** Whether pod `a` is to be scheduled before pod `b`. */
  less(queued: QueuedPods, a: number, b: number): boolean;
}

/** Tells what kinds of change can make a pod schedulable that this plugin rejected. */
export interface EnqueueExtensions extends Plugin {
  eventsToRegister(): readonly EventRegistration[];
}

/** Looks at the pod once before its nodes are filtered. */
export interface PreFilterPlugin extends Plugin {
  preFilter(state: CycleState): Status;
}

/** Rejects nodes that cannot run the pod. */
export interface FilterPlugin extends Plugin {
  /** @returns 0 when the node can run the pod, otherwise a positive code that only this plugin can read */
  filter(state: CycleState, node: number): number;
  /** The same for the first `count` of `nodes` in one call, into `codes`. */
  filterNodes?(state: CycleState, nodes: Int32Array, codes: Int32Array, count: number): void;
  /** Reasons behind a code of the current cycle, in upstream's words. */
  reasonsOf(code: number): readonly string[];
  /** True when removing pods from the node cannot help (UnschedulableAndUnresolvable). */
  isUnresolvable(code: number): boolean;
  /**
   * The answer depends on nothing but the pod's template and the node's row in NodeTable: a node that passed need not be
   * asked about again while its row keeps its version.
   */
  readonly filtersByRowAlone?: true;
  /**
   * Instead of `filtersByRowAlone`, for filters of which that is true at times. Asked after PreFilter, unless it skipped.
   *
   * @returns a positive number that is the same for pods of one template as long as answers hold for rows that keep their
   * version; -1 where the answers to this pod depend on more
   */
  rowEpoch?(state: CycleState): number;
}

/** What a PostFilter made of a pod that fits nowhere. */
export interface PostFilterResult {
  /** What the failure message says of it, without the plugin's name. */
  readonly message: string;
  /** Row of the node that the pod may hope for; -1: of none any more; undefined: as before. */
  readonly nominatedNode: number | undefined;
}

/** Called when no node fits. */
export interface PostFilterPlugin extends Plugin {
  /** @param filtering as the PreFilters left it */
  postFilter(state: CycleState, diagnosis: Diagnosis, filtering: Filtering): PostFilterResult;
  /**
   * Does what the last call of `postFilter` found, when the cycle is over.
   *
   * @param done to be called once, later, where the scheduler has to wait for it
   * @returns whether it has to
   */
  carryOut?(pod: number, done: () => void): boolean;
}

/** Looks at the pod once before its feasible nodes are scored. */
export interface PreScorePlugin extends Plugin {
  preScore(state: CycleState, nodes: Int32Array, count: number): Status;
}

/** Ranks feasible nodes. */
export interface ScorePlugin extends Plugin {
  /** A whole number, from 0 to 100 unless `normalizeScore` brings it there. */
  score(state: CycleState, node: number): number;
  /** The same for the first `count` of `nodes` in one call, into `scores`. */
  scoreNodes?(state: CycleState, nodes: Int32Array, scores: Float64Array, count: number): void;
  /**
   * Asked before the search: true when PreScore would answer Skip, whichever nodes turn out feasible. A plugin without it
   * is never idle.
   */
  isScoreIdle?(state: CycleState): boolean;
  /** The score, and `isScoreIdle`, depend on nothing but the pod's template and the node's row in NodeTable. */
  readonly scoresByRowAlone?: true;
}

/** Brings raw scores into 0 to 100; upstream's ScoreExtensions. */
export interface NormalizeScorePlugin extends Plugin {
  /** Rewrites the first `count` scores, one for each of `nodes`. */
  normalizeScore(state: CycleState, scores: Float64Array, nodes: Int32Array, count: number): void;
}

/** Takes and gives back what a chosen node holds for the pod besides its requests. */
export interface ReservePlugin extends Plugin {
  /** False: the node cannot be had, the attempt fails. */
  reserve(state: CycleState, node: number): boolean;
  unreserve(pod: number, template: CompiledTemplate, node: number): void;
}

/** Does what has to be done before the pod is bound. */
export interface PreBindPlugin extends Plugin {
  /**
   * @param done to be called once, later: true when the pod can be bound, false when it has to be scheduled again
   * @returns false when there is nothing to do; then `done` is never called
   */
  preBind(pod: number, node: number, done: (isReady: boolean) => void): boolean;
}

/** Writes the decision to the API server. */
export interface BindPlugin extends Plugin {
  /** False: the API server refused. */
  bind(pod: number, node: number): boolean;
}

/**
 * Keeps per-node facts that NodeTable doesn't have, as upstream's NodeInfo does. Called after the table has changed,
 * for every pod that counts on a node, assumed ones included.
 *
 * A counted pod whose labels change, or that starts to terminate, is removed as it was and added as it is. Preemption and
 * nominated pods are tried out by removing and adding as well, so that both must undo each other exactly.
 */
export interface NodeInfoListener extends Plugin {
  /** The node was added, changed or removed. */
  nodeChanged?(node: number): void;
  podAdded?(pod: PodInfo, node: number): void;
  podRemoved?(pod: PodInfo, node: number): void;
}

/** A plugin of which nothing but the name is known to be there. */
export type AnyPlugin = Plugin &
  Partial<PreEnqueuePlugin> &
  Partial<QueueSortPlugin> &
  Partial<EnqueueExtensions> &
  Partial<PreFilterPlugin> &
  Partial<FilterPlugin> &
  Partial<PostFilterPlugin> &
  Partial<PreScorePlugin> &
  Partial<ScorePlugin> &
  Partial<NormalizeScorePlugin> &
  Partial<ReservePlugin> &
  Partial<PreBindPlugin> &
  Partial<BindPlugin> &
  NodeInfoListener;

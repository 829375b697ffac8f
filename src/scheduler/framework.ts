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
import type { EventRegistration } from './clusterEvent.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { QueuedPods } from './queuedPods.ts';

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

/** The pod whose turn it is. One object serves all cycles. */
export interface CycleState {
  readonly pod: number;
  readonly template: CompiledTemplate;
}

/** What plugins are made with. */
export interface Handle {
  readonly cluster: Cluster;
  /** The scheduler's own, for plugins that write. */
  readonly client: ApiClient;
  /** Minor version of the Kubernetes release whose behaviour is played, 37 for 1.37. */
  readonly minorVersion: number;
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
  /** Reasons behind a code of the current cycle, in upstream's words. */
  reasonsOf(code: number): readonly string[];
  /** True when removing pods from the node cannot help (UnschedulableAndUnresolvable). */
  isUnresolvable(code: number): boolean;
  /**
   * The answer depends on nothing but the pod's template and the node's row in NodeTable: a node that passed need not be
   * asked about again while its row keeps its version.
   */
  readonly filtersByRowAlone?: true;
}

/** Called when no node fits. */
export interface PostFilterPlugin extends Plugin {
  /** @returns what the failure message says of it, without the plugin's name */
  postFilter(state: CycleState, diagnosis: Diagnosis): string;
}

/** Looks at the pod once before its feasible nodes are scored. */
export interface PreScorePlugin extends Plugin {
  preScore(state: CycleState, nodes: Int32Array, count: number): Status;
}

/** Ranks feasible nodes. */
export interface ScorePlugin extends Plugin {
  /** A whole number, from 0 to 100 unless `normalizeScore` brings it there. */
  score(state: CycleState, node: number): number;
  /** The score, and PreScore's answer, depend on nothing but the pod's template and the node's row in NodeTable. */
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
 */
export interface NodeInfoListener extends Plugin {
  /** The node was added, changed or removed. */
  nodeChanged?(node: number): void;
  podAdded?(pod: number, template: CompiledTemplate, node: number): void;
  podRemoved?(pod: number, template: CompiledTemplate, node: number): void;
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

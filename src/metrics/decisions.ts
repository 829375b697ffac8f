/** Results about single decisions of the scheduler: what it thought of nodes, and how another scheduler's choices fare. */

/** Scores of a node that can run the pod. */
export interface NodeScores {
  readonly node: string;
  /** Sum of `scores`. */
  readonly total: number;
  /** By plugin: normalised to 0 to 100 and multiplied with the plugin's weight; without those that skip the pod. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Why a node cannot run the pod. */
export interface NodeRejection {
  readonly node: string;
  /** The first plugin that rejects it. */
  readonly plugin: string;
  /** In upstream's words. */
  readonly reasons: readonly string[];
}

/**
 * How a recorded choice fares here, given the earlier ones.
 *
 * - `best`: no feasible node has a higher total score.
 * - `nominated`: it is the node that preemption has made room on, which is taken without scoring.
 * - `worse`: another feasible node scores higher.
 * - `infeasible`: a filter rejects the node, while others can run the pod.
 * - `unscheduled`: no node can run the pod here, to the end of the run.
 * - `pending`: the recording has left the pod without a node, and here there is one.
 */
export type ChoiceVerdict = 'best' | 'nominated' | 'worse' | 'infeasible' | 'unscheduled' | 'pending';

/** A decision of the recorded scheduler. */
export interface FollowedChoice {
  /** As the event log calls it: `ReplicaSet/web@1#0`, `db-0`. */
  readonly pod: string;
  /** The recorded node; null where the recording has left the pod without one. */
  readonly node: string | null;
  /** Line of the recording; null where it has none. */
  readonly line: number | null;
  readonly verdict: ChoiceVerdict;
  /** When the decision was made here: simulated seconds; null if it never was. */
  readonly atSeconds: number | null;
  /** Nodes that could run the pod. */
  readonly feasible: number;
  /** Nodes that share the highest score. */
  readonly ties: number;
  /** Only of choices that are not among the best: the recorded node's scores. */
  readonly recorded?: NodeScores;
  /** Only of choices that are not among the best: why the recorded node cannot run the pod. */
  readonly rejected?: NodeRejection;
  /** Only of choices that are not among the best: the node that should have been taken, or one of them. */
  readonly best?: NodeScores;
  /** What the scheduler said of a pod that found no node. */
  readonly message?: string;
  /**
   * Only of choices that are not among the best: pods that the recording has on the two nodes by then, and that are not
   * there here (`missing`), and the other way round (`extra`). The choice was then made about another cluster.
   */
  readonly missing?: readonly string[];
  readonly extra?: readonly string[];
}

/** How the choices of a recording fare (`--follow`). */
export interface FollowResult {
  /** The file. */
  readonly recording: string;
  /** In the order in which they were made here. */
  readonly choices: readonly FollowedChoice[];
  /** How many of them are `best` or `nominated`. */
  readonly amongBest: number;
  /** Pods that got a node here and that the recording does not have. */
  readonly unrecorded: number;
}

/** How a pod came to its node, or why it has none. */
export type PodOutcome = 'scheduled' | 'unschedulable' | 'gated' | 'waiting' | 'elsewhere';

/** A decision about a pod, as of when it was made (`--explain`). */
export interface PodExplanation {
  /** `pod/web-6d4cf56db6-x7x2z`, with the namespace in front where that is not `default`. */
  readonly pod: string;
  /** As the event log calls it: `ReplicaSet/web@1#0`. */
  readonly logName: string;
  /** Pods of this name that the run has made; the last one is explained. */
  readonly incarnations: number;
  /**
   * `scheduled`: it was given `node`. `unschedulable`: its last attempt found no node. `gated`: a PreEnqueue plugin holds it
   * back. `waiting`: its turn never came. `elsewhere`: it is none of the scheduler's pods.
   */
  readonly outcome: PodOutcome;
  /** Of the decision explained here, the pod's last: simulated seconds; null without one. */
  readonly atSeconds: number | null;
  /** How many decisions were made about the pod. */
  readonly attempts: number;
  readonly node: string | null;
  /**
   * Why this node: `score`: the only best one; `tie`: one of several with the highest score; `only`: the only one that
   * fits; `nominated`: preemption has made room there; `followed`: it is the recorded one.
   */
  readonly choice: 'score' | 'tie' | 'only' | 'nominated' | 'followed' | null;
  /** Of an unschedulable pod: the message of its last FailedScheduling event. */
  readonly message: string | null;
  /** All nodes of the cluster. */
  readonly nodeCount: number;
  /** Those that were looked at: sampling ends the search when enough fit. */
  readonly examined: number;
  readonly ties: number;
  /** Weights of the plugins that scored. */
  readonly weights: Readonly<Record<string, number>>;
  /** Nodes that fit, among those looked at, best first. */
  readonly feasible: readonly NodeScores[];
  /** Nodes that don't, among those looked at, in the order of the search. */
  readonly rejected: readonly NodeRejection[];
}

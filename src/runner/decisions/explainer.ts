import { referenceTo } from '../../api/reference.ts';
import { type Cluster, POD_BOUND, POD_EXISTS } from '../../cluster/index.ts';
import type { Kernel } from '../../kernel/index.ts';
import type { NodeRejection, NodeScores, PodExplanation, PodOutcome } from '../../metrics/decisions.ts';
import { PodNaming } from '../../metrics/log/podNaming.ts';
import { type CycleState, Place, type SchedulingAlgorithm, type SchedulingQueue } from '../../scheduler/index.ts';
import { Evaluated } from './evaluated.ts';
import { PodSelection } from './podSelection.ts';

/** The last decision about a pod. */
type Decision = Pick<
  PodExplanation,
  'atSeconds' | 'node' | 'choice' | 'nodeCount' | 'examined' | 'ties' | 'weights' | 'feasible' | 'rejected'
>;

const NO_DECISION: Decision = {
  atSeconds: null,
  node: null,
  choice: null,
  nodeCount: 0,
  examined: 0,
  ties: 0,
  weights: {},
  feasible: [],
  rejected: [],
};

/** A pod that may have to be explained. */
interface WatchedPod {
  readonly row: number;
  readonly reference: string;
  readonly logName: string;
  attempts: number;
  decision: Decision;
  message: string | null;
  /** Name of its node, once it is bound; kept when it is gone. */
  boundTo: string | null;
  isGone: boolean;
}

/**
 * Keeps what is needed to explain the last decision about some pods (`--explain`). Which pods are meant shows only as they
 * are created, so everything that may be meant is watched.
 */
export class Explainer {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly selections: readonly PodSelection[];
  /** By pod uid. */
  private readonly watched = new Map<number, WatchedPod>();

  /** @param names of pods, as users write them behind `pod/` */
  constructor(kernel: Kernel, cluster: Cluster, names: readonly string[]) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.selections = names.map((name) => new PodSelection(name));
    new PodNaming(cluster, (pod, logName) => this.see(pod, logName));
    cluster.observePods((pod, _before, after) => this.change(pod, after));
  }

  /**
   * To be told of every decision of the scheduler.
   *
   * @param node what the scheduler decided
   * @param taken where the pod goes
   */
  decide(state: CycleState, node: number, taken: number, algorithm: SchedulingAlgorithm): void {
    const watched = this.watched.get(this.cluster.pods.uid[state.pod]!);
    if (watched === undefined) return;
    watched.attempts++;
    watched.message = null;
    watched.decision = this.describe(state, node, taken, algorithm);
  }

  /** To be told what the scheduler says of a pod that finds no node. */
  failed(pod: number, message: string): void {
    const watched = this.watched.get(this.cluster.pods.uid[pod]!);
    if (watched !== undefined) watched.message = message;
  }

  /** @throws ExplainError for a name that is no pod's, or the beginning of several pods' */
  finish(queue: SchedulingQueue): PodExplanation[] {
    return this.selections.map((selection) => {
      const { uid, count } = selection.result();
      return this.explain(this.watched.get(uid)!, count, queue);
    });
  }

  private explain(watched: WatchedPod, incarnations: number, queue: SchedulingQueue): PodExplanation {
    const { reference, logName, attempts, message, decision, boundTo } = watched;
    const outcome = this.outcomeOf(watched, queue);
    const node = outcome === 'elsewhere' ? boundTo : decision.node;
    return { pod: reference, logName, incarnations, outcome, attempts, message, ...decision, node };
  }

  private see(pod: number, logName: string): void {
    const { cluster } = this;
    const meta = { namespace: cluster.podNamespace(pod), name: cluster.podName(pod) };
    const uid = cluster.pods.uid[pod]!;
    let isWatched = false;
    for (const selection of this.selections) if (selection.see(uid, meta, logName)) isWatched = true;
    if (!isWatched) return;
    this.watched.set(uid, {
      row: pod,
      reference: referenceTo('Pod', meta),
      logName,
      attempts: 0,
      decision: NO_DECISION,
      message: null,
      boundTo: null,
      isGone: false,
    });
  }

  private change(pod: number, after: number): void {
    const watched = this.watched.get(this.cluster.pods.uid[pod]!);
    if (watched === undefined) return;
    watched.isGone = (after & POD_EXISTS) === 0;
    if ((after & POD_BOUND) !== 0) watched.boundTo = this.cluster.nodes.names[this.cluster.pods.node[pod]!]!;
  }

  private outcomeOf({ row, attempts, decision, boundTo, isGone }: WatchedPod, queue: SchedulingQueue): PodOutcome {
    if (attempts > 0) return decision.node === null ? 'unschedulable' : 'scheduled';
    if (boundTo !== null) return 'elsewhere';
    if (isGone) return 'waiting';
    const place = queue.queued.placeOf(row);
    if (place === Place.Gated) return 'gated';
    return place === Place.None ? 'elsewhere' : 'waiting';
  }

  private describe(state: CycleState, node: number, taken: number, algorithm: SchedulingAlgorithm): Decision {
    const { examined, evaluated } = this.evaluate(state, algorithm);
    const feasible: NodeScores[] = [];
    const rejected: NodeRejection[] = [];
    for (const place of examined) {
      if (evaluated.fits(place)) feasible.push(evaluated.scoresAt(place));
      else rejected.push(evaluated.rejectionAt(place));
    }
    feasible.sort((a, b) => b.total - a.total);
    const ties = evaluated.countBest();
    return {
      atSeconds: this.kernel.nowMicros / 1e6,
      node: taken === -1 ? null : this.cluster.nodes.names[taken]!,
      choice: choiceOf(),
      nodeCount: evaluated.nodeCount,
      examined: algorithm.visitedCount,
      ties,
      weights: Object.fromEntries(algorithm.weights()),
      feasible,
      rejected,
    };

    function choiceOf(): PodExplanation['choice'] {
      if (taken === -1) return null;
      if (taken !== node) return 'followed';
      if (algorithm.nominatedNodeOf(state.pod) === node) return 'nominated';
      if (algorithm.feasibleCount === 1) return 'only';
      return ties > 1 ? 'tie' : 'score';
    }
  }

  /** Everything about the nodes that the search has looked at, in its order. */
  private evaluate(state: CycleState, algorithm: SchedulingAlgorithm): { examined: number[]; evaluated: Evaluated } {
    const { nodes } = this.cluster;
    const whole = new Evaluated(algorithm.evaluate(state), nodes);
    const { nodeCount } = whole;
    const { startedAt, visitedCount } = algorithm;
    const all = Array.from({ length: nodeCount }, (_, i) => (startedAt + i) % nodeCount);
    const nominated = whole.placeOf(algorithm.nominatedNodeOf(state.pod));
    if (visitedCount === 1 && nominated !== -1 && whole.fits(nominated))
      return { examined: [nominated], evaluated: whole };
    const isAboutAll = visitedCount === 0 || visitedCount >= nodeCount || whole.isNarrowed;
    if (isAboutAll) return { examined: all, evaluated: whole };
    const places = all.slice(0, visitedCount);
    const rows = new Set(places.map((place) => whole.rowAt(place)));
    return {
      examined: places,
      evaluated: new Evaluated(
        algorithm.evaluate(state, (row) => rows.has(row)),
        nodes,
      ),
    };
  }
}

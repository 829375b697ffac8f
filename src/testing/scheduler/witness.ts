import type { Cluster } from '../../cluster/index.ts';
import type { RandomStream } from '../../kernel/randomStreams.ts';
import type { Evaluation } from '../../scheduler/evaluation.ts';
import type { CycleState } from '../../scheduler/framework.ts';
import type { SchedulingAlgorithm } from '../../scheduler/schedulingAlgorithm.ts';
import {
  bestOf,
  type Decision,
  decide,
  failureMessage,
  filtersFor,
  judge,
  scoreNodes,
  type WeightedPlugin,
} from './decision.ts';
import { bestCandidates, type Candidate, type Preemption, preempt } from './preemption.ts';
import type { World, WorldPod } from './world.ts';

export interface WitnessOptions {
  /** What the oracle decides from, as things are. */
  readonly world: () => World;
  readonly describe: (pod: number) => WorldPod;
  readonly profile: readonly WeightedPlugin[];
  readonly percentageOfNodesToScore: number;
}

/** What the decisions that were compared were about. */
export class Seen {
  decisions = 0;
  /** No node fitted. */
  failures = 0;
  /** Several nodes were the best. */
  ties = 0;
  /** Pods made room for themselves. */
  preemptions = 0;
  /** Pods that had to go, where it was clear which. */
  victims = 0;
  /** A budget made a difference between nodes. */
  budgets = 0;
  /** Pods of at least the same priority hoped for some node. */
  rivals = 0;
  /** The search ended before it had looked at all nodes. */
  samples = 0;
  /** By plugin: nodes that it rejected. */
  readonly rejections = new Map<string, number>();
  /** By plugin: decisions in which it did not give all feasible nodes the same. */
  readonly differences = new Map<string, number>();

  count(map: Map<string, number>, plugin: string): void {
    map.set(plugin, (map.get(plugin) ?? 0) + 1);
  }
}

/** What the oracle says of a pod that fits nowhere. */
interface Failure {
  readonly pod: WorldPod;
  readonly nodeCount: number;
  readonly message: string;
  readonly preemption: Preemption;
}

/**
 * Sees every decision of the scheduler, has the oracle decide as well, and fails where the two do not agree: in the filter
 * and the reasons that reject each node, in every plugin's scores, in the choice, and in the text of a failure.
 */
export class Witness {
  readonly seen: Seen;
  private readonly cluster: Cluster;
  private readonly options: WitnessOptions;
  private readonly tieBreaks: RandomStream;
  /** Rows of nodes by uid of the pod: rows of pods are used again. */
  private readonly assumed = new Map<number, number>();
  private nextStart = 0;
  private failure: Failure | undefined;
  /** Names of the pods that have been chosen to go, until that is compared. */
  private readonly victims = new Set<string>();
  private isVictimUnknown = false;

  constructor(cluster: Cluster, options: WitnessOptions, seen = new Seen()) {
    this.cluster = cluster;
    this.seen = seen;
    this.options = options;
    this.tieBreaks = cluster.streams.stream('scheduler/selectHost');
  }

  /** Row of the node that was chosen for the pod; -1 for none. */
  assumedOn(pod: number): number {
    return this.assumed.get(this.cluster.pods.uid[pod]!) ?? -1;
  }

  /** The pod counts on the node from now on. */
  assume(pod: number, node: number): void {
    this.assumed.set(this.cluster.pods.uid[pod]!, node);
  }

  /** @param node row of the chosen one, -1 for none */
  see(state: CycleState, node: number, algorithm: SchedulingAlgorithm): void {
    const world = this.options.world();
    const pod = this.options.describe(state.pod);
    const decision = this.decide(pod, world);
    this.seen.decisions++;
    if (node === -1) {
      this.seen.failures++;
      equal(
        `${pod.name}: nodes that fit`,
        [],
        decision.found.map(({ node: found }) => found.name),
      );
      if (world.nodes.length === 0) return;
      this.fail(pod, world, decision);
    }
    if (world.nominations.some((rival) => rival.pod.name !== pod.name && rival.pod.priority >= pod.priority)) {
      this.seen.rivals++;
    }
    this.compare(pod, world, algorithm.evaluate(state));
    if (node === -1) return;
    if (decision.found.length + decision.verdicts.size < world.nodes.length) this.seen.samples++;
    this.compareChoice(pod, this.cluster.nodes.names[node]!, decision);
  }

  private fail(pod: WorldPod, world: World, decision: Decision): void {
    const nodeCount = world.nodes.length;
    const preemption = preempt(pod, world, decision, this.options.profile);
    this.failure = { pod, nodeCount, message: failureMessage(decision, nodeCount), preemption };
  }

  /**
   * The scheduler gives a pod up for now.
   *
   * @param nominated name of the node that it may hope for, empty for none
   */
  hasFailed(message: string, nominated: string): void {
    const { failure } = this;
    this.failure = undefined;
    // Without nodes nothing is asked.
    if (failure === undefined) return;
    const { pod, preemption } = failure;
    const isHopeful = preemption.refusal === undefined && preemption.candidates.length > 0;
    if (!isHopeful) {
      equal(`${pod.name}: message`, message, `${failure.message} preemption: ${fruitless(failure)}`);
      return;
    }
    this.seen.preemptions++;
    if (!message.startsWith(failure.message)) equal(`${pod.name}: message`, message, failure.message);
    const { candidates } = preemption;
    const chosen = candidates.find(({ node }) => node.name === nominated);
    // Of more nodes not all are looked at.
    const isClear = failure.nodeCount <= 100 && !candidates.some(({ isAmbiguous }) => isAmbiguous);
    const best = isClear ? bestCandidates(candidates) : candidates;
    if (chosen === undefined || !best.includes(chosen)) {
      throw new Error(
        `${pod.name} is nominated to ${nominated}, not ${best.map(({ node }) => node.name).join(' or ')}`,
      );
    }
    if (isClear && new Set(candidates.map(({ violations }) => violations)).size > 1) this.seen.budgets++;
    if (chosen.isAmbiguous) this.isVictimUnknown = true;
    else this.expectVictims(chosen, message);
  }

  /** Since 1.37 the message tells how many they are. */
  private expectVictims({ victims, node }: Candidate, message: string): void {
    const found = /found a potential placement for pod on node (\S+), preempting (\d+) victims/.exec(message);
    if (found !== null) equal('victims', [found[1], Number(found[2])], [node.name, victims.length]);
    for (const { name, isTerminating } of victims) if (!isTerminating) this.victims.add(name);
  }

  /** Enough time has passed for victims to have been deleted; some may have made room for two pods. */
  compareVictims(preempted: readonly string[]): void {
    if (!this.isVictimUnknown) equal('victims', [...new Set(preempted)].sort(), [...this.victims].sort());
    this.isVictimUnknown = false;
    this.seen.victims += this.victims.size;
    this.victims.clear();
  }

  private decide(pod: WorldPod, world: World): Decision {
    const { profile, percentageOfNodesToScore } = this.options;
    const nominatedNode = world.nominations.find((nomination) => nomination.pod.name === pod.name)?.nodeName;
    const search = { start: this.nextStart, percentageOfNodesToScore, nominatedNode };
    const decision = decide(pod, world, search, profile);
    this.nextStart = decision.nextStart;
    return decision;
  }

  /** One number is drawn where several nodes have the highest total. */
  private compareChoice(pod: WorldPod, chosen: string, decision: Decision): void {
    let choices = bestOf(decision).map(({ node }) => node.name);
    if (choices.length > 1) {
      this.seen.ties++;
      const drawn = this.tieBreaks.integer(choices.length);
      // Upstream looks at nodes that a PreFilter named in any order: there a tie can end either way.
      if (decision.narrowing.length === 0) choices = [choices[drawn]!];
    }
    if (choices.includes(chosen)) return;
    const totals = decision.found.map(({ node, total }) => `${node.name} ${total}`).join(', ');
    throw new Error(`${pod.name} gets ${chosen}, not ${choices.join(' or ')} of ${totals}`);
  }

  /** Plugin by plugin, for all nodes, whether the search looked at them or not. */
  private compare(pod: WorldPod, world: World, evaluation: Evaluation): void {
    const { profile } = this.options;
    const names = evaluation.nodes.map((row) => this.cluster.nodes.names[row]!);
    equal(
      `${pod.name}: order of nodes`,
      names,
      world.nodes.map(({ name }) => name),
    );
    if (profile.some(({ plugin }) => plugin.narrow?.(pod) !== undefined)) return;
    const filters = filtersFor(pod, world, profile);
    const verdicts = world.nodes.map((node) => judge(pod, node, world, filters));
    for (const [i, node] of world.nodes.entries()) {
      equal(`${pod.name} on ${node.name}`, textOf(evaluation.verdicts[i]), textOf(verdicts[i]));
      if (verdicts[i] !== undefined) this.seen.count(this.seen.rejections, verdicts[i].plugin);
    }
    const feasible = world.nodes.filter((_, i) => verdicts[i] === undefined);
    const scored = scoreNodes(pod, feasible, world, profile);
    for (const { plugin } of profile) {
      const expected = scored.map(({ scores }) => scores.get(plugin.name) ?? 0);
      const actual = evaluation.scores.get(plugin.name)?.filter((_, i) => verdicts[i] === undefined);
      const isDifferent = new Set(expected).size > 1;
      if (isDifferent) this.seen.count(this.seen.differences, plugin.name);
      // A plugin that is left out gives all nodes the same, whatever that is.
      if (actual === undefined && !isDifferent) continue;
      equal(`${pod.name}: ${plugin.name} on ${feasible.map(({ name }) => name).join(' ')}`, actual, expected);
    }
  }
}

function textOf(verdict: { plugin: string; reasons: readonly string[] } | undefined): string {
  return verdict === undefined ? 'fits' : `${verdict.plugin}: ${[...verdict.reasons].sort().join(', ')}`;
}

/** What the message tells of a preemption that came to nothing. */
function fruitless({ nodeCount, preemption: { refusal, reasons } }: Failure): string {
  if (refusal !== undefined) return refusal;
  const texts = [...reasons].map(([reason, nodes]) => `${nodes} ${reason}`).sort();
  return `0/${nodeCount} nodes are available: ${texts.join(', ')}.`;
}

function equal(what: string, actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, the oracle says ${b}`);
}

import { nearest } from '../../api/nearest.ts';
import type { Cluster } from '../../cluster/index.ts';
import type { Kernel } from '../../kernel/index.ts';
import type { FollowedChoice, FollowResult } from '../../metrics/decisions.ts';
import { PodNaming } from '../../metrics/log/podNaming.ts';
import type { CycleState, SchedulingAlgorithm } from '../../scheduler/index.ts';
import { Evaluated } from './evaluated.ts';
import { type RecordedBinding, type RecordedPlacements, withoutKind } from './recordedPlacements.ts';

/** What the recording has of a pod that is being scheduled. */
type Recorded = RecordedBinding | 'pending' | undefined;

/**
 * Sends every pod to the node to which a recording has bound it, and notes how that choice compares with all others.
 *
 * Where chance decides which pods of a ReplicaSet are stopped, those are that the recording stops first: otherwise later
 * choices would be made about another cluster.
 *
 * A pod is found in the recording by its name in the event log; of several pods that had the same name one after the
 * other, the how manieth that got a node. Pods of a DaemonSet, which have no choice, are found by their node.
 */
export class Follower {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly recording: RecordedPlacements;
  private readonly naming: PodNaming;
  /** From every name that a recording may have for a pod of this run to the one in the log. */
  private readonly logNames = new Map<string, string>();
  /** What the scheduler last said of pods that found no node, by their names in the log. */
  private readonly messages = new Map<string, string>();
  /** How often a pod of this name has got a node. */
  private readonly boundCounts = new Map<string, number>();
  /** By pod uid: a pod whose binding failed has been looked up before. */
  private readonly recordedOf = new Map<number, Recorded>();
  private readonly used = new Set<RecordedBinding>();
  /** Followed pods that are there, by row. */
  private readonly placed = new Map<number, RecordedBinding>();
  private readonly choices = new Map<number, FollowedChoice>();
  private unrecorded = 0;

  constructor(kernel: Kernel, cluster: Cluster, recording: RecordedPlacements) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.recording = recording;
    this.naming = new PodNaming(cluster, (pod, name) => {
      for (const one of this.namesOf(pod, name)) this.logNames.set(one, name);
    });
    cluster.observePods((pod, _before, after) => {
      if (after === 0) this.placed.delete(pod);
    });
    cluster.stopsFirst = (a, b) => Math.sign(this.stopLineOf(a) - this.stopLineOf(b));
  }

  /**
   * To be told of every decision of the scheduler (`SchedulerOptions.onDecision`).
   *
   * @returns row of the node to take
   * @throws InputError when the recording names a node that is not there
   */
  decide(state: CycleState, node: number, algorithm: SchedulingAlgorithm): number {
    if (node === -1) return -1;
    const { pod } = state;
    const uid = this.cluster.pods.uid[pod]!;
    const name = this.naming.nameOf(pod);
    if (!this.recordedOf.has(uid)) this.recordedOf.set(uid, this.find(pod, name, node));
    const recorded = this.recordedOf.get(uid);
    if (recorded === undefined) return node;
    const evaluated = new Evaluated(algorithm.evaluate(state), this.cluster.nodes);
    const common = this.describe(name, evaluated);
    if (recorded === 'pending') {
      const best = evaluated.scoresAt(evaluated.bestPlace());
      this.choices.set(uid, { ...common, node: null, line: null, verdict: 'pending', best });
      return node;
    }
    const row = this.rowOf(recorded);
    const isNominated = algorithm.nominatedNodeOf(pod) === node;
    this.choices.set(uid, { ...common, ...this.judge(recorded, row, isNominated ? node : -1, evaluated) });
    this.placed.set(pod, recorded);
    return row;
  }

  /** Line at which the recording stops the pod; no line where it does not, or does not know it. */
  private stopLineOf(pod: number): number {
    return Math.min(this.placed.get(pod)?.stopLine ?? Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER);
  }

  /** Row of the node that the recording has the pod on (`SchedulerOptions.preferredNode`); -1 for none. */
  preferredNode(pod: number): number {
    if (this.cluster.pods.pinnedNode[pod] !== -1) return -1;
    const name = this.naming.nameOf(pod);
    const recorded = this.recording.of(this.nameInRecording(pod, name))[this.boundCounts.get(name) ?? 0];
    return recorded === undefined ? -1 : this.rowOf(recorded);
  }

  /** To be told what the scheduler says of a pod that finds no node. */
  failed(pod: number, message: string): void {
    this.messages.set(this.naming.nameOf(pod), message);
  }

  /**
   * @param isCut the run was ended before its time: pods that never came say nothing
   * @throws InputError when the recording has a pod that never was there
   */
  finish(isCut: boolean): FollowResult {
    const unused = isCut ? [] : this.recording.bindings.filter((binding) => !this.used.has(binding));
    const choices = [...this.choices.values(), ...unused.map((binding) => this.unscheduled(binding))];
    return {
      recording: this.recording.file,
      choices,
      amongBest: choices.filter(({ verdict }) => verdict === 'best' || verdict === 'nominated').length,
      unrecorded: this.unrecorded,
    };
  }

  // ---- what the recording has ----

  private find(pod: number, name: string, node: number): Recorded {
    const found = this.cluster.pods.pinnedNode[pod] === -1 ? this.findByName(pod, name) : this.findByNode(name, node);
    if (found === undefined) this.unrecorded++;
    else if (found !== 'pending') this.used.add(found);
    return found;
  }

  private findByName(pod: number, name: string): Recorded {
    const known = this.nameInRecording(pod, name);
    const count = this.boundCounts.get(name) ?? 0;
    this.boundCounts.set(name, count + 1);
    return this.recording.of(known)[count] ?? (this.recording.countOf(known) > count ? 'pending' : undefined);
  }

  private nameInRecording(pod: number, name: string): string {
    return this.namesOf(pod, name).find((one) => this.recording.countOf(one) > 0) ?? name;
  }

  /** Recordings may call a pod as the log does, as the cluster does, or by its owner without the kind. */
  private namesOf(pod: number, name: string): string[] {
    const [namespace, ownName] = [this.cluster.podNamespace(pod), this.cluster.podName(pod)];
    return [name, namespace === 'default' ? ownName : `${namespace}/${ownName}`, withoutKind(name)];
  }

  private findByNode(name: string, node: number): Recorded {
    const owner = name.slice(0, name.lastIndexOf('#'));
    const nodeName = this.cluster.nodes.names[node]!;
    const candidates = [...this.recording.ofOwner(owner), ...this.recording.ofOwner(withoutKind(owner))];
    return candidates.find((binding) => binding.node === nodeName && !this.used.has(binding));
  }

  private rowOf({ node, line }: RecordedBinding): number {
    const { nodes } = this.cluster;
    const row = nodes.rowOf(node);
    if (row !== -1) return row;
    const names = nodes.names.filter((_name, index) => nodes.present[index] === 1);
    throw this.recording.error(line, `there is no node "${node}" when its turn comes`, hintOf(node, names));
  }

  // ---- how a choice fares ----

  private describe(pod: string, evaluated: Evaluated) {
    return {
      pod,
      atSeconds: this.kernel.nowMicros / 1e6,
      feasible: evaluated.countFitting(),
      ties: evaluated.countBest(),
    };
  }

  /** @param nominated row of the node that was taken because it is nominated; -1 for none */
  private judge(
    recorded: RecordedBinding,
    row: number,
    nominated: number,
    evaluated: Evaluated,
  ): Pick<FollowedChoice, 'node' | 'line' | 'verdict' | 'recorded' | 'rejected' | 'best' | 'missing' | 'extra'> {
    const { node, line } = recorded;
    const place = evaluated.placeOf(row);
    if (nominated === row) return { node, line, verdict: 'nominated' };
    const shouldBe = nominated === -1 ? evaluated.bestPlace() : evaluated.placeOf(nominated);
    const best = evaluated.scoresAt(shouldBe);
    const others = this.otherPods(recorded, new Set([node, best.node]));
    if (!evaluated.fits(place)) {
      return { node, line, verdict: 'infeasible', rejected: evaluated.rejectionAt(place), best, ...others };
    }
    if (nominated === -1 && evaluated.totalAt(place) === evaluated.best) return { node, line, verdict: 'best' };
    return { node, line, verdict: 'worse', recorded: evaluated.scoresAt(place), best, ...others };
  }

  /** What differs, on these nodes, from what the recorded scheduler saw. */
  private otherPods({ line }: RecordedBinding, nodes: ReadonlySet<string>): Pick<FollowedChoice, 'missing' | 'extra'> {
    const isThere = (binding: RecordedBinding) => binding.line < line && line < binding.goneLine;
    const here = new Set(this.placed.values());
    const onNodes = (bindings: Iterable<RecordedBinding>) => [...bindings].filter(({ node }) => nodes.has(node));
    const missing = onNodes(this.recording.bindings).filter((binding) => isThere(binding) && !here.has(binding));
    const extra = onNodes(here).filter((binding) => !isThere(binding));
    return {
      ...(missing.length > 0 && { missing: missing.map(({ pod }) => pod) }),
      ...(extra.length > 0 && { extra: extra.map(({ pod }) => pod) }),
    };
  }

  private unscheduled({ pod, node, line }: RecordedBinding): FollowedChoice {
    const name = this.recording.namesOf(pod).find((one) => this.logNames.has(one));
    if (name === undefined) {
      throw this.recording.error(line, `this run never has a pod "${pod}"`, hintOf(pod, this.logNames.keys()));
    }
    if (this.cluster.nodes.lastRowOf(node) === -1)
      throw this.recording.error(line, `this run never has a node "${node}"`);
    const message = this.messages.get(this.logNames.get(name)!);
    const never = { pod, node, line, verdict: 'unscheduled', atSeconds: null, feasible: 0, ties: 0 } as const;
    return message === undefined ? never : { ...never, message };
  }
}

function hintOf(word: string, candidates: Iterable<string>): string | undefined {
  const meant = nearest(word, candidates);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

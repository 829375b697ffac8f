import type { Cluster } from '../cluster/cluster.ts';
import type { ReplicaSet } from '../cluster/objects.ts';
import type { ObjectTable } from '../cluster/objectTable.ts';
import { POD_BOUND, POD_DISRUPTED, POD_TERMINATING } from '../cluster/podTable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import type { RolloutResult } from './result.ts';
import type { Rollout } from './rollout.ts';
import type { RollingWorkload } from './rolloutStatus.ts';
import { type PathSince, type PodGroup, WorkloadTracker } from './workloadTracker.ts';

/**
 * Measures every rollout of every Deployment, StatefulSet and DaemonSet. It must be made before the first object is written.
 *
 * A rollout starts when a workload is created or its pod template changes, at the commit of that write, and ends when
 * the stored status first satisfies `kubectl rollout status`, or at the next change of the template.
 */
export class RolloutObserver {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly pathSince: PathSince;
  private readonly trackers = new Map<number, WorkloadTracker>();
  private readonly groups = new Map<number, PodGroup>();
  /** In the order of their starts. */
  private readonly rollouts: Rollout[] = [];
  /** By pod row: the controller that the pod is counted with. */
  private readonly groupOfPod: (PodGroup | undefined)[] = [];
  /** By pod row: the rollout that made the pod. */
  private readonly rolloutOfPod: (Rollout | undefined)[] = [];
  /** By pod row: counted as unschedulable already. */
  private readonly isRefused: boolean[] = [];

  /** @param options `pathSince`: left out, no rollout has a critical path */
  constructor(options: { kernel: Kernel; cluster: Cluster; pathSince?: PathSince }) {
    this.kernel = options.kernel;
    this.cluster = options.cluster;
    this.pathSince = options.pathSince ?? (() => undefined);
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const) {
      const table = this.cluster.tables[kind] as unknown as ObjectTable<RollingWorkload>;
      table.observe((before, after) => this.onWorkload(before, after));
    }
    this.cluster.replicaSets.observe((before, after) => this.onReplicaSet(before, after));
    this.cluster.observePods((pod, before, after, atMicros) => this.onPod(pod, before, after, atMicros));
    this.cluster.onExistingState(() => this.takeOver());
  }

  /** The scheduler found no node for the pod; to be called for each failed attempt. */
  podUnschedulable(pod: number): void {
    const rollout = this.rolloutOfPod[pod];
    if (rollout === undefined || !rollout.isOpen || this.isRefused[pod]) return;
    this.isRefused[pod] = true;
    rollout.unschedulable++;
  }

  /** The scheduler deletes some pod to make room for this one. */
  podPreempts(preemptor: number): void {
    const rollout = this.rolloutOfPod[preemptor];
    if (rollout?.isOpen) rollout.preemptions++;
  }

  /** Whether a rollout is under way. */
  get isAnyOpen(): boolean {
    return [...this.trackers.values()].some(({ rollout }) => rollout.isOpen);
  }

  /** Ends what is still open and returns all rollouts in the order of their starts. To be called once, after the run. */
  finish(endMicros: Micros = this.kernel.nowMicros): RolloutResult[] {
    for (const tracker of this.trackers.values()) tracker.close(endMicros);
    return this.rollouts.map((rollout) => rollout.result!);
  }

  /** What a reader of the results should know. To be called after `finish`. */
  warnings(): string[] {
    const warnings: string[] = [];
    for (const { result, scaleChange } of this.rollouts) {
      if (result === undefined || scaleChange === undefined) continue;
      warnings.push(
        `${result.workload}, revision ${result.revision}: ${scaleChange} during the rollout; availability is held ` +
          'against the replicas desired at each moment',
      );
    }
    return warnings;
  }

  private takeOver(): void {
    this.rollouts.length = 0;
    for (const tracker of this.trackers.values()) {
      tracker.takeOver(this.kernel.nowMicros);
      if (tracker.rollout.isOpen) this.rollouts.push(tracker.rollout);
    }
    for (let pod = 0; pod < this.cluster.pods.rowCount; pod++) this.enter(pod);
  }

  private onWorkload(before: RollingWorkload | undefined, after: RollingWorkload | undefined): void {
    const now = this.kernel.nowMicros;
    if (after === undefined) {
      const tracker = this.trackers.get(before!.uid)!;
      tracker.close(now);
      this.trackers.delete(before!.uid);
      return;
    }
    const tracker = this.trackers.get(after.uid);
    if (tracker === undefined) {
      const created = new WorkloadTracker(this.cluster, after, now, this.pathSince);
      this.trackers.set(after.uid, created);
      this.rollouts.push(created.rollout);
      if (after.kind !== 'Deployment') this.addOwnGroup(created, after, now);
      return;
    }
    const started = tracker.update(after, now);
    if (started !== undefined) this.rollouts.push(started);
  }

  /** A StatefulSet or DaemonSet controls its pods itself. */
  private addOwnGroup(tracker: WorkloadTracker, { uid, spec }: RollingWorkload, nowMicros: Micros): void {
    const group: PodGroup = { uid, template: spec.template.canonical, tracker: undefined, isUpdated: false };
    this.groups.set(uid, group);
    tracker.add(group, nowMicros);
  }

  private onReplicaSet(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    // The pods of a deleted ReplicaSet stay its pods until they are collected.
    if (after === undefined) return;
    let group = this.groups.get(after.uid);
    if (group === undefined) {
      group = { uid: after.uid, template: after.spec.template.canonical, tracker: undefined, isUpdated: false };
      this.groups.set(after.uid, group);
    }
    group.template = after.spec.template.canonical;
    if (before === undefined || before.ownerUid !== after.ownerUid) this.moveGroup(group, after.ownerUid);
    else group.tracker?.markUpdated(group);
  }

  /** A ReplicaSet, with the pods that it has, goes to another Deployment or none. */
  private moveGroup(group: PodGroup, deploymentUid: number): void {
    const { pods, owners } = this.cluster;
    const now = this.kernel.nowMicros;
    const from = group.tracker;
    const to = this.trackers.get(deploymentUid);
    from?.remove(group);
    to?.add(group, now);
    const first = owners.get(group.uid)?.firstPod ?? -1;
    for (let pod = first; pod !== -1; pod = pods.nextOfOwner[pod]!) {
      const state = pods.state[pod]!;
      from?.podChanged(pod, state, 0, now);
      to?.podChanged(pod, 0, state, now);
    }
  }

  private onPod(pod: number, before: number, after: number, atMicros: Micros): void {
    if (before === 0) this.enter(pod);
    else if (before === after) this.followOwner(pod, after, atMicros);
    const tracker = this.groupOfPod[pod]?.tracker;
    if (tracker === undefined) return;
    tracker.podChanged(pod, before, after, atMicros);
    if (isTaken(before, after) && tracker.rollout.isOpen) tracker.rollout.disruptions++;
    if ((after & ~before & POD_BOUND) !== 0) this.noteBound(pod, atMicros);
  }

  private enter(pod: number): void {
    const group = this.groups.get(this.cluster.pods.owner[pod]!);
    const rollout = group?.tracker?.isUpdatedPod(pod, group) ? group.tracker.rollout : undefined;
    this.groupOfPod[pod] = group;
    this.rolloutOfPod[pod] = rollout?.isOpen ? rollout : undefined;
    this.isRefused[pod] = false;
  }

  /** A pod may have been adopted or released. */
  private followOwner(pod: number, state: number, atMicros: Micros): void {
    const from = this.groupOfPod[pod];
    const to = this.groups.get(this.cluster.pods.owner[pod]!);
    if (from === to) return;
    from?.tracker?.podChanged(pod, state, 0, atMicros);
    to?.tracker?.podChanged(pod, 0, state, atMicros);
    this.groupOfPod[pod] = to;
  }

  private noteBound(pod: number, atMicros: Micros): void {
    const rollout = this.rolloutOfPod[pod];
    if (rollout?.isOpen) rollout.pendingMicros.push(atMicros - this.cluster.pods.createdMicros[pod]!);
  }
}

/** A disrupted pod starts to terminate, or goes at once. */
function isTaken(before: number, after: number): boolean {
  if ((before & POD_DISRUPTED) === 0 || (before & POD_TERMINATING) !== 0) return false;
  return after === 0 || (after & POD_TERMINATING) !== 0;
}

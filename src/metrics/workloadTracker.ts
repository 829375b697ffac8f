import type { Cluster } from '../cluster/cluster.ts';
import { CONTROLLER_REVISION_HASH_LABEL } from '../cluster/objects.ts';
import { isActiveAndReady } from '../cluster/podTable.ts';
import type { Micros } from '../kernel/time.ts';
import type { Stretch } from './criticalPath/index.ts';
import { PodMeter } from './podMeter.ts';
import type { RolloutOutcome } from './result.ts';
import { Rollout } from './rollout.ts';
import {
  desiredPods,
  hasExceededDeadline,
  hasProgressed,
  isRolledOut,
  isRollingOut,
  type RollingWorkload,
  revisionOf,
} from './rolloutStatus.ts';
import { Unavailability } from './unavailability.ts';

/** One controller of pods, for these to find the workload that they count for. */
export interface PodGroup {
  readonly uid: number;
  /** `canonical` of its template. */
  template: string;
  /** Undefined: it belongs to no workload that rolls out. */
  tracker: WorkloadTracker | undefined;
  /**
   * A ReplicaSet's template is its Deployment's present one: what it creates belongs to the open rollout. The pods of a
   * StatefulSet or DaemonSet are told apart one by one.
   */
  isUpdated: boolean;
}

/** What led from a moment to this one, for a rollout of that workload that is complete now; undefined: not known. */
export type PathSince = (startMicros: Micros, workload: RollingWorkload) => readonly Stretch[] | undefined;

/** Follows one Deployment, StatefulSet or DaemonSet from its creation to its deletion, rollout by rollout. */
export class WorkloadTracker {
  readonly meter: PodMeter;
  /** The last rollout; open or ended. */
  rollout: Rollout;
  private readonly cluster: Cluster;
  private readonly pathSince: PathSince;
  private readonly groups = new Set<PodGroup>();
  private readonly unavailability = new Unavailability();
  private workload: RollingWorkload;

  constructor(cluster: Cluster, workload: RollingWorkload, nowMicros: Micros, pathSince: PathSince) {
    this.cluster = cluster;
    this.pathSince = pathSince;
    this.workload = workload;
    this.meter = new PodMeter(cluster, workload.spec.minReadySeconds, desiredPods(workload), nowMicros);
    this.rollout = new Rollout(workload, 'create', nowMicros);
  }

  /** The workload was written. Returns the rollout that began with it, if one did. */
  update(after: RollingWorkload, nowMicros: Micros): Rollout | undefined {
    const before = this.workload;
    const isNewRollout = before.spec.template.canonical !== after.spec.template.canonical;
    if (isNewRollout) this.end('superseded', nowMicros);
    this.workload = after;
    this.rollout.follow(after);
    this.meter.setDesired(desiredPods(after), nowMicros);
    if (after.spec.minReadySeconds !== this.meter.minReadySeconds) {
      this.meter.setMinReadySeconds(after.spec.minReadySeconds, this.readyPods(), nowMicros);
    }
    if (isNewRollout) this.begin(nowMicros);
    else this.noteProgress(before, after, nowMicros);
    if (this.rollout.isOpen && isRolledOut(after)) this.end('complete', nowMicros);
    return isNewRollout ? this.rollout : undefined;
  }

  /** A controller of pods came under this workload. */
  add(group: PodGroup, nowMicros: Micros): void {
    this.groups.add(group);
    group.tracker = this;
    this.markUpdated(group);
    if (group.isUpdated) this.rollout.progress.sign(nowMicros);
  }

  remove(group: PodGroup): void {
    this.groups.delete(group);
    group.tracker = undefined;
    group.isUpdated = false;
  }

  /** Compares the group's template with the workload's. */
  markUpdated(group: PodGroup): void {
    group.isUpdated = group.template === this.workload.spec.template.canonical;
  }

  /** Whether a new pod is one of the present template's. */
  isUpdatedPod(pod: number, group: PodGroup): boolean {
    const { kind, meta, spec } = this.workload;
    if (kind === 'Deployment') return group.isUpdated;
    const hash = this.cluster.labelsOf(pod)[CONTROLLER_REVISION_HASH_LABEL];
    const name = kind === 'StatefulSet' ? hash : `${meta.name}-${hash}`;
    const revision = this.cluster.tables.ControllerRevision.find(meta.namespace, name ?? '');
    return revision?.template.canonical === spec.template.canonical;
  }

  /** A pod of this workload went from one state to another. */
  podChanged(pod: number, before: number, after: number, nowMicros: Micros): void {
    this.meter.change(pod, before, after, nowMicros);
    const place = this.placeOf(pod);
    if (place === undefined) return;
    const ready = { micros: this.cluster.pods.readyMicros[pod]!, minSeconds: this.meter.minReadySeconds };
    this.unavailability.change(place, pod, after, ready, nowMicros);
  }

  /** The workload, with the pods that it has now, was there before the run: only a rollout that is under way counts. */
  takeOver(nowMicros: Micros): void {
    this.rollout.dismiss();
    this.begin(nowMicros);
    if (!isRollingOut(this.workload)) this.rollout.dismiss();
  }

  /** The workload was deleted, or the run is over. */
  close(nowMicros: Micros): void {
    this.end(hasExceededDeadline(this.workload) ? 'stalled' : 'unfinished', nowMicros);
  }

  private begin(nowMicros: Micros): void {
    this.meter.restart(nowMicros);
    this.unavailability.restart(nowMicros);
    this.rollout = new Rollout(this.workload, 'update', nowMicros);
    for (const group of this.groups) this.markUpdated(group);
  }

  private end(outcome: RolloutOutcome, nowMicros: Micros): void {
    if (!this.rollout.isOpen) return;
    const hasPlaces = this.workload.kind !== 'Deployment' && this.rollout.cause === 'update';
    const unavailable = hasPlaces ? this.unavailability.finish(outcome === 'complete', nowMicros) : undefined;
    const revision = revisionOf(this.workload, this.cluster.tables.ControllerRevision.list());
    const path = outcome === 'complete' ? this.pathSince(this.rollout.startMicros, this.workload) : undefined;
    const figures = this.meter.figures(nowMicros);
    this.rollout.end(this.workload, { outcome, revision, figures, unavailable, path }, nowMicros);
  }

  private noteProgress(before: RollingWorkload, after: RollingWorkload, nowMicros: Micros): void {
    const { progress } = this.rollout;
    if (before.kind === 'Deployment' && after.kind === 'Deployment' && after.spec.paused !== before.spec.paused) {
      if (after.spec.paused) progress.pause(nowMicros);
      else progress.resume(nowMicros);
    }
    if (hasProgressed(before, after)) progress.sign(nowMicros);
  }

  /** Where the pod serves, for workloads whose pods are not interchangeable. */
  private placeOf(pod: number): string | undefined {
    if (this.workload.kind === 'Deployment') return undefined;
    if (this.workload.kind === 'StatefulSet') return this.cluster.podName(pod);
    return this.cluster.nodes.names[this.cluster.pods.pinnedNode[pod]!];
  }

  private readyPods(): number[] {
    const { pods, owners } = this.cluster;
    const ready: number[] = [];
    for (const group of this.groups) {
      const first = owners.get(group.uid)?.firstPod ?? -1;
      for (let pod = first; pod !== -1; pod = pods.nextOfOwner[pod]!) {
        if (isActiveAndReady(pods.state[pod]!)) ready.push(pod);
      }
    }
    return ready.sort((a, b) => pods.readyMicros[a]! - pods.readyMicros[b]!);
  }
}

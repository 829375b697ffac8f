import type { Cluster } from '../cluster/cluster.ts';
import { type Deployment, REVISION_ANNOTATION } from '../cluster/objects.ts';
import { isActiveAndReady } from '../cluster/podTable.ts';
import type { Micros } from '../kernel/time.ts';
import { PodMeter } from './podMeter.ts';
import type { RolloutOutcome } from './result.ts';
import { Rollout } from './rollout.ts';
import { hasExceededDeadline, hasProgressed, isRolledOut } from './rolloutStatus.ts';

/** One ReplicaSet, for its pods to find their Deployment. */
export interface ReplicaSetGroup {
  readonly uid: number;
  /** `canonical` of its template. */
  template: string;
  /** Undefined: it belongs to no Deployment. */
  tracker: DeploymentTracker | undefined;
  /** Its template is the Deployment's present one: what it creates belongs to the open rollout. */
  isUpdated: boolean;
}

/** Follows one Deployment from its creation to its deletion or the end of the run, rollout by rollout. */
export class DeploymentTracker {
  readonly meter: PodMeter;
  /** The last rollout; open or ended. */
  rollout: Rollout;
  private readonly cluster: Cluster;
  private readonly groups = new Set<ReplicaSetGroup>();
  private deployment: Deployment;

  constructor(cluster: Cluster, deployment: Deployment, nowMicros: Micros) {
    this.cluster = cluster;
    this.deployment = deployment;
    this.meter = new PodMeter(cluster, deployment.spec.minReadySeconds, deployment.spec.replicas, nowMicros);
    this.rollout = new Rollout(deployment, 'create', nowMicros);
  }

  /** The Deployment was written. Returns the rollout that began with it, if one did. */
  update(after: Deployment, nowMicros: Micros): Rollout | undefined {
    const before = this.deployment;
    const isNewRollout = before.spec.template.canonical !== after.spec.template.canonical;
    if (isNewRollout) this.end('superseded', nowMicros);
    this.deployment = after;
    this.meter.setDesired(after.spec.replicas, nowMicros);
    if (after.spec.minReadySeconds !== this.meter.minReadySeconds) {
      this.meter.setMinReadySeconds(after.spec.minReadySeconds, this.readyPods(), nowMicros);
    }
    if (isNewRollout) this.begin(nowMicros);
    else this.noteProgress(before, after, nowMicros);
    if (this.rollout.isOpen && isRolledOut(after)) this.end('complete', nowMicros);
    return isNewRollout ? this.rollout : undefined;
  }

  /** A ReplicaSet came under this Deployment. */
  add(group: ReplicaSetGroup, nowMicros: Micros): void {
    this.groups.add(group);
    group.tracker = this;
    this.markUpdated(group);
    if (group.isUpdated) this.rollout.progress.sign(nowMicros);
  }

  remove(group: ReplicaSetGroup): void {
    this.groups.delete(group);
    group.tracker = undefined;
    group.isUpdated = false;
  }

  /** Compares the group's template with the Deployment's. */
  markUpdated(group: ReplicaSetGroup): void {
    group.isUpdated = group.template === this.deployment.spec.template.canonical;
  }

  /** The Deployment was deleted, or the run is over. */
  close(nowMicros: Micros): void {
    this.end(hasExceededDeadline(this.deployment) ? 'stalled' : 'unfinished', nowMicros);
  }

  private begin(nowMicros: Micros): void {
    this.meter.restart(nowMicros);
    this.rollout = new Rollout(this.deployment, 'update', nowMicros);
    for (const group of this.groups) this.markUpdated(group);
  }

  private end(outcome: RolloutOutcome, nowMicros: Micros): void {
    if (!this.rollout.isOpen) return;
    this.rollout.end(this.deployment, outcome, this.meter.figures(nowMicros), nowMicros);
  }

  private noteProgress(before: Deployment, after: Deployment, nowMicros: Micros): void {
    const { progress } = this.rollout;
    if (after.spec.paused !== before.spec.paused) {
      if (after.spec.paused) progress.pause(nowMicros);
      else progress.resume(nowMicros);
    }
    // A revision is written when the controller has created or found the ReplicaSet of the template.
    const foundReplicaSet =
      after.meta.annotations[REVISION_ANNOTATION] !== before.meta.annotations[REVISION_ANNOTATION];
    if (foundReplicaSet || hasProgressed(before.status, after.status)) progress.sign(nowMicros);
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

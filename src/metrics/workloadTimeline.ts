import { referenceTo } from '../api/reference.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { RevisionPods, type RevisionTemplate } from './revisionPods.ts';
import { type RolloutLimits, rolloutLimits } from './rolloutLimits.ts';
import { desiredPods, type RollingWorkload } from './rolloutStatus.ts';
import type { RolloutTimeline } from './timelineResult.ts';

/** Writes down the pods of one workload at each change, from its creation on. */
export class WorkloadTimeline {
  private readonly cluster: Cluster;
  private readonly countsMaxUnavailable: boolean;
  private readonly workloadName: string;
  /** By uid of the ReplicaSet, or name of the ControllerRevision. */
  private readonly revisions = new Map<string, RevisionPods>();
  private workload: RollingWorkload;
  private limits: RolloutLimits;

  private readonly points: Micros[] = [];
  private readonly desired: number[] = [];
  private readonly fewestAvailable: number[] = [];
  private readonly mostPods: number[] = [];
  private readonly updated: number[] = [];

  constructor(cluster: Cluster, workload: RollingWorkload, countsMaxUnavailable: boolean, nowMicros: Micros) {
    this.cluster = cluster;
    this.countsMaxUnavailable = countsMaxUnavailable;
    this.workload = workload;
    this.workloadName = referenceTo(workload.kind, workload.meta);
    this.limits = rolloutLimits(workload, countsMaxUnavailable);
    this.record(nowMicros);
  }

  /** The workload was written. */
  update(after: RollingWorkload, nowMicros: Micros): void {
    this.advance(nowMicros);
    const before = this.workload;
    this.workload = after;
    if (after.spec.minReadySeconds !== before.spec.minReadySeconds) {
      for (const revision of this.revisions.values()) revision.setMinReadySeconds(after.spec.minReadySeconds);
    }
    this.limits = rolloutLimits(after, this.countsMaxUnavailable);
    this.record(nowMicros);
  }

  /** The revision of this key; a new one, should it be the first time that it is asked for. */
  revision(key: string, template: RevisionTemplate, nowMicros: Micros): RevisionPods {
    const known = this.revisions.get(key);
    if (known !== undefined) return known;
    this.advance(nowMicros);
    const created = new RevisionPods(this.cluster, template, this.workload.spec.minReadySeconds, this.points.length);
    this.revisions.set(key, created);
    this.record(nowMicros);
    return created;
  }

  /** Moves on to `nowMicros`, does what changes some counts there, and writes down how they are then. */
  change(nowMicros: Micros, action: () => void): void {
    this.advance(nowMicros);
    action();
    this.record(nowMicros);
  }

  /** @param nameOf the name of the revision with a key */
  finish(endMicros: Micros, nameOf: (key: string) => string): RolloutTimeline {
    this.advance(endMicros);
    const { desired, fewestAvailable, mostPods, updated } = this;
    return {
      workload: this.workloadName,
      seconds: this.points.map((micros) => micros / MICROS_PER_SECOND),
      desired,
      fewestAvailable,
      mostPods,
      updated,
      revisions: [...this.revisions].map(([key, revision]) => revision.finish(nameOf(key))),
    };
  }

  /** Stops wherever a pod becomes available by the mere passing of time. */
  private advance(nowMicros: Micros): void {
    for (;;) {
      let next = Number.POSITIVE_INFINITY;
      for (const revision of this.revisions.values()) next = Math.min(next, revision.nextChangeMicros());
      if (next > nowMicros) return;
      this.record(next);
    }
  }

  private record(nowMicros: Micros): void {
    const { points } = this;
    const isSameMoment = points.at(-1) === nowMicros;
    const point = isSameMoment ? points.length - 1 : points.push(nowMicros) - 1;
    this.desired[point] = desiredPods(this.workload);
    this.fewestAvailable[point] = this.limits.fewestAvailable;
    this.mostPods[point] = this.limits.mostPods;
    this.updated[point] = this.updatedIndex();
    for (const revision of this.revisions.values()) revision.record(point, nowMicros);
    if (point > 0 && this.isAlike(point - 1, point)) this.dropLast();
  }

  private updatedIndex(): number {
    const { canonical } = this.workload.spec.template;
    let index = 0;
    for (const { template } of this.revisions.values()) {
      if (template === canonical) return index;
      index++;
    }
    return -1;
  }

  private isAlike(a: number, b: number): boolean {
    const columns = [this.desired, this.fewestAvailable, this.mostPods, this.updated];
    if (columns.some((column) => column[a] !== column[b])) return false;
    for (const revision of this.revisions.values()) if (!revision.isAlike(a, b)) return false;
    return true;
  }

  /** A write that changed nothing that is written down here. */
  private dropLast(): void {
    for (const column of [this.points, this.desired, this.fewestAvailable, this.mostPods, this.updated]) column.pop();
    for (const revision of this.revisions.values()) revision.drop();
  }
}

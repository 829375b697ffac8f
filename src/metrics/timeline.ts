import type { PodTemplateSpec } from '../api/types.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { CONTROLLER_REVISION_HASH_LABEL, REVISION_ANNOTATION, type ReplicaSet } from '../cluster/objects.ts';
import type { ObjectTable } from '../cluster/objectTable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import type { RevisionPods, RevisionTemplate } from './revisionPods.ts';
import type { RollingWorkload } from './rolloutStatus.ts';
import type { RolloutTimeline } from './timelineResult.ts';
import { WorkloadTimeline } from './workloadTimeline.ts';

/** Where a pod is counted. */
interface Counted {
  readonly timeline: WorkloadTimeline;
  readonly revision: RevisionPods;
}

/**
 * Keeps the history that the other observers do not: how many pods each revision of each workload had in each state, change
 * by change. Made only where it is asked for, before the first object is written.
 */
export class TimelineObserver {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly countsMaxUnavailable: boolean;
  /** By uid, in the order of their creation; those of deleted workloads too. */
  private readonly timelines = new Map<number, WorkloadTimeline>();
  /** By uid of a ReplicaSet that has, or had, a Deployment. */
  private readonly ofReplicaSet = new Map<number, Counted>();
  /** By uid of a ReplicaSet: its last revision annotation. */
  private readonly names = new Map<number, string>();
  /** By pod row. */
  private readonly ofPod: (Counted | undefined)[] = [];

  /** @param options.countsMaxUnavailable whether the gate MaxUnavailableStatefulSet is on */
  constructor(options: { kernel: Kernel; cluster: Cluster; countsMaxUnavailable: boolean }) {
    this.kernel = options.kernel;
    this.cluster = options.cluster;
    this.countsMaxUnavailable = options.countsMaxUnavailable;
    for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'] as const) {
      const table = this.cluster.tables[kind] as unknown as ObjectTable<RollingWorkload>;
      table.observe((_before, after) => this.onWorkload(after));
    }
    this.cluster.replicaSets.observe((before, after) => this.onReplicaSet(before, after));
    this.cluster.observePods((pod, before, after, atMicros) => this.onPod(pod, before, after, atMicros));
  }

  /** All workloads, in the order of their creation. To be called once, after the run. */
  finish(endMicros: Micros = this.kernel.nowMicros): RolloutTimeline[] {
    const nameOf = (key: string): string => this.names.get(Number(key)) ?? key;
    return [...this.timelines.values()].map((timeline) => timeline.finish(endMicros, nameOf));
  }

  private onWorkload(after: RollingWorkload | undefined): void {
    if (after === undefined) return;
    const now = this.kernel.nowMicros;
    const timeline = this.timelines.get(after.uid);
    if (timeline !== undefined) timeline.update(after, now);
    else this.timelines.set(after.uid, new WorkloadTimeline(this.cluster, after, this.countsMaxUnavailable, now));
  }

  private onReplicaSet(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    if (after === undefined) return;
    const { uid, ownerUid, meta, spec } = after;
    this.names.set(uid, meta.annotations[REVISION_ANNOTATION] ?? '');
    const counted = this.ofReplicaSet.get(uid);
    if (before === undefined || before.ownerUid !== ownerUid) this.moveReplicaSet(after);
    else if (counted !== undefined && counted.revision.template !== spec.template.canonical) {
      counted.timeline.change(this.kernel.nowMicros, () => {
        counted.revision.template = spec.template.canonical;
      });
    }
  }

  /** A ReplicaSet, with the pods that it has, goes to another Deployment or none. */
  private moveReplicaSet({ uid, ownerUid, spec }: ReplicaSet): void {
    const from = this.ofReplicaSet.get(uid);
    const timeline = this.timelines.get(ownerUid);
    const now = this.kernel.nowMicros;
    const to = timeline && { timeline, revision: timeline.revision(String(uid), templateOf(spec.template), now) };
    if (to === undefined) this.ofReplicaSet.delete(uid);
    else this.ofReplicaSet.set(uid, to);
    const { pods, owners } = this.cluster;
    for (let pod = owners.get(uid)?.firstPod ?? -1; pod !== -1; pod = pods.nextOfOwner[pod]!) {
      this.movePod(pod, from, to, now);
    }
  }

  private onPod(pod: number, before: number, after: number, atMicros: Micros): void {
    if (before === 0) this.ofPod[pod] = this.counting(pod);
    else if (before === after) this.followOwner(pod, atMicros);
    const counted = this.ofPod[pod];
    counted?.timeline.change(atMicros, () => counted.revision.change(pod, before, after));
  }

  /** A pod may have been adopted or released. */
  private followOwner(pod: number, atMicros: Micros): void {
    const from = this.ofPod[pod];
    const to = this.counting(pod);
    if (from?.revision !== to?.revision) this.movePod(pod, from, to, atMicros);
  }

  private movePod(pod: number, from: Counted | undefined, to: Counted | undefined, atMicros: Micros): void {
    const state = this.cluster.pods.state[pod]!;
    from?.timeline.change(atMicros, () => from.revision.change(pod, state, 0));
    to?.timeline.change(atMicros, () => to.revision.change(pod, 0, state));
    this.ofPod[pod] = to;
  }

  /** Of a StatefulSet or DaemonSet, a label of the pod tells the revision. */
  private counting(pod: number): Counted | undefined {
    const { cluster } = this;
    const owner = cluster.ownerOf(pod);
    if (owner === undefined) return undefined;
    const timeline = this.timelines.get(owner.uid);
    if (timeline === undefined) return this.ofReplicaSet.get(owner.uid);
    const hash = cluster.labelsOf(pod)[CONTROLLER_REVISION_HASH_LABEL] ?? '';
    const name = owner.kind === 'DaemonSet' ? `${owner.name}-${hash}` : hash;
    const canonical = cluster.tables.ControllerRevision.find(owner.namespace, name)?.template.canonical ?? '';
    const { images } = cluster.templateOf(pod);
    return { timeline, revision: timeline.revision(name, { canonical, images }, this.kernel.nowMicros) };
  }
}

function templateOf({ canonical, spec }: PodTemplateSpec): RevisionTemplate {
  const images = [...spec.initContainers, ...spec.containers].map(({ image }) => image);
  return { canonical, images: [...new Set(images)] };
}

import type { Node, PersistentVolumeClaim } from '../cluster/objects.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';

/** Kinds of change that can make a pod schedulable (upstream's Resource/ActionType), as bits. */
export const ClusterEventKind = {
  NodeAdd: 1 << 0,
  NodeDelete: 1 << 1,
  NodeUpdateAllocatable: 1 << 2,
  NodeUpdateLabel: 1 << 3,
  /** Also `spec.unschedulable`, as upstream. */
  NodeUpdateTaint: 1 << 4,
  /** A pod that has a node appeared. */
  AssignedPodAdd: 1 << 5,
  /** A pod that has a node changed its labels. */
  AssignedPodUpdateLabel: 1 << 6,
  /** A pod that had a node is gone or has finished: starting to terminate frees nothing. */
  AssignedPodDelete: 1 << 7,
  /** A PersistentVolumeClaim appeared or changed. */
  ClaimAddOrUpdate: 1 << 8,
  VolumeAddOrUpdate: 1 << 9,
  StorageClassAddOrUpdate: 1 << 10,
  /** The waiting pod itself got a toleration. */
  WaitingPodUpdateTolerations: 1 << 11,
  /** The waiting pod itself changed its labels. */
  WaitingPodUpdateLabel: 1 << 12,
} as const;

/** One change of the cluster, as the scheduler's informers saw it. */
export interface ClusterEvent {
  /** Bits of ClusterEventKind: one node update can be several kinds at once. */
  readonly kinds: number;
  readonly nodeBefore?: Node | undefined;
  readonly nodeAfter?: Node | undefined;
  /** Template of the pod that the event is about. */
  readonly podTemplate?: CompiledTemplate;
  /** Id of that pod's labels in the cluster's label index. */
  readonly podLabelSet?: number;
  /** The same before the event, where it is a change of labels. */
  readonly podLabelSetBefore?: number | undefined;
  readonly podNamespace?: string;
  /** The event can help no pod of a higher priority. */
  readonly maxPriority?: number;
  /** The claim that the event is about, as it is now. */
  readonly claim?: PersistentVolumeClaim;
}

/**
 * Upstream's QueueingHintFn: may `event` make a pod of `template` schedulable? `pod` is the waiting pod. Only called
 * for events of the registered kinds, and only for pods that the registering plugin rejected.
 */
export type QueueingHint = (template: CompiledTemplate, event: ClusterEvent, pod: number) => boolean;

/** Kinds that a plugin wants to hear of; without a hint each of them is worth a retry. */
export interface EventRegistration {
  readonly kinds: number;
  readonly hint?: QueueingHint;
}

/** Whether a waiting pod that was of one template and is of another has other tolerations now. */
export function haveTolerationsChanged({ spec: before }: CompiledTemplate, { spec: after }: CompiledTemplate): boolean {
  return JSON.stringify(before.tolerations) !== JSON.stringify(after.tolerations);
}

/** What kinds of event a node's update is; 0 when nothing changed that scheduling looks at. */
export function nodeUpdateKinds(before: Node, after: Node): number {
  let kinds = 0;
  if (!sameAllocatable(before, after)) kinds |= ClusterEventKind.NodeUpdateAllocatable;
  if (!sameLabels(before, after)) kinds |= ClusterEventKind.NodeUpdateLabel;
  if (before.unschedulable !== after.unschedulable || !sameTaints(before, after)) {
    kinds |= ClusterEventKind.NodeUpdateTaint;
  }
  return kinds;
}

function sameAllocatable({ allocatable: a }: Node, { allocatable: b }: Node): boolean {
  if (a.cpuMilli !== b.cpuMilli || a.memoryBytes !== b.memoryBytes || a.pods !== b.pods) return false;
  if (a.ephemeralStorageBytes !== b.ephemeralStorageBytes || a.extended.size !== b.extended.size) return false;
  for (const [name, amount] of a.extended) if (b.extended.get(name) !== amount) return false;
  return true;
}

function sameLabels({ meta: { labels: a } }: Node, { meta: { labels: b } }: Node): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

export function sameTaints({ taints: a }: Node, { taints: b }: Node): boolean {
  return (
    a.length === b.length &&
    a.every((taint, i) => {
      const other = b[i]!;
      return taint.key === other.key && taint.value === other.value && taint.effect === other.effect;
    })
  );
}

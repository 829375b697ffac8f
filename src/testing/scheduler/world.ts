/**
 * The oracle: one scheduling decision, computed from nothing but plain data, the slow and plain way. It is written from
 * what is known of upstream's scheduler, not from `src/scheduler`, whose fast way it is held against: no caches, no
 * counts that are kept, every answer from scratch.
 */
import type { LabelSelector } from '../../api/selector.ts';
import type { NodeImage, PodSpec, ResourceAmounts, StringMap, Taint } from '../../api/types.ts';

export interface WorldNode {
  readonly name: string;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  readonly allocatable: ResourceAmounts & { readonly pods: number };
  readonly images: readonly NodeImage[];
}

export interface WorldPod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: StringMap;
  /** What it was created with: what the API server merged `matchLabelKeys` with. */
  readonly labelsAtCreation: StringMap;
  readonly spec: PodSpec;
  readonly priority: number;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
  /** Node on which it counts; empty while it waits. */
  readonly nodeName: string;
  readonly isTerminating: boolean;
  /** The scheduler is about to delete it to make room for another one. */
  readonly isVictim: boolean;
  /** In whole seconds; infinity before the start. */
  readonly startSeconds: number;
  /** Of the ReplicaSet, ReplicationController or StatefulSet that owns it. */
  readonly ownerSelector: LabelSelector | undefined;
}

export interface Nomination {
  readonly pod: WorldPod;
  readonly nodeName: string;
}

/** What a PodDisruptionBudget allows at the moment. */
export interface WorldBudget {
  readonly namespace: string;
  readonly selector: LabelSelector;
  readonly disruptionsAllowed: number;
}

export interface World {
  /** 37 for 1.37. */
  readonly minorVersion: number;
  /** In the order in which they are looked at. */
  readonly nodes: readonly WorldNode[];
  /** Those that count on a node, assumed ones included. */
  readonly pods: readonly WorldPod[];
  /** Labels by namespace. */
  readonly namespaces: ReadonlyMap<string, StringMap>;
  readonly services: readonly { readonly namespace: string; readonly selector: StringMap }[];
  readonly nominations: readonly Nomination[];
  readonly budgets: readonly WorldBudget[];
}

export function podsOn(world: World, node: WorldNode): WorldPod[] {
  return world.pods.filter((pod) => pod.nodeName === node.name);
}

/** Why a node cannot take a pod. */
export interface Rejection {
  readonly reasons: readonly string[];
  /** Removing pods from the node cannot help (UnschedulableAndUnresolvable). */
  readonly isUnresolvable: boolean;
}

export function unschedulable(...reasons: string[]): Rejection {
  return { reasons, isUnresolvable: false };
}

export function unresolvable(...reasons: string[]): Rejection {
  return { reasons, isUnresolvable: true };
}

/** What is taken of one plugin. */
export interface OraclePlugin {
  readonly name: string;
  /** PreFilter: names of the only nodes worth a look, undefined for all; or a rejection of the pod. */
  narrow?(pod: WorldPod): ReadonlySet<string> | Rejection | undefined;
  /** PreFilter answers Skip: Filter is not asked in this turn, though a nominated pod might give it something to do. */
  isIdle?(pod: WorldPod, world: World): boolean;
  /** Filter. */
  reject?(pod: WorldPod, node: WorldNode, world: World): Rejection | undefined;
  /** Score and NormalizeScore: 0 to 100 by node; undefined where PreScore answers Skip. */
  score?(pod: WorldPod, nodes: readonly WorldNode[], world: World): number[] | undefined;
}

/** Upstream's DefaultNormalizeScore: the highest becomes 100. */
export function normalized(scores: readonly number[]): number[] {
  const highest = Math.max(0, ...scores);
  if (highest === 0) return scores.map(() => 0);
  return scores.map((score) => Math.trunc((100 * score) / highest));
}

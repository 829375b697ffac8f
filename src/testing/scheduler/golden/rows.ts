/**
 * Decisions with what every formula comes to, worked out by hand. Both the scheduler and the oracle are held against
 * them, so that the two cannot be wrong together.
 */
import type { JsonObject, StringMap } from '../../../api/types.ts';
import type { NodeSketch, PodSketch } from '../documents.ts';

export interface GoldenRow {
  readonly title: string;
  /** 37 by default. */
  readonly minorVersion?: number;
  readonly nodes: Readonly<Record<string, NodeSketch>>;
  /** Pods that are there, by node. */
  readonly placed?: Readonly<Record<string, readonly PodSketch[]>>;
  /** Names of nodes whose pods terminate. */
  readonly terminating?: readonly string[];
  /** Selectors of Services. */
  readonly services?: readonly StringMap[];
  readonly pod: PodSketch;
  /** `PLUGIN: REASON` by node, in the order of `nodes`; empty where the pod fits. */
  readonly verdicts?: readonly string[];
  /** By plugin: normalised and weighted, by feasible node. */
  readonly scores?: Readonly<Record<string, readonly number[]>>;
  /** Sum over all plugins of the default profile, by feasible node. */
  readonly totals?: readonly number[];
}

/** Taints of one value. */
export function soft(key: string): { key: string; value: string; effect: string } {
  return { key, value: '1', effect: 'PreferNoSchedule' };
}

/** Preferences of nodes. */
export function preferring(...preferred: { weight: number; matchExpressions: JsonObject[] }[]): PodSketch {
  const terms = preferred.map(({ weight, matchExpressions }) => ({ weight, preference: { matchExpressions } }));
  return { spec: { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: terms } } } };
}

export function isIn(key: string, ...values: string[]): JsonObject {
  return { key, operator: 'In', values };
}

export const ZONE = 'topology.kubernetes.io/zone';
export const HOSTNAME = 'kubernetes.io/hostname';

/** A pod of `app: NAME`. */
export function podOf(app: string, sketch: PodSketch = {}): PodSketch {
  return { ...sketch, labels: { app, ...sketch.labels } };
}

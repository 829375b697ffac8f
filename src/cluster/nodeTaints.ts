/** Taints that the control plane itself puts on nodes, and what pods make of taints. */
import type { JsonObject, NodeManifest, Taint, TaintEffect, Toleration } from '../api/types.ts';
import { tolerates } from './nodeTable.ts';

export const TAINT_NODE_NOT_READY = 'node.kubernetes.io/not-ready';
export const TAINT_NODE_UNREACHABLE = 'node.kubernetes.io/unreachable';
export const TAINT_NODE_UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
export const TAINT_NODE_MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure';
export const TAINT_NODE_DISK_PRESSURE = 'node.kubernetes.io/disk-pressure';
export const TAINT_NODE_PID_PRESSURE = 'node.kubernetes.io/pid-pressure';
/** Put by users: the node's pods will not come back. */
export const TAINT_NODE_OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
export const TAINT_NODE_NETWORK_UNAVAILABLE = 'node.kubernetes.io/network-unavailable';

/** Upstream's `FindMatchingUntoleratedTaint`: the first taint of one of the effects that no toleration matches. */
export function findUntoleratedTaint(
  tolerations: readonly Toleration[],
  taints: readonly Taint[],
  effects: readonly TaintEffect[],
): Taint | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Upstream's `MatchTaint`: taints are told apart by key and effect. */
export function isSameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** The same taints, with the same values, in the same order. */
export function isSameTaintList(a: readonly Taint[], b: readonly Taint[]): boolean {
  return a.length === b.length && a.every((taint, i) => isSameTaint(taint, b[i]!) && taint.value === b[i]!.value);
}

/** The node with other taints, in its document too. */
export function withTaints<N extends NodeManifest>(node: N, taints: readonly Taint[]): N {
  const { taints: _, ...spec } = (node.manifest.spec ?? {}) as JsonObject;
  const documents = taints.map(
    ({ key, value, effect }): JsonObject => (value === '' ? { key, effect } : { key, value, effect }),
  );
  const manifest = { ...node.manifest, spec: documents.length === 0 ? spec : { ...spec, taints: documents } };
  return { ...node, taints, manifest };
}

/**
 * The admission plugin TaintNodesByCondition: whoever registers a node, it is `not-ready` until the node lifecycle
 * controller has seen that it is not.
 */
export function admitNode<N extends NodeManifest>(node: N): N {
  const taint: Taint = { key: TAINT_NODE_NOT_READY, value: '', effect: 'NoSchedule' };
  if (node.taints.some((other) => isSameTaint(other, taint))) return node;
  return withTaints(node, [...node.taints, taint]);
}

import { matchesNodeSelector, matchesTerm } from '../../api/nodeSelectorMatch.ts';
import type { PodSpec } from '../../api/types.ts';
import { findUntoleratedTaint, type Node } from '../../cluster/index.ts';

/** The node ought to have a pod of the set. */
export const SHOULD_RUN = 1;
/** A pod of the set that the node has may stay. */
export const SHOULD_CONTINUE_RUNNING = 2;

/**
 * Upstream's `NodeShouldRunDaemonPod`, as bits. Neither the node's size nor its readiness counts: whether a pod fits is
 * the scheduler's business.
 *
 * @param spec the template's, with the tolerations of a DaemonSet's pods.
 */
export function nodeShouldRunDaemonPod(spec: PodSpec, node: Node): number {
  const { name, labels } = node.meta;
  if (spec.nodeName !== '' && spec.nodeName !== name) return 0;
  if (!matchesNodeSelector(spec.nodeSelector, labels)) return 0;
  const { required } = spec.nodeAffinity;
  if (required !== undefined && !required.some((term) => matchesTerm(term, labels, name))) return 0;
  const { tolerations } = spec;
  if (findUntoleratedTaint(tolerations, node.taints, ['NoSchedule', 'NoExecute']) === undefined) {
    return SHOULD_RUN | SHOULD_CONTINUE_RUNNING;
  }
  return findUntoleratedTaint(tolerations, node.taints, ['NoExecute']) === undefined ? SHOULD_CONTINUE_RUNNING : 0;
}

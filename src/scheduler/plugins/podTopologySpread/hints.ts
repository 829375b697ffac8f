import type { StringMap } from '../../../api/types.ts';
import { type ClusterEvent, sameTaints } from '../../clusterEvent.ts';
import type { SpreadConstraint } from './constraints.ts';

/** Upstream's isSchedulableAfterPodChange, for a pod that has a node and is in the waiting pod's namespace. */
export function mayHelpAsPod(
  constraints: readonly SpreadConstraint[],
  { podLabelSet: after, podLabelSetBefore: before }: ClusterEvent,
): boolean {
  return constraints.some(({ selector }) => {
    const matches = selector?.matches(after!) ?? false;
    return before === undefined ? matches : matches !== (selector?.matches(before) ?? false);
  });
}

/** Upstream's isSchedulableAfterNodeChange. */
export function mayHelpAsNode(
  constraints: readonly SpreadConstraint[],
  { nodeBefore, nodeAfter }: ClusterEvent,
): boolean {
  const isPlace = (labels: StringMap) => constraints.every(({ topologyKey }) => Object.hasOwn(labels, topologyKey));
  const wasPlace = nodeBefore !== undefined && isPlace(nodeBefore.meta.labels);
  const isNowPlace = nodeAfter !== undefined && isPlace(nodeAfter.meta.labels);
  if (!wasPlace || !isNowPlace) return wasPlace || isNowPlace;
  const { labels: before } = nodeBefore.meta;
  const { labels: after } = nodeAfter.meta;
  return (
    constraints.some(({ topologyKey }) => before[topologyKey] !== after[topologyKey]) ||
    !sameTaints(nodeBefore, nodeAfter)
  );
}

import { type Comparison, type Entry, firstDifference, keysOfBoth, ofKind, show } from '../comparison.ts';

/** Each pod's node, for recordings in which the scores of nodes never tie. */
export function placements(comparison: Comparison): string[] {
  const recorded = nodeByPod(comparison.recorded);
  const simulated = nodeByPod(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((pod) => {
    const a = recorded.get(pod);
    const b = simulated.get(pod);
    return a === b ? [] : [`pod ${pod}: recorded on ${show(a)}, simulated on ${show(b)}`];
  });
}

/** Which pods were stopped. */
export function stoppedPods(comparison: Comparison): string[] {
  const stopped = (entries: readonly Entry[]) =>
    ofKind(entries, 'Pod')
      .filter((entry) => entry.event === 'terminating')
      .map((entry) => entry.name)
      .sort();
  const recorded = stopped(comparison.recorded);
  const simulated = stopped(comparison.simulated);
  if (firstDifference(recorded, simulated) === -1) return [];
  return [`stopped pods: recorded [${recorded.join(', ')}], simulated [${simulated.join(', ')}]`];
}

function nodeByPod(entries: readonly Entry[]): Map<string, unknown> {
  const bound = ofKind(entries, 'Pod').filter((entry) => entry.event === 'bound');
  return new Map(bound.map((entry) => [entry.name, entry.node]));
}

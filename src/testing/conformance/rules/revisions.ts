import { type Comparison, type Entry, firstDifference, keysOfBoth, ofKind, show } from '../comparison.ts';

/**
 * The revisions of StatefulSets and DaemonSets, whose hashes are each log's own: pods are made of the same revisions,
 * counted in the order in which these come up, and the end has the same ones.
 */
export function revisions(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  return [...revisionsOfPods(comparison), ...finalRevisions(comparison)];
}

function revisionsOfPods(comparison: Comparison): string[] {
  const recorded = numbersByOwner(comparison.recorded);
  const simulated = numbersByOwner(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((owner) => {
    const a = recorded.get(owner) ?? [];
    const b = simulated.get(owner) ?? [];
    return firstDifference(a, b) === -1
      ? []
      : [`${owner}: revisions of its pods: recorded ${show(a)}, simulated ${show(b)}`];
  });
}

/** For each controller the number of the revision of each pod that it made, in order. */
function numbersByOwner(entries: readonly Entry[]): Map<string, number[]> {
  const numbers = new Map<string, number[]>();
  const known = new Map<string, string[]>();
  for (const { event, owner, hash } of ofKind(entries, 'Pod')) {
    if (event !== 'created' || typeof owner !== 'string' || typeof hash !== 'string') continue;
    const hashes = known.get(owner) ?? [];
    if (!hashes.includes(hash)) hashes.push(hash);
    known.set(owner, hashes);
    numbers.set(owner, [...(numbers.get(owner) ?? []), hashes.indexOf(hash)]);
  }
  return numbers;
}

function finalRevisions(comparison: Comparison): string[] {
  const recorded = convergedSets(comparison.recorded);
  const simulated = convergedSets(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((name) => {
    const a = recorded.get(name);
    const b = simulated.get(name);
    return a === b
      ? []
      : [`final StatefulSet/${name}: current is update revision: recorded ${show(a)}, simulated ${show(b)}`];
  });
}

function convergedSets(entries: readonly Entry[]): Map<string, boolean> {
  const sets = ofKind(entries, 'StatefulSet');
  return new Map(sets.map(({ name, currentRevision, updateRevision }) => [name, currentRevision === updateRevision]));
}

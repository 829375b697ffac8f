import { type Comparison, type Entry, isOtherCount, keysOfBoth, ofKind, showTime } from '../comparison.ts';

/** How many pods were made from each image. */
export function podsPerImage(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  const count = (entries: readonly Entry[]) =>
    countBy(podEvents(entries, 'created'), (entry) => String(entry.image ?? ''));
  return differingCounts(comparison, 'pods created from', count);
}

/** How many pods each owner made and lost. Bare pods count under their own names. */
export function podsPerOwner(comparison: Comparison): string[] {
  return (['created', 'terminating', 'deleted'] as const).flatMap((event) => {
    const count = (entries: readonly Entry[]) =>
      countBy(podEvents(entries, event), (entry) => entry.name.split('#')[0]!);
    return differingCounts(comparison, `pods ${event} of`, count);
  });
}

/** The most pods that existed at one moment, terminating ones included. */
export function mostPodsAtOnce(comparison: Comparison): string[] {
  const recorded = peak(comparison.recorded);
  const simulated = peak(comparison.simulated);
  if (!isOtherCount(comparison, recorded.pods, simulated.pods)) return [];
  return [
    `most pods at once: recorded ${recorded.pods} at ${showTime(recorded.t)}, ` +
      `simulated ${simulated.pods} at ${showTime(simulated.t)}`,
  ];
}

function peak(entries: readonly Entry[]): { pods: number; t: number } {
  let pods = 0;
  let most = { pods: 0, t: 0 };
  for (const { event, t } of ofKind(entries, 'Pod').sort((a, b) => a.t - b.t)) {
    if (event === 'created') pods++;
    else if (event === 'deleted') pods--;
    if (pods > most.pods) most = { pods, t };
  }
  return most;
}

function podEvents(entries: readonly Entry[], event: string): Entry[] {
  return ofKind(entries, 'Pod').filter((entry) => entry.event === event);
}

function countBy(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return counts;
}

function differingCounts(
  comparison: Comparison,
  what: string,
  count: (entries: readonly Entry[]) => Map<string, number>,
): string[] {
  const recorded = count(comparison.recorded);
  const simulated = count(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((key) => {
    const a = recorded.get(key) ?? 0;
    const b = simulated.get(key) ?? 0;
    return isOtherCount(comparison, a, b) ? [`${what} ${key}: recorded ${a}, simulated ${b}`] : [];
  });
}

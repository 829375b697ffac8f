import { type Comparison, type Entry, keysOfBoth, ofKind, show } from '../comparison.ts';

/** What each HorizontalPodAutoscaler asked for, in order, repeats dropped. */
export function autoscalerDecisions(comparison: Comparison): string[] {
  const recorded = desiredByName(comparison.recorded);
  const simulated = desiredByName(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((name) => {
    const a = show(recorded.get(name));
    const b = show(simulated.get(name));
    return a === b ? [] : [`HorizontalPodAutoscaler/${name}: asked for: recorded ${a}, simulated ${b}`];
  });
}

function desiredByName(entries: readonly Entry[]): Map<string, unknown[]> {
  const desired = new Map<string, unknown[]>();
  for (const entry of ofKind(entries, 'HorizontalPodAutoscaler')) {
    const known = desired.get(entry.name) ?? [];
    if (entry.desired && known.at(-1) !== entry.desired) known.push(entry.desired);
    if (known.length > 0) desired.set(entry.name, known);
  }
  return desired;
}

import { type Comparison, type Entry, isFar, isOtherCount, keysOfBoth, ofKind, show, showTime } from '../comparison.ts';

/** What says that an object has come to rest, by kind. */
const SETTLE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['available', 'updated'],
  StatefulSet: ['available', 'updated'],
  DaemonSet: ['available', 'updated'],
  Job: ['active', 'succeeded', 'failed'],
};
const WITH_AVAILABILITY = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The fewest available pods that a status told of since the first step. */
export function fewestAvailable(comparison: Comparison): string[] {
  return WITH_AVAILABILITY.flatMap((kind) => {
    const recorded = fewest(comparison, comparison.recorded, kind);
    const simulated = fewest(comparison, comparison.simulated, kind);
    return keysOfBoth(recorded, simulated).flatMap((name) => {
      const a = recorded.get(name);
      const b = simulated.get(name);
      if (a !== undefined && b !== undefined && !isOtherCount(comparison, a.available, b.available)) return [];
      return [
        `${kind}/${name}: fewest available since the first step: recorded ${showLow(a)}, simulated ${showLow(b)}`,
      ];
    });
  });
}

interface Low {
  readonly available: number;
  readonly t: number;
}

function showLow(low: Low | undefined): string {
  return low === undefined ? 'nothing' : `${low.available} at ${showTime(low.t)}`;
}

function fewest(comparison: Comparison, entries: readonly Entry[], kind: string): Map<string, Low> {
  const lows = new Map<string, Low>();
  for (const { name, t, available } of ofKind(entries, kind)) {
    if (t < comparison.firstStepSeconds || typeof available !== 'number') continue;
    const known = lows.get(name);
    if (known === undefined || available < known.available) lows.set(name, { available, t });
  }
  return lows;
}

/** When each object came to rest: the last change of its telling fields. */
export function settleTimes(comparison: Comparison): string[] {
  return Object.entries(SETTLE_FIELDS).flatMap(([kind, fields]) => {
    const recorded = lastChanges(comparison.recorded, kind, fields);
    const simulated = lastChanges(comparison.simulated, kind, fields);
    return [...recorded.keys()].flatMap((name) => {
      const a = recorded.get(name)!;
      const b = simulated.get(name);
      // An object that one of them lacks is a difference of its own.
      if (b === undefined || !isFar(comparison, a, b)) return [];
      return [`${kind}/${name}: settles: recorded at ${showTime(a)}, simulated at ${showTime(b)}`];
    });
  });
}

function lastChanges(entries: readonly Entry[], kind: string, fields: readonly string[]): Map<string, number> {
  const last = new Map<string, string>();
  const when = new Map<string, number>();
  for (const entry of ofKind(entries, kind)) {
    const values = show(fields.map((field) => entry[field] ?? null));
    if (last.get(entry.name) === values) continue;
    last.set(entry.name, values);
    when.set(entry.name, entry.t);
  }
  return when;
}

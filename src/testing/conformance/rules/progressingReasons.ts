import { type Comparison, type Entry, firstDifference, keysOfBoth, ofKind, showTime } from '../comparison.ts';

interface TimedReason {
  readonly t: number;
  readonly reason: string;
}

/** The condition Progressing of each Deployment: the same statuses and reasons in the same order. */
export function progressingReasons(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  const recorded = reasonsByDeployment(comparison.recorded);
  const simulated = reasonsByDeployment(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((name) => {
    const a = recorded.get(name) ?? [];
    const b = simulated.get(name) ?? [];
    const reasonOf = ({ reason }: TimedReason) => reason;
    const at = firstDifference(a.map(reasonOf), b.map(reasonOf));
    if (at === -1) return [];
    return [`Deployment/${name}: Progressing differs at ${at + 1}: recorded ${showAll(a)}; simulated ${showAll(b)}`];
  });
}

function showAll(reasons: readonly TimedReason[]): string {
  return reasons.map(({ t, reason }) => `${reason} at ${showTime(t)}`).join(', ') || 'nothing';
}

function reasonsByDeployment(entries: readonly Entry[]): Map<string, TimedReason[]> {
  const reasons = new Map<string, TimedReason[]>();
  for (const entry of ofKind(entries, 'Deployment')) {
    const reason = (entry.conditions as Record<string, string> | undefined)?.Progressing;
    if (reason === undefined) continue;
    const known = reasons.get(entry.name) ?? [];
    if (known.at(-1)?.reason !== reason) known.push({ t: entry.t, reason });
    reasons.set(entry.name, known);
  }
  return reasons;
}

import { type Comparison, type Entry, keysOfBoth, show } from '../comparison.ts';

/** What objects must look like at the end, by kind; `exact`: only where single decisions are held too. */
const FINAL_FIELDS: Readonly<
  Record<string, { readonly always: readonly string[]; readonly exact: readonly string[] }>
> = {
  Deployment: {
    always: ['spec', 'replicas', 'updated', 'ready', 'available', 'unavailable', 'revision'],
    exact: ['generation', 'observed', 'terminating', 'conditions'],
  },
  ReplicaSet: {
    always: ['spec', 'replicas', 'ready', 'available', 'revision'],
    exact: ['terminating', 'image', 'desired', 'max'],
  },
  StatefulSet: { always: ['spec', 'replicas', 'ready', 'available', 'current', 'updated'], exact: [] },
  DaemonSet: {
    always: ['desired', 'current', 'misscheduled', 'ready', 'updated', 'available', 'unavailable'],
    exact: [],
  },
  Job: { always: ['active', 'succeeded', 'failed', 'completedIndexes'], exact: ['conditions', 'ready', 'terminating'] },
  HorizontalPodAutoscaler: { always: ['current', 'desired'], exact: [] },
  PodDisruptionBudget: { always: ['allowed', 'healthy', 'desired', 'expected'], exact: [] },
};

/** The same objects exist at the end, in the same state. */
export function finalFields(comparison: Comparison): string[] {
  const recorded = lastEntries(comparison.recorded);
  const simulated = lastEntries(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((key) => {
    const a = recorded.get(key);
    const b = simulated.get(key);
    if (a === undefined) return [`final ${key}: recorded nothing, simulated ${show(b)}`];
    if (b === undefined) return [`final ${key}: recorded ${show(a)}, simulated nothing`];
    const { always, exact } = FINAL_FIELDS[a.kind]!;
    return [...always, ...(comparison.isExact ? exact : [])]
      .filter((field) => show(a[field]) !== show(b[field]))
      .map((field) => `final ${key}: ${field}: recorded ${show(a[field])}, simulated ${show(b[field])}`);
  });
}

/** By `KIND/NAME`; objects that were deleted are left out. */
function lastEntries(entries: readonly Entry[]): Map<string, Entry> {
  const last = new Map<string, Entry>();
  for (const entry of entries) {
    if (!(entry.kind in FINAL_FIELDS)) continue;
    const key = `${entry.kind}/${entry.name}`;
    if (entry.deleted === true) last.delete(key);
    else last.set(key, entry);
  }
  return last;
}

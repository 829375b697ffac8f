import { type Comparison, type Entry, firstDifference, ofKind, showTime } from '../comparison.ts';

/** Recordings see events of one pass of a controller this close together, in an order that is chance. */
const ONE_PASS_SECONDS = 0.12;

/** Pods that have names of their own are created and stopped in the same order. */
export function namedPodOrder(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  const recorded = namedPodEvents(comparison.recorded);
  const simulated = namedPodEvents(comparison.simulated);
  const a = recorded.map(showEvent);
  const b = simulated.map(showEvent);
  if (isSameUpToPasses(recorded, a, b)) return [];
  const at = firstDifference(a, b);
  const show = (events: readonly string[], entries: readonly Entry[]) =>
    events[at] === undefined ? 'nothing' : `${events[at]} at ${showTime(entries[at]!.t)}`;
  return [`named pods: event ${at + 1} differs: recorded ${show(a, recorded)}, simulated ${show(b, simulated)}`];
}

function namedPodEvents(entries: readonly Entry[]): Entry[] {
  const isNamed = (entry: Entry) => !entry.name.includes('#');
  return ofKind(entries, 'Pod').filter((e) => isNamed(e) && (e.event === 'created' || e.event === 'terminating'));
}

function showEvent(entry: Entry): string {
  return `${entry.name} ${entry.event}`;
}

function isSameUpToPasses(recorded: readonly Entry[], a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let start = 0; start < a.length; ) {
    let end = start + 1;
    while (end < a.length && recorded[end]!.t - recorded[end - 1]!.t < ONE_PASS_SECONDS) end++;
    if (firstDifference(a.slice(start, end).sort(), b.slice(start, end).sort()) !== -1) return false;
    start = end;
  }
  return true;
}

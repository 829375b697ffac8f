import { type Comparison, type Entry, firstDifference, keysOfBoth, ofKind, show } from '../comparison.ts';

/** What client-go's event correlator writes in front of the tenth and all later similar events. */
const COMBINED = '(combined from similar events): ';
/** Different messages of one object and reason that it lets through within ten minutes, the combined one included. */
const SIMILAR_EVENTS_MAX = 10;
const SCALED_REPLICA_SET = /replica set (.+)@\d+ from/;

/**
 * The ScalingReplicaSet Events of each Deployment, in order. A recorder sends a repeated message only once and folds all
 * from the tenth on into one, so what a recording can tell are the first ten different messages.
 */
export function scalingEvents(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  const recorded = messagesByDeployment(comparison.recorded);
  const simulated = messagesByDeployment(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((name) => {
    const a = recorded.get(name) ?? [];
    const b = simulated.get(name) ?? [];
    const at = firstDifference(a, b);
    if (at === -1) return [];
    return [`Deployment/${name}: ScalingReplicaSet event ${at + 1}: recorded ${show(a[at])}, simulated ${show(b[at])}`];
  });
}

function messagesByDeployment(entries: readonly Entry[]): Map<string, string[]> {
  const messages = new Map<string, string[]>();
  for (const entry of ofKind(entries, 'Event')) {
    if (entry.reason !== 'ScalingReplicaSet') continue;
    const message = String(entry.message).replace(COMBINED, '');
    const deployment = SCALED_REPLICA_SET.exec(message)?.[1] ?? '';
    const known = messages.get(deployment) ?? [];
    if (known.length < SIMILAR_EVENTS_MAX && !known.includes(message)) known.push(message);
    messages.set(deployment, known);
  }
  return messages;
}

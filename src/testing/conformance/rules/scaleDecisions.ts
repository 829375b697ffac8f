import { type Comparison, type Entry, firstDifference, isFar, keysOfBoth, ofKind, showTime } from '../comparison.ts';

interface ScaleDecision {
  readonly t: number;
  readonly replicaSet: string;
  readonly replicas: number;
}

/** Every change of a ReplicaSet's `spec.replicas`: the same ones in the same order, at the same times. */
export function scaleDecisions(comparison: Comparison): string[] {
  if (!comparison.isExact) return [];
  const recorded = decisionsByOwner(comparison.recorded);
  const simulated = decisionsByOwner(comparison.simulated);
  return keysOfBoth(recorded, simulated).flatMap((owner) =>
    compareDecisions(comparison, owner, recorded.get(owner) ?? [], simulated.get(owner) ?? []),
  );
}

function compareDecisions(
  comparison: Comparison,
  owner: string,
  recorded: readonly ScaleDecision[],
  simulated: readonly ScaleDecision[],
): string[] {
  const withoutTime = ({ replicaSet, replicas }: ScaleDecision) => [replicaSet, replicas];
  const at = firstDifference(recorded.map(withoutTime), simulated.map(withoutTime));
  if (at !== -1) {
    const window = (decisions: readonly ScaleDecision[]) => {
      const shown = decisions.slice(Math.max(0, at - 2), at + 4).map(showDecision);
      return shown.length === 0 ? 'nothing' : shown.join(', ');
    };
    return [
      `${owner}: scale decision ${at + 1} differs (recorded ${recorded.length}, simulated ${simulated.length} in all): ` +
        `recorded … ${window(recorded)}; simulated … ${window(simulated)}`,
    ];
  }
  return recorded.flatMap((decision, index) => {
    const other = simulated[index]!;
    if (!isFar(comparison, decision.t, other.t)) return [];
    return [
      `${owner}: scale decision ${index + 1} at another time: ` +
        `recorded ${showDecision(decision)}, simulated ${showDecision(other)}`,
    ];
  });
}

function showDecision({ t, replicaSet, replicas }: ScaleDecision): string {
  return `${replicaSet}=${replicas} at ${showTime(t)}`;
}

/** By the Deployment, or the name of a ReplicaSet that has none. */
function decisionsByOwner(entries: readonly Entry[]): Map<string, ScaleDecision[]> {
  const decisions = new Map<string, ScaleDecision[]>();
  const last = new Map<string, unknown>();
  for (const entry of ofKind(entries, 'ReplicaSet')) {
    if (entry.deleted === true || last.get(entry.name) === entry.spec) continue;
    last.set(entry.name, entry.spec);
    const owner = entry.name.split('@')[0]!;
    const decision = { t: entry.t, replicaSet: entry.name, replicas: entry.spec as number };
    decisions.set(owner, [...(decisions.get(owner) ?? []), decision]);
  }
  return decisions;
}

/** Which ReplicaSets were deleted. */
export function deletedReplicaSets(comparison: Comparison): string[] {
  const deleted = (entries: readonly Entry[]) => {
    const names = ofKind(entries, 'ReplicaSet').filter((entry) => entry.deleted === true);
    return [...new Set(names.map((entry) => entry.name))].sort();
  };
  const recorded = deleted(comparison.recorded);
  const simulated = deleted(comparison.simulated);
  if (firstDifference(recorded, simulated) === -1) return [];
  return [`deleted ReplicaSets differ: recorded [${recorded.join(', ')}], simulated [${simulated.join(', ')}]`];
}

import { nearest } from '../../api/nearest.ts';
import { withoutKind } from './recordedPlacements.ts';

/** A pod of which the run knows nothing, or too many. */
export class ExplainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExplainError';
  }
}

/** How many names a complaint lists. */
const MOST_NAMED = 5;

/**
 * Finds out which pod a user means by what stands behind `pod/`: its name (with `NAMESPACE/` in front where need be), what
 * the event log calls it (`ReplicaSet/web@1#0`, or `web@1#0`), or the beginning of one of these.
 *
 * Pods come one by one and the best match may come last: an exact name counts before a beginning, whatever its order.
 */
export class PodSelection {
  private readonly wanted: string;
  /** Uids of the pods of that name; of one name there can be several, one after the other. */
  private readonly exact = new Map<string, number[]>();
  private readonly beginning = new Map<string, number[]>();
  private readonly known = new Set<string>();

  constructor(wanted: string) {
    this.wanted = wanted;
  }

  /** @returns whether the pod may be the one that is meant */
  see(uid: number, meta: { readonly namespace: string; readonly name: string }, logName: string): boolean {
    const ownName = meta.namespace === 'default' ? meta.name : `${meta.namespace}/${meta.name}`;
    const names = [ownName, `${meta.namespace}/${meta.name}`, meta.name, logName, withoutKind(logName)];
    this.known.add(ownName);
    if (names.includes(this.wanted)) return note(this.exact, ownName, uid);
    if (this.exact.size > 0 || !names.some((name) => name.startsWith(this.wanted))) return false;
    note(this.beginning, ownName, uid);
    // A beginning that several pods share means none of them.
    return this.beginning.size === 1;
  }

  /** @throws ExplainError when it means no pod, or several */
  result(): { readonly uid: number; readonly count: number } {
    const found = this.exact.size > 0 ? this.exact : this.beginning;
    const [first, ...others] = found;
    if (first === undefined) throw new ExplainError(`pod/${this.wanted}: ${this.nothing()}`);
    if (others.length > 0) throw new ExplainError(`pod/${this.wanted}: ${this.tooMany([...found.keys()])}`);
    const uids = first[1];
    return { uid: uids.at(-1)!, count: uids.length };
  }

  private nothing(): string {
    const meant = nearest(this.wanted, this.known);
    if (meant !== undefined) return `this run has no such pod (did you mean "${meant}"?)`;
    if (this.known.size === 0) return 'this run has no pods';
    return `this run has no such pod; it has ${listed([...this.known])}`;
  }

  private tooMany(names: readonly string[]): string {
    const what = this.exact.size > 0 ? 'pods of several namespaces have this name' : 'several pods begin like this';
    return `${what}: ${listed(names)}`;
  }
}

function note(found: Map<string, number[]>, name: string, uid: number): true {
  const uids = found.get(name);
  if (uids === undefined) found.set(name, [uid]);
  else uids.push(uid);
  return true;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} more` : shown;
}

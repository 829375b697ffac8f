/** Where two runs of one scenario part: the first thing that is decided otherwise, or at another time. */
import type { LogLine } from '../metrics/index.ts';

/** Something that a controller or the scheduler did. */
export interface Decision {
  readonly seconds: number;
  /** `ReplicaSet web@2`, `Pod ReplicaSet/web@2#3` */
  readonly subject: string;
  /** `from 3 to 4`, `bound to node-3` */
  readonly what: string;
}

/** The first decision that two runs do not share. */
export interface FirstDifference {
  /** In the first run, and in the other: the decision, or what is decided of the same thing instead; null: nothing more. */
  readonly decisions: readonly [Decision | null, Decision | null];
}

/** Less than a link of a chain takes on a real control plane, which is what times here are good for. */
const TOLERANCE_SECONDS = 0.05;

/** Kinds whose `spec` is a size that somebody chose. */
const SCALED_KINDS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet']);

/** What the kubelets do about pods is no decision. */
const POD_DECISIONS: ReadonlySet<string> = new Set(['created', 'bound', 'terminating']);

/** Reads the decisions out of an event log. */
export class DecisionReader {
  readonly decisions: Decision[] = [];
  private readonly sizes = new Map<string, number>();

  read(line: LogLine): void {
    if (!('kind' in line)) return;
    if (line.kind === 'Pod' && POD_DECISIONS.has(line.event)) {
      const node = line.node === undefined ? '' : ` to ${line.node}`;
      this.decisions.push({ seconds: line.t, subject: `Pod ${line.name}`, what: `${line.event}${node}` });
    }
    if (line.kind === 'HorizontalPodAutoscaler') this.resized(line.t, `${line.kind} ${line.name}`, line.desired);
    if (SCALED_KINDS.has(line.kind) && 'spec' in line) this.resized(line.t, `${line.kind} ${line.name}`, line.spec);
  }

  private resized(seconds: number, subject: string, size: number): void {
    const before = this.sizes.get(subject);
    if (before === size) return;
    this.sizes.set(subject, size);
    this.decisions.push({ seconds, subject, what: before === undefined ? `at ${size}` : `from ${before} to ${size}` });
  }
}

/** Undefined where all that one run decides the other decides too, at the same times but for some milliseconds. */
export function firstDifference(a: readonly Decision[], b: readonly Decision[]): FirstDifference | undefined {
  const [onlyA, onlyB] = [firstNotIn(a, b), firstNotIn(b, a)];
  if (onlyA === undefined && onlyB === undefined) return undefined;
  const isFirst = (onlyA?.seconds ?? Number.POSITIVE_INFINITY) <= (onlyB?.seconds ?? Number.POSITIVE_INFINITY);
  return isFirst ? { decisions: [onlyA!, instead(onlyA!, b)] } : { decisions: [instead(onlyB!, a), onlyB!] };
}

/** The first decision that the other run does not take, or not then. */
function firstNotIn(decisions: readonly Decision[], others: readonly Decision[]): Decision | undefined {
  const times = timesOf(others);
  const own = timesOf(decisions);
  return [...own].reduce((first: Decision | undefined, [key, decision]) => {
    const other = times.get(key);
    const isShared = other !== undefined && Math.abs(other.seconds - decision.seconds) <= TOLERANCE_SECONDS;
    return isShared || (first !== undefined && first.seconds <= decision.seconds) ? first : decision;
  }, undefined);
}

/** What a run next decides of the same thing. */
function instead(decision: Decision, decisions: readonly Decision[]): Decision | null {
  const from = decision.seconds - TOLERANCE_SECONDS;
  const later = decisions.filter((one) => topicOf(one) === topicOf(decision) && one.seconds >= from);
  return later.reduce(
    (next: Decision | null, one) => (next !== null && next.seconds <= one.seconds ? next : one),
    null,
  );
}

/** Of a pod, where it is bound is one thing, and when it is stopped another. */
function topicOf({ subject, what }: Decision): string {
  return subject.startsWith('Pod ') ? `${subject} ${what.split(' ')[0]}` : subject;
}

/** What is done a second time is another decision. */
function timesOf(decisions: readonly Decision[]): ReadonlyMap<string, Decision> {
  const counts = new Map<string, number>();
  return new Map(
    decisions.map((decision) => {
      const what = `${decision.subject} ${decision.what}`;
      const count = (counts.get(what) ?? 0) + 1;
      counts.set(what, count);
      return [`${what} ${count}`, decision];
    }),
  );
}

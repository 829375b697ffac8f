import type { Setting } from '../scenario/index.ts';
import type { RunOutcome } from './sweepPlan.ts';

/** Runs that have been done before, so that they need not be done again. */
export interface RunStore {
  /** Undefined for one that has not been. */
  get(settings: readonly Setting[], seed: number): RunOutcome | undefined;
  /** Called with each run that is done, in the order in which they end. */
  add(settings: readonly Setting[], seed: number, outcome: RunOutcome): void;
}

/** Of runs with one input and one set of build options. */
export class MemoryStore implements RunStore {
  private readonly outcomes = new Map<string, RunOutcome>();
  private readonly next: RunStore | undefined;

  /** @param next is asked for what is not known here, and told of all that is added */
  constructor(next?: RunStore) {
    this.next = next;
  }

  get(settings: readonly Setting[], seed: number): RunOutcome | undefined {
    return this.outcomes.get(runKey(settings, seed)) ?? this.next?.get(settings, seed);
  }

  add(settings: readonly Setting[], seed: number, outcome: RunOutcome): void {
    this.outcomes.set(runKey(settings, seed), outcome);
    this.next?.add(settings, seed, outcome);
  }
}

/** Names a run among those with one input: its settings as the user wrote them, and its seed. */
export function runKey(settings: readonly Setting[], seed: number): string {
  return JSON.stringify([...settings.map(({ path, text }) => `${path}=${text}`), seed]);
}

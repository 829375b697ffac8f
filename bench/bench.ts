/** What a benchmark is: something to run that says what it did. */

/** What one run did. The same for every run of a bench: it is measured, not sampled. */
export interface Outcome {
  /** Over the result: that two versions differ in it means that they do not do the same work. */
  readonly hash: string;
  /** How much was done, in the bench's unit. */
  readonly amount: number;
  /** How long the part of the run took that counts, where the run knows better than whoever calls it. */
  readonly millis?: number;
}

/** `small` runs in milliseconds, for the tests; `large` is what is measured. */
export type Size = 'small' | 'large';

/** Limits from the project's budgets. Each is for a machine with two ordinary cores that has nothing else to do. */
export interface Budget {
  readonly medianMillisAtMost?: number;
  readonly perSecondAtLeast?: number;
  readonly peakMebibytesAtMost?: number;
}

export interface Bench {
  /** `hold/bucket/exponential/1000`: unique, and stable from version to version. */
  readonly name: string;
  /** Of the amount, in the plural. */
  readonly unit: string;
  /** Runs that are not measured: the compiler needs them to find out what is hot. */
  readonly warmups: number;
  readonly iterations: number;
  readonly budget?: Budget;
  /** What others publish for the same work, on other machines, for comparison. */
  readonly publishedPerSecond?: number;
  /** Does what is not to be measured, and returns what is. */
  prepare(size: Size): () => Outcome | Promise<Outcome>;
}

/** Two rows of one run on one machine, whose ratio says more than either does alone. */
export interface Comparison {
  readonly fast: string;
  readonly slow: string;
  readonly timesAtLeast: number;
}

export interface Suite {
  readonly name: string;
  readonly benches: readonly Bench[];
  readonly comparisons: readonly Comparison[];
}

import type { RunResult } from '../metrics/result.ts';
import type { Provenance } from './provenance.ts';
import type { ThresholdVerdict } from './thresholds.ts';
import type { WhatIfRollout } from './whatIf.ts';

/** What `rollsim run` reports: one run per seed, and what must be known to do them again. */
export interface RunReport extends Provenance {
  readonly kind: 'run';
  readonly seeds: readonly number[];
  /** With rounded numbers. */
  readonly runs: readonly RunResult[];
  readonly thresholds: readonly ThresholdVerdict[];
  /** Only where bounds were to be lifted: the rollouts without each of them. */
  readonly whatIf?: readonly WhatIfRollout[];
}

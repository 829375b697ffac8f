import type { RunResult } from '../metrics/result.ts';
import type { ThresholdVerdict } from './thresholds.ts';
import type { Tool } from './tool.ts';

/** What `rollsim run` reports: one run per seed, and what must be known to do them again. */
export interface RunReport {
  readonly schemaVersion: number;
  readonly kind: 'run';
  readonly tool: Tool;
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly kubernetes: string;
  readonly seeds: readonly number[];
  readonly runs: readonly RunResult[];
  readonly thresholds: readonly ThresholdVerdict[];
}

import { z } from 'zod';
import { InputError } from '../../api/errors.ts';
import type { Provenance } from '../provenance.ts';
import { SCHEMA_VERSION } from '../provenance.ts';
import type { RunReport } from '../runReport.ts';
import type { SweepResult } from '../sweepResult.ts';
import type { ComparableRun } from './figures.ts';

/** One combination of settings; the only one of a run has none. */
export interface ComparableVariant {
  readonly settings: Readonly<Record<string, string>>;
  readonly refused?: string | undefined;
  readonly runs: readonly ComparableRun[];
}

/** What of a result is compared. */
export interface ComparableResult extends Provenance {
  readonly kind: 'run' | 'sweep';
  readonly seeds: readonly number[];
  readonly variants: readonly ComparableVariant[];
}

/** A run is a sweep of one variant. */
export function comparable(result: RunReport | SweepResult): ComparableResult {
  if (result.kind === 'sweep') return result;
  return { ...result, variants: [{ settings: {}, runs: result.runs }] };
}

const RUN = z.looseObject({
  seed: z.number(),
  rollouts: z.array(z.looseObject({ workload: z.string(), cause: z.string(), outcome: z.string() })),
  jobs: z.array(z.looseObject({ job: z.string() })),
  services: z.array(z.looseObject({ service: z.string() })),
});

const COMMON = {
  schemaVersion: z.number(),
  tool: z.looseObject({ name: z.string(), version: z.string() }),
  scenario: z.string(),
  scenarioHash: z.string(),
  kubernetes: z.string(),
  options: z.looseObject({}),
  seeds: z.array(z.number()),
};

const RESULT = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('run'), ...COMMON, runs: z.array(RUN) }),
  z.looseObject({
    kind: z.literal('sweep'),
    ...COMMON,
    variants: z.array(
      z.looseObject({
        settings: z.record(z.string(), z.string()),
        refused: z.string().optional(),
        runs: z.array(RUN),
      }),
    ),
  }),
]);

const HOW = 'rollsim run and sweep write one with --save-baseline';

/**
 * Reads what `--save-baseline` or `-o json` wrote.
 *
 * @param file named in errors
 * @throws InputError for anything else, and for a result of another schemaVersion
 */
export function readStoredResult(file: string, text: string): ComparableResult {
  return comparable(parseStoredResult(file, text));
}

/**
 * The same, as it was written.
 *
 * @throws InputError as readStoredResult
 */
export function parseStoredResult(file: string, text: string): RunReport | SweepResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError('is no JSON', { file }, HOW);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    const hint = 'make it again with this version of rollsim';
    throw new InputError(`has schemaVersion ${version}, this rollsim ${SCHEMA_VERSION}`, { file }, hint);
  }
  const parsed = RESULT.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    throw new InputError(`is no result of run or sweep: ${issue?.message ?? ''}`, { file, path }, HOW);
  }
  return parsed.data as unknown as RunReport | SweepResult;
}

/** @throws InputError for two results that have nothing to do with each other */
export function refuseIncomparable(file: string, before: ComparableResult, after: ComparableResult): void {
  if (before.kind !== after.kind) {
    const hint = 'compare two runs, or two sweeps';
    throw new InputError(`is the result of a ${before.kind}, not of a ${after.kind}`, { file }, hint);
  }
  if (before.scenario !== after.scenario) {
    const hint =
      'results of one scenario can be compared; metadata.name of a Scenario names it whatever its file is called';
    throw new InputError(`is about scenario ${quoted(before.scenario)}, not ${quoted(after.scenario)}`, { file }, hint);
  }
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

import { InputError } from '../api/errors.ts';
import type { BuildOptions, LoadedInput } from '../scenario/index.ts';
import { decided } from './decide/decided.ts';
import { DEFAULT_OBJECTIVES, type Objective } from './decide/pareto.ts';
import { ownSettings } from './decide/reference.ts';
import { provenanceOf } from './provenance.ts';
import type { RunStore } from './runStore.ts';
import {
  buildVariant,
  type Chunk,
  type Refusal,
  type RunOutcome,
  type SweepPlan,
  SweepRunner,
  toInputError,
} from './sweepPlan.ts';
import { type RunSummary, type SweepResult, type SweepVariant, sweepRows } from './sweepResult.ts';
import { type CompiledThreshold, compileThresholds } from './thresholds.ts';
import { gridSize, type VariantPlan, variantsOf } from './variants.ts';

export interface SweepOptions extends VariantPlan {
  readonly input: LoadedInput;
  readonly build: BuildOptions;
  /** Threads; 1 does all runs in this one. */
  readonly jobs: number;
  /** Settings of the variant that others are held against; default: the scenario's own. */
  readonly reference?: Readonly<Record<string, string>>;
  /** What a variant is good for; default: short, with many pods available, without much room. */
  readonly objectives?: readonly Objective[];
  readonly onProgress?: (done: number, total: number) => void;
  /** Has runs that need not be done again, and gets those that are done. */
  readonly store?: RunStore;
  /** Ends the sweep early; what is done is kept. */
  readonly signal?: AbortSignal;
}

/** Enough chunks for the threads to end together; large enough that small runs are not dominated by messages. */
const CHUNKS_PER_JOB = 50;
const LARGEST_CHUNK = 100;

/**
 * Runs the scenario for every combination of the axes' values and every seed. The result does not depend on the number of
 * threads.
 *
 * @throws InputError when every variant is refused; a single refused variant is reported as such.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  const { input, build, axes, seeds, sample, reference, objectives = DEFAULT_OBJECTIVES } = options;
  const plan: SweepPlan = { input, build, axes, seeds, ...(sample && { sample }) };
  const base = firstBuildable(plan);
  const thresholds = compileThresholds(base.thresholds);
  const outcomes = await runAll(plan, options);
  const variants = assembleVariants(plan, outcomes, thresholds);
  refuseIfAllAre(outcomes);
  const compared = reference ?? ownSettings(plan);
  return {
    kind: 'sweep',
    ...provenanceOf(input, build, base),
    seeds: [...seeds],
    axes: axes.map(({ path, texts }) => ({ path, texts: [...texts] })),
    ...(sample && { sampledFrom: gridSize(axes) }),
    reference: compared,
    objectives,
    variants: decided(variants, compared, objectives),
    partial: outcomes.includes(undefined),
  };
}

/**
 * The first combination that can be built: its name, seed and thresholds are the sweep's. The base scenario itself need not
 * be valid, since an axis may set what is wrong in it.
 *
 * @throws InputError, the first combination's, when none can be built.
 */
export function firstBuildable(plan: SweepPlan): ReturnType<typeof buildVariant> {
  let first: InputError | undefined;
  for (const settings of variantsOf(plan)) {
    try {
      return buildVariant(plan, settings);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      first ??= error;
    }
  }
  throw first ?? new InputError('--vary: no value to set');
}

/** Outcomes by number; undefined where a signal came first. */
async function runAll(plan: SweepPlan, options: SweepOptions): Promise<(RunOutcome | undefined)[]> {
  const { jobs, onProgress, signal, store } = options;
  const { seeds } = plan;
  const variants = variantsOf(plan);
  const outcomes = variants.flatMap((settings) => seeds.map((seed) => store?.get(settings, seed)));
  const missing = [...outcomes.keys()].filter((number) => outcomes[number] === undefined);
  let done = outcomes.length - missing.length;
  const keep = (chunk: Chunk, results: readonly RunOutcome[]): void => {
    results.forEach((outcome, index) => {
      const number = chunk.from + index;
      outcomes[number] = outcome;
      store?.add(variants[Math.floor(number / seeds.length)]!, seeds[number % seeds.length]!, outcome);
    });
    done += results.length;
    onProgress?.(done, outcomes.length);
  };
  if (signal?.aborted) return outcomes;
  if (jobs === 1 || missing.length <= 1) await runHere(plan, missing, keep, signal);
  else {
    const { runOnThreads } = await import('./sweepPool.ts');
    await runOnThreads({ plan, chunks: chunksOf(missing, jobs), jobs, onChunk: keep, signal });
  }
  return outcomes;
}

async function runHere(
  plan: SweepPlan,
  numbers: readonly number[],
  keep: (chunk: Chunk, results: readonly RunOutcome[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const runner = new SweepRunner(plan);
  for (const from of numbers) {
    if (signal?.aborted) return;
    keep({ from, to: from + 1 }, [runner.run(from)]);
    // A run does not wait for anything; signals are seen only between runs.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** @param numbers of runs, in ascending order; a chunk ends where one is left out */
function chunksOf(numbers: readonly number[], jobs: number): Chunk[] {
  const size = Math.min(Math.max(Math.floor(numbers.length / (jobs * CHUNKS_PER_JOB)), 1), LARGEST_CHUNK);
  const chunks: Chunk[] = [];
  for (let start = 0; start < numbers.length; ) {
    const from = numbers[start]!;
    let to = from + 1;
    while (to - from < size && numbers[start + to - from] === to) to++;
    chunks.push({ from, to });
    start += to - from;
  }
  return chunks;
}

function assembleVariants(
  plan: SweepPlan,
  outcomes: readonly (RunOutcome | undefined)[],
  thresholds: readonly CompiledThreshold[],
): SweepVariant[] {
  const seedCount = plan.seeds.length;
  return variantsOf(plan).map((settings, index) => {
    const own = outcomes.slice(index * seedCount, (index + 1) * seedCount);
    const settingTexts = Object.fromEntries(settings.map(({ path, text }) => [path, text]));
    const refusal = refusalsIn(own)[0];
    if (refusal !== undefined) {
      return { settings: settingTexts, refused: toInputError(refusal).format(), runs: [], rows: [], thresholds: [] };
    }
    const runs = runsIn(own);
    const verdicts = runs.length > 0 ? thresholds.map((threshold) => threshold.evaluate(runs)) : [];
    return { settings: settingTexts, runs, rows: sweepRows(runs), thresholds: verdicts };
  });
}

function refuseIfAllAre(outcomes: readonly (RunOutcome | undefined)[]): void {
  const refusals = refusalsIn(outcomes);
  if (refusals.length === outcomes.length) throw toInputError(refusals[0]!);
}

function refusalsIn(outcomes: readonly (RunOutcome | undefined)[]): Refusal[] {
  return outcomes.flatMap((outcome) => (outcome !== undefined && 'refusal' in outcome ? [outcome.refusal] : []));
}

function runsIn(outcomes: readonly (RunOutcome | undefined)[]): RunSummary[] {
  return outcomes.flatMap((outcome) => (outcome !== undefined && 'run' in outcome ? [outcome.run] : []));
}

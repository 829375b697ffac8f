import { InputError, type SourcePlace } from '../api/errors.ts';
import { type BuildOptions, buildScenario, type LoadedInput, type Setting } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { runScenario } from './simulation.ts';
import { type RunSummary, summarizeRun } from './sweepResult.ts';
import { type VariantPlan, variantsOf } from './variants.ts';

/** All that a thread needs to know to do any run of a sweep; structured-cloneable. */
export interface SweepPlan extends VariantPlan {
  readonly input: LoadedInput;
  readonly build: BuildOptions;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly plan: SweepPlan;
  /** Shared by all threads; not 0: stop. */
  readonly stopFlag: Int32Array;
}

/** An InputError on its way between threads, where it would lose its class. */
export interface Refusal {
  readonly message: string;
  readonly place: SourcePlace | undefined;
  readonly hint: string | undefined;
}

/** What became of one run. */
export type RunOutcome = { readonly run: RunSummary } | { readonly refusal: Refusal };

/** Some runs of the sweep, numbered variant by variant and seed by seed: from `from` up to but without `to`. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** The scenario with a variant's settings. Axes come after `--set`, so that they win. */
export function buildVariant(plan: Pick<SweepPlan, 'input' | 'build'>, settings: readonly Setting[]) {
  return buildScenario(plan.input, { ...plan.build, settings: [...(plan.build.settings ?? []), ...settings] });
}

/**
 * Does runs of a sweep by number. Keeps the last variant, since runs are numbered variant by variant: every scenario is
 * built once per chunk that touches it.
 */
export class SweepRunner {
  private readonly plan: SweepPlan;
  private readonly grid: readonly Setting[][];
  private variant = -1;
  private built: Scenario | Refusal | undefined;

  constructor(plan: SweepPlan) {
    this.plan = plan;
    this.grid = variantsOf(plan);
  }

  run(number: number): RunOutcome {
    const seeds = this.plan.seeds;
    const scenario = this.scenarioOf(Math.floor(number / seeds.length));
    if ('message' in scenario) return { refusal: scenario };
    const outcome = catchRefusal(() => runScenario({ scenario, seed: seeds[number % seeds.length]! }));
    return 'message' in outcome ? { refusal: outcome } : { run: summarizeRun(outcome) };
  }

  /** @param isStopped asked before each run */
  runChunk({ from, to }: Chunk, isStopped: () => boolean): RunOutcome[] {
    const outcomes: RunOutcome[] = [];
    for (let number = from; number < to && !isStopped(); number++) outcomes.push(this.run(number));
    return outcomes;
  }

  private scenarioOf(variant: number): Scenario | Refusal {
    if (variant !== this.variant || this.built === undefined) {
      this.built = catchRefusal(() => buildVariant(this.plan, this.grid[variant]!));
      this.variant = variant;
    }
    return this.built;
  }
}

/** What the action gives, or the refusal in place of the InputError that it throws. */
function catchRefusal<Value extends object>(action: () => Value): Value | Refusal {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { message: error.message, place: error.place, hint: error.hint };
  }
}

/** The refusal as the error that it was. */
export function toInputError({ message, place, hint }: Refusal): InputError {
  return new InputError(message, place, hint);
}

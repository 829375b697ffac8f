import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../../api/errors.ts';
import type { Scenario } from '../../scenario/types.ts';
import { gridOf } from '../grid.ts';
import { buildVariant, type SweepPlan } from '../sweepPlan.ts';

type Settings = Readonly<Record<string, string>>;

/**
 * The variant that is the scenario as it stands, else the first of the grid. Each axis is looked at by itself, so that this
 * builds as many scenarios as there are values, and not as many as variants.
 */
export function ownSettings(plan: SweepPlan): Settings {
  const first = Object.fromEntries(plan.axes.map(({ path, texts }) => [path, texts[0]!]));
  const base = built(plan, []);
  if (base === undefined) return first;
  const own = plan.axes.map((axis) => {
    const settings = gridOf([axis], 1).flat();
    return settings.find((setting) => isSame(base, built(plan, [setting])));
  });
  if (own.includes(undefined)) return first;
  return Object.fromEntries(own.map((setting) => [setting!.path, setting!.text]));
}

function built(plan: SweepPlan, settings: Parameters<typeof buildVariant>[1]): Scenario | undefined {
  try {
    return buildVariant(plan, settings);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Whether both play the same; how they were written, and where, makes no difference. */
function isSame(one: Scenario, other: Scenario | undefined): boolean {
  return other !== undefined && isDeepStrictEqual(played(one), played(other));
}

function played({ sources: _sources, changes: _changes, thresholds: _thresholds, ...scenario }: Scenario): unknown {
  return { ...scenario, steps: scenario.steps.map(({ place: _place, ...step }) => step) };
}

import { InputError } from '../api/errors.ts';
import type { Axis, Setting } from '../scenario/index.ts';

/** More would not be looked at by anybody, and is most likely a typing error in an axis. */
const MOST_RUNS = 1_000_000;

/**
 * Every combination of the axes' values, in input order: the last axis changes fastest. Without an axis there is one
 * combination, with nothing set.
 *
 * @throws InputError when two axes set the same thing, or when it would be more than a million runs.
 */
export function gridOf(axes: readonly Axis[], seedCount: number): Setting[][] {
  refuseTwice(axes);
  const runs = axes.reduce((product, axis) => product * axis.values.length, seedCount);
  if (runs > MOST_RUNS) throw new InputError(`--vary: ${runs} runs are more than ${MOST_RUNS}`);
  let grid: Setting[][] = [[]];
  for (const axis of axes) {
    grid = grid.flatMap((settings) => axisSettings(axis).map((setting) => [...settings, setting]));
  }
  return grid;
}

function axisSettings(axis: Axis): Setting[] {
  return axis.values.map((value, index) => ({ path: axis.path, value, text: axis.texts[index]! }));
}

/** @throws InputError when two axes set the same thing. */
export function refuseTwice(axes: readonly Axis[]): void {
  const seen = new Set<string>();
  for (const { path } of axes) {
    if (seen.has(path)) throw new InputError(`--vary ${path}: given twice`);
    seen.add(path);
  }
}

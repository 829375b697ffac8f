import { InputError } from '../api/errors.ts';
import { RandomStreams } from '../kernel/index.ts';
import type { Axis, Setting } from '../scenario/index.ts';
import { gridOf, refuseTwice } from './grid.ts';

/** Some variants of a grid, spread evenly over it. */
export interface Sample {
  readonly count: number;
  /** Another seed gives others, as evenly spread. */
  readonly seed: number;
  /** Settings of a variant that is always among them: the one that the others are held against. */
  readonly including?: Readonly<Record<string, string>>;
}

/** What says which variants a sweep has. */
export interface VariantPlan {
  readonly axes: readonly Axis[];
  /** The same for every variant: differences between variants are the settings', not chance's. */
  readonly seeds: readonly number[];
  /** Undefined: all of the grid. */
  readonly sample?: Sample;
}

/** The first primes, one an axis: the bases of Halton's sequence. */
const BASES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

/** So many points without a new variant, for each that is wanted, and the rest is taken in the order of the grid. */
const PATIENCE = 64;

/**
 * The variants of a sweep, in the order of the grid: all of it, or a sample.
 *
 * @throws InputError as gridOf, and for a sample over more axes than there are bases.
 */
export function variantsOf({ axes, seeds, sample }: VariantPlan): Setting[][] {
  if (sample === undefined || gridSize(axes) <= sample.count) return gridOf(axes, seeds.length);
  refuseTwice(axes);
  return sampleOf(axes, sample).map((indexes) =>
    axes.map(({ path, values, texts }, axis) => {
      const index = indexes[axis]!;
      return { path, value: values[index]!, text: texts[index]! };
    }),
  );
}

/** How many variants the whole grid has. */
export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((product, { values }) => product * values.length, 1);
}

/**
 * Points of Halton's sequence, shifted by a random amount on each axis (Cranley and Patterson), each in the cell of the grid
 * that it falls into; a cell counts once. Each axis by itself gets its values about equally often, and so do pairs of axes.
 */
function sampleOf(axes: readonly Axis[], { count, seed, including = {} }: Sample): number[][] {
  if (axes.length > BASES.length) throw new InputError(`--sample: at most ${BASES.length} axes`);
  const streams = new RandomStreams(seed);
  const shifts = axes.map(({ path }) => streams.stream(`sample/${path}`).uniform());
  const cells = new Map<string, number[]>();
  const given = axes.map(({ path, texts }) => texts.indexOf(including[path] ?? ''));
  if (!given.includes(-1)) cells.set(given.join(), given);
  for (let point = 0; cells.size < count && point < count * PATIENCE; point++) {
    const cell = axes.map(({ values }, axis) => {
      const place = (radicalInverse(point, BASES[axis]!) + shifts[axis]!) % 1;
      return Math.floor(place * values.length);
    });
    cells.set(cell.join(), cell);
  }
  for (let cell = axes.map(() => 0); cells.size < count; cell = next(cell, axes)) cells.set(cell.join(), cell);
  return [...cells.values()].sort(compareCells);
}

/** The digits of a number behind the point, in reverse: 6 = 110 in base 2 is 0.011, three eighths. */
function radicalInverse(number: number, base: number): number {
  let [numerator, denominator] = [0, 1];
  for (let rest = number; rest > 0; rest = Math.floor(rest / base)) {
    numerator = numerator * base + (rest % base);
    denominator *= base;
  }
  return numerator / denominator;
}

/** The next cell of the grid; the last axis changes fastest. */
function next(cell: readonly number[], axes: readonly Axis[]): number[] {
  const following = [...cell];
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    following[axis]! += 1;
    if (following[axis]! < axes[axis]!.values.length) return following;
    following[axis] = 0;
  }
  return following;
}

function compareCells(one: readonly number[], other: readonly number[]): number {
  const axis = one.findIndex((index, at) => index !== other[at]);
  return axis < 0 ? 0 : one[axis]! - other[axis]!;
}

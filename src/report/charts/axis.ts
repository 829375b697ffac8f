/** Ticks of an axis: steps of 1, 2 or 5 times a power of ten. */

const FACTORS = [1, 2, 5] as const;

/**
 * @param most how many steps there is room for
 * @returns multiples of a round step from `from` to `to`
 */
export function ticks(from: number, to: number, most: number, smallestStep = 0): number[] {
  const step = Math.max(roundStep((to - from) / most), smallestStep);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => tidy((first + index) * step));
}

/** The smallest round step that is at least this wide. */
function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  let power = 1;
  while (power > least) power /= 10;
  while (power * 10 <= least) power *= 10;
  return (FACTORS.find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10) * power;
}

/** Without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}

/** Linear, from a range of values to one of pixels. */
export function scale(from: number, to: number, pixelFrom: number, pixelTo: number): (value: number) => number {
  const span = to - from || 1;
  return (value) => pixelFrom + ((value - from) / span) * (pixelTo - pixelFrom);
}

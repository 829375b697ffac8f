import type { Unit } from '../runner/rolloutFields.ts';

/** Numbers of one column, all with the same number of decimals, so that their points stand below each other. */
export type NumberStyle = 'withUnit' | 'bare';

/** Stands for "no value". */
export const NOTHING = '-';

const KIBI = 1024;
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const MEBIBYTE = KIBI * KIBI;

/** What the heading of a bare column says. */
export const UNIT_LABELS: Readonly<Record<Unit, string>> = {
  seconds: 's',
  podSeconds: 'pod s',
  pods: 'pods',
  cores: 'cores',
  bytes: 'MiB',
};

/** The numbers of a column as text. Bare bytes are mebibytes. */
export function formatColumn(
  unit: Unit,
  values: readonly (number | null | undefined)[],
  numberStyle: NumberStyle,
): string[] {
  if (unit === 'bytes' && numberStyle === 'withUnit') return values.map((value) => orNothing(value, formatBytes));
  const scaled = unit === 'bytes' ? values.map((value) => (value == null ? value : value / MEBIBYTE)) : values;
  const decimals = decimalsFor(
    unit,
    scaled.filter((value) => value != null),
  );
  const suffix = numberStyle === 'withUnit' && unit === 'seconds' ? 's' : '';
  return scaled.map((value) => orNothing(value, (number) => number.toFixed(decimals) + suffix));
}

/** A span of simulated time in a sentence: `31.2 s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(decimalsFor('seconds', [seconds]))} s`;
}

/** A number in a sentence: no more decimals than it has, and at most two. */
export function formatNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** As Kubernetes writes memory: `1.5Gi`, `512Mi`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let suffix = 0;
  while (value >= KIBI && suffix < BINARY_SUFFIXES.length - 1) {
    value /= KIBI;
    suffix++;
  }
  return `${Math.round(value * 10) / 10}${BINARY_SUFFIXES[suffix]}`;
}

/** About three significant digits; for what is counted and not timed, no more than the values have. */
function decimalsFor(unit: Unit, values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const sensible = largest < 10 ? 2 : largest < 10_000 ? 1 : 0;
  if (unit === 'seconds' || unit === 'podSeconds') return sensible;
  const areExactWith = (decimals: number): boolean =>
    values.every((value) => Number(value.toFixed(decimals)) === Number(value.toFixed(sensible)));
  return [0, 1, 2].find(areExactWith) ?? sensible;
}

function orNothing(value: number | null | undefined, format: (value: number) => string): string {
  return value == null ? NOTHING : format(value);
}

import type { Unit } from '../runner/rolloutFields.ts';

/** Stands for "no value". */
export const NOTHING = '-';

const KIBI = 1024;
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];
const MOST_DECIMALS = 6;

/** What stands behind a number in a sentence: behind 1, and behind others. */
const UNIT_WORDS: Readonly<Record<Exclude<Unit, 'bytes' | 'share'>, readonly [one: string, many: string]>> = {
  seconds: ['s', 's'],
  podSeconds: ['pod s', 'pod s'],
  pods: ['pod', 'pods'],
  cores: ['core', 'cores'],
  nodes: ['node', 'nodes'],
  pulls: ['pull', 'pulls'],
  requests: ['request', 'requests'],
  nodeSeconds: ['node s', 'node s'],
};

/** The numbers of a column as text, all with the same number of decimals, so that their points stand below each other. */
export function formatColumn(unit: Unit, values: readonly (number | null | undefined)[]): string[] {
  if (unit === 'bytes') return values.map((value) => orNothing(value, formatBytes));
  if (unit === 'share') return values.map((value) => orNothing(value, formatShare));
  const decimals = decimalsFor(
    unit,
    values.filter((value) => value != null),
  );
  const suffix = unit === 'seconds' ? 's' : '';
  return values.map((value) => orNothing(value, (number) => number.toFixed(decimals) + suffix));
}

/** A span of simulated time in a sentence: `31.2 s`. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(decimalsFor('seconds', [seconds]))} s`;
}

/** A number with its unit in a sentence, rounded as far as it stays on its side of a limit. */
export function formatBeside(limit: number, unit: Unit, value: number): string {
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'share') return formatShare(value);
  const sideOf = (number: number): number => Math.sign(number - limit);
  let decimals = decimalsFor(unit, [value]);
  while (decimals < MOST_DECIMALS && sideOf(Number(value.toFixed(decimals))) !== sideOf(value)) decimals++;
  return `${value.toFixed(decimals)} ${UNIT_WORDS[unit][value === 1 ? 0 : 1]}`;
}

/** A share of the whole in percent: `2.5%`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`;
}

/** A number in a sentence: no more decimals than it has, and at most two. */
export function formatNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** `1 run`, `2 runs` */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
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

import { type ComparableRun, type Figure, type Measurement, measurementsOf } from './figures.ts';
import type { ComparableResult, ComparableVariant } from './storedResult.ts';
import { type Change, judgeChange, type Verdict } from './verdict.ts';

/** One figure of one subject of one variant. */
export interface ComparedFigure extends Figure, Change {
  /** What the axes of a sweep were set to; empty for a run. */
  readonly settings: Readonly<Record<string, string>>;
  readonly subject: string;
}

/** Two results of one scenario held against each other. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly scenario: string;
  /** Changes of at most this share are none. */
  readonly noiseThreshold: number;
  /** What about the two results is not the same, in words. */
  readonly differences: readonly string[];
  readonly figures: readonly ComparedFigure[];
  /** How many figures have each verdict. */
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Subjects and variants that only one of them has, and variants that only one of them could play, in words. */
  readonly unmatched: readonly string[];
}

/** What a comparison goes by. */
export interface ComparisonOptions {
  /** Changes of at most this share of the earlier value are none; such as 0.01. */
  readonly noiseThreshold: number;
  /** Names of the figures that are compared; all where absent. */
  readonly metrics?: readonly string[] | undefined;
}

/**
 * Holds each figure that can be better or worse against the same one of an earlier result.
 */
export function compareResults(
  before: ComparableResult,
  after: ComparableResult,
  options: ComparisonOptions,
): Comparison {
  const { noiseThreshold } = options;
  const figures: ComparedFigure[] = [];
  const unmatched: string[] = [];
  for (const variant of after.variants) {
    const earlier = before.variants.find(({ settings }) => nameOf(settings) === nameOf(variant.settings));
    if (earlier === undefined) unmatched.push(`${nameOf(variant.settings)}: not in the baseline`);
    else comparePair(earlier, variant, options, { figures, unmatched });
  }
  const names = new Set(after.variants.map(({ settings }) => nameOf(settings)));
  for (const { settings } of before.variants) {
    if (!names.has(nameOf(settings))) unmatched.push(`${nameOf(settings)}: only in the baseline`);
  }
  const count = (wanted: Verdict): number => figures.filter(({ verdict }) => verdict === wanted).length;
  return {
    kind: 'comparison',
    scenario: after.scenario,
    noiseThreshold,
    differences: differencesOf(before, after),
    figures,
    counts: {
      regressed: count('regressed'),
      improved: count('improved'),
      unchanged: count('unchanged'),
      unclear: count('unclear'),
    },
    unmatched,
  };
}

interface Findings {
  readonly figures: ComparedFigure[];
  readonly unmatched: string[];
}

function comparePair(
  earlier: ComparableVariant,
  later: ComparableVariant,
  { noiseThreshold, metrics }: ComparisonOptions,
  findings: Findings,
): void {
  const { settings } = later;
  const where = nameOf(settings) === '' ? '' : `${nameOf(settings)}: `;
  if ((earlier.refused === undefined) !== (later.refused === undefined)) {
    const which = later.refused === undefined ? 'refused in the baseline only' : `refused now: ${later.refused}`;
    findings.unmatched.push(`${where}${which}`);
    return;
  }
  const [was, is] = [measurementsOf(earlier.runs), measurementsOf(later.runs)];
  const isDeterministic = isOneResult(earlier.runs, was) && isOneResult(later.runs, is);
  const known = new Map(was.map((measurement) => [keyOf(measurement), measurement]));
  for (const { values, ...figure } of is) {
    if (metrics?.includes(figure.name) === false) continue;
    const old = known.get(keyOf(figure));
    const change = old && judgeChange(figure, old.values, values, noiseThreshold, isDeterministic);
    if (change !== undefined) findings.figures.push({ settings, ...figure, ...change });
  }
  const [subjects, oldSubjects] = [
    new Set(is.map(({ subject }) => subject)),
    new Set(was.map(({ subject }) => subject)),
  ];
  for (const subject of subjects) {
    if (!oldSubjects.has(subject)) findings.unmatched.push(`${where}${subject}: not in the baseline`);
  }
  for (const subject of oldSubjects) {
    if (!subjects.has(subject)) findings.unmatched.push(`${where}${subject}: only in the baseline`);
  }
}

/** Whether several seeds gave the same figures throughout: then no delay of the scenario is random, or none matters. */
function isOneResult(runs: readonly ComparableRun[], measurements: readonly Measurement[]): boolean {
  if (runs.length < 2) return false;
  return measurements.every(({ values }) => {
    const isEverywhereOrNowhere = values.size === 0 || values.size === runs.length;
    return isEverywhereOrNowhere && new Set(values.values()).size <= 1;
  });
}

function differencesOf(before: ComparableResult, after: ComparableResult): string[] {
  const pairs: readonly (readonly [what: string, before: string, after: string])[] = [
    ['rollsim', before.tool.version, after.tool.version],
    ['Kubernetes', before.kubernetes, after.kubernetes],
    ['options', JSON.stringify(before.options), JSON.stringify(after.options)],
    ['seeds', seedText(before.seeds), seedText(after.seeds)],
  ];
  return [
    ...(before.scenarioHash === after.scenarioHash ? [] : ['the files of the scenario are not the same']),
    ...pairs.flatMap(([what, was, is]) => (was === is ? [] : [`${what}: ${was} before, ${is} now`])),
  ];
}

function seedText(seeds: readonly number[]): string {
  return seeds.length === 1 ? String(seeds[0]) : `${seeds[0]} to ${seeds.at(-1)}`;
}

/** `maxSurge=1 nodes=10`, or nothing for a run. */
function nameOf(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([path, text]) => `${path}=${text}`)
    .join(' ');
}

function keyOf({ subject, name }: Pick<Measurement, 'subject' | 'name'>): string {
  return `${name} ${subject}`;
}

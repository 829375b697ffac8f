import type { Decision } from '../runner/firstDifference.ts';
import { ROLLOUT_FIELDS, type RolloutField } from '../runner/rolloutFields.ts';
import type { ComparedRollout, VariantDifference, VersionComparison } from '../runner/versionComparison.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatSeconds, formatShare, NOTHING } from './units.ts';

/** Shown of every rollout, whether they differ or not. */
const ALWAYS_SHOWN: readonly string[] = ['durationSeconds', 'availableMin', 'podsMax'];

/** Each rollout's figures side by side: in the narrow table those that differ, and the most important ones. */
export function renderVersionsTable(comparison: VersionComparison, options: ReportOptions): string {
  return render(comparison, options, false);
}

/** The same with all figures. */
export function renderVersionsWide(comparison: VersionComparison, options: ReportOptions): string {
  return render(comparison, options, true);
}

function render(comparison: VersionComparison, options: ReportOptions, isWide: boolean): string {
  const tables = comparison.rollouts.map((rollout) => rolloutTable(comparison, rollout, options, isWide));
  const parts = options.headers
    ? [...tables, differences(comparison), causes(comparison, isWide), `${reading(comparison)}\n`]
    : tables;
  return parts.filter((part) => part !== '').join(options.headers ? '\n' : '');
}

function rolloutTable(
  { variants, rollouts, seeds }: VersionComparison,
  rollout: ComparedRollout,
  options: ReportOptions,
  isWide: boolean,
): string {
  const isOnly = rollouts.filter(({ workload }) => workload === rollout.workload).length === 1;
  const fields = ROLLOUT_FIELDS.filter(
    (field) => isWide || ALWAYS_SHOWN.includes(field.name) || isSeenToDiffer(rollout, field),
  );
  const rows = fields.map((field) => fieldRow(rollout, field));
  const complete = rollout.figures.map((figures) => `${figures.complete}/${seeds.length}`);
  const all = [{ heading: 'COMPLETE', cells: complete, change: NOTHING }, ...rows];
  const columns: TextColumn[] = [
    {
      heading: isOnly ? rollout.workload : `${rollout.workload} (${rollout.ordinal})`,
      align: 'left',
      cells: all.map(({ heading }) => heading),
    },
    ...variants.map(
      ({ label }, index): TextColumn => ({
        heading: label,
        align: 'right',
        cells: all.map(({ cells }) => cells[index]!),
      }),
    ),
    { heading: 'CHANGE', align: 'right', cells: all.map(({ change }) => change) },
  ];
  return renderTextTable(columns, options);
}

interface FieldRow {
  readonly heading: string;
  readonly cells: readonly string[];
  /** From the first variant to the last. */
  readonly change: string;
}

function fieldRow({ figures }: ComparedRollout, { name, heading, unit }: RolloutField): FieldRow {
  const values = figures.map(({ metrics }) => metrics[name] ?? null);
  const [first, last] = [values[0], values.at(-1)];
  const share = first == null || last == null || first === 0 ? null : (last - first) / first;
  const change = share === null ? (first === 0 && last === 0 ? '0%' : NOTHING) : signed(formatShare(share), share);
  return { heading, cells: formatColumn(unit, values), change };
}

function signed(text: string, value: number): string {
  return value > 0 ? `+${text}` : text;
}

function isDifferent({ figures }: ComparedRollout, { name }: RolloutField): boolean {
  return new Set(figures.map(({ metrics }) => metrics[name])).size > 1;
}

/** Not only by less than what a table can show. */
function isSeenToDiffer(rollout: ComparedRollout, field: RolloutField): boolean {
  return new Set(fieldRow(rollout, field).cells).size > 1;
}

/** What was decided otherwise, in which run and when. */
function differences({ variants, firstDifferences, rollouts }: VersionComparison): string {
  const lines = variants.slice(1).map(({ label }) => {
    const found = firstDifferences.find(({ variant }) => variant === label);
    return found === undefined
      ? `${label} decides all that ${variants[0]!.label} does, at the same times.`
      : differenceLine(variants[0]!.label, found);
  });
  const areSame = rollouts.every((rollout) => ROLLOUT_FIELDS.every((field) => !isDifferent(rollout, field)));
  const verdict = areSame && rollouts.length > 0 ? ['The rollouts have the same figures in all of them.'] : [];
  return [...verdict, ...lines].map((line) => `${line}\n`).join('');
}

function differenceLine(first: string, { variant, seed, since, decisions }: VariantDifference): string {
  const [one, other] = decisions.map((decision) => decisionText(decision, since));
  return `First difference between ${first} and ${variant} (seed ${seed}): ${first}: ${one}; ${variant}: ${other}.`;
}

function decisionText(decision: Decision | null, since: VariantDifference['since']): string {
  if (decision === null) return 'nothing more of that';
  const { subject, what, seconds } = decision;
  const when = formatMoment(seconds);
  return `${subject} ${what} ${since === 'rollout' ? `${when} into the rollout` : `at ${when}`}`;
}

/** Logs are good to the millisecond. */
function formatMoment(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

/** Gates and changes of the versions, of which any may be the cause; in the narrow table those about kinds that are there. */
function causes({ variants, gates, changes, kinds }: VersionComparison, isWide: boolean): string {
  const isAbout = ({ about = [] }: { readonly about?: readonly string[] }): boolean =>
    isWide || about.length === 0 || about.some((kind) => kinds.includes(kind));
  const gateLines = gates.filter(isAbout).map(({ gate, effect, isOn }) => {
    const on = variants.filter((_, index) => isOn[index]).map(({ label }) => label);
    return `  ${gate} (on in ${on.join(', ')}): ${effect}`;
  });
  const changeLines = changes.filter(isAbout).map(({ since, what }) => `  since 1.${since}: ${what}`);
  const left = gates.length + changes.length - gateLines.length - changeLines.length;
  const lines = [
    ...(gateLines.length > 0 ? ['Feature gates that differ:', ...gateLines] : []),
    ...(changeLines.length > 0 ? ['Changes without a gate:', ...changeLines] : []),
    ...(left > 0 ? [`${left} more are about other kinds of object: -o wide.`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function reading({ scenario, seeds, variants }: VersionComparison): string {
  const which =
    seeds.length === 1 ? `seed ${seeds[0]}` : `the mean of ${seeds.length} seeds, ${seeds[0]} to ${seeds.at(-1)}`;
  const longest = Math.max(0, ...variants.flatMap(({ runs }) => runs.map((run) => run.simulatedSeconds)));
  return `${scenario}: ${counted(variants.length, 'variant')}, ${which}, ${formatSeconds(longest)} of simulated time at most.`;
}

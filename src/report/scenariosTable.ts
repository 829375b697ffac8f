/** Several scenarios side by side: a row each, and what each is about. */
import type { RolloutResult } from '../metrics/result.ts';
import { ROLLOUT_FIELDS } from '../runner/rolloutFields.ts';
import type { RunReport } from '../runner/runReport.ts';
import { relevantRollouts } from '../runner/selection.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, NOTHING } from './units.ts';

/** One scenario of several, and what came of it. */
export interface ScenarioReport {
  readonly report: RunReport;
  /** What its file says of it in one sentence; may be empty. */
  readonly description: string;
  /** Whether its thresholds and what its steps expect held; undefined where it promises nothing. */
  readonly isHeld: boolean | undefined;
}

/** Each with the highest value among the rollouts of the scenario. */
const SHOWN = ['durationSeconds', 'podsMax', 'podsMaxWithTerminating', 'noProgressMaxSeconds', 'unschedulable'];

/** A row per scenario, over the rollouts that it is about, with the highest of each figure and the lowest availability; below them what each shows. */
export function renderScenarios(scenarios: readonly ScenarioReport[], options: ReportOptions): string {
  const rollouts = scenarios.map(({ report }) => relevantRollouts(report.runs));
  const columns: TextColumn[] = [
    { heading: 'SCENARIO', align: 'left', cells: scenarios.map(({ report }) => report.scenario) },
    { heading: 'ROLLOUTS', align: 'right', cells: rollouts.map(({ length }) => String(length)) },
    { heading: 'OUTCOME', align: 'left', cells: rollouts.map(outcomesOf) },
    { heading: 'AVAIL MIN', align: 'right', cells: rollouts.map(availableOf) },
    ...SHOWN.map((name) => highestColumn(name, rollouts)),
    ...autoscaledColumn(scenarios),
    ...lostColumn(scenarios),
    { heading: 'PROMISES', align: 'left', cells: scenarios.map(promisesOf) },
  ];
  const table = renderTextTable(columns, options);
  if (!options.headers) return table;
  const told = scenarios.filter(({ description }) => description !== '');
  const sentences = told.map(({ report, description }) => `${report.scenario}: ${description}\n`).join('');
  return sentences === '' ? table : `${table}\n${sentences}`;
}

function highestColumn(name: string, rollouts: readonly (readonly RolloutResult[])[]): TextColumn {
  const field = ROLLOUT_FIELDS.find((candidate) => candidate.name === name)!;
  const values = rollouts.map((ofOne) => {
    const read = ofOne.map((rollout) => field.read(rollout));
    if (read.length === 0 || (field.nullIsNever && read.includes(null))) return null;
    const numbers = read.filter((value) => value !== null);
    return numbers.length === 0 ? null : Math.max(...numbers);
  });
  return { heading: field.heading, align: 'right', cells: formatColumn(field.unit, values) };
}

/** `complete`, or how many ended how. */
function outcomesOf(rollouts: readonly RolloutResult[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of rollouts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  if (counts.size === 1) return [...counts.keys()][0]!;
  return counts.size === 0 ? NOTHING : [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** Of the rollout that went down furthest, as a share of what it wanted. */
function availableOf(rollouts: readonly RolloutResult[]): string {
  const shareOf = ({ availableMin, desiredReplicas }: RolloutResult): number =>
    desiredReplicas === 0 ? 1 : availableMin / desiredReplicas;
  const [worst] = [...rollouts].sort((a, b) => shareOf(a) - shareOf(b));
  return worst === undefined ? NOTHING : `${worst.availableMin}/${worst.desiredReplicas}`;
}

/** The most replicas that an autoscaler asked for; only where there is one. */
function autoscaledColumn(scenarios: readonly ScenarioReport[]): TextColumn[] {
  const asked = scenarios.map(({ report }) =>
    report.runs.flatMap(({ autoscalers }) => autoscalers.flatMap(({ desiredMax }) => desiredMax ?? [])),
  );
  if (asked.every(({ length }) => length === 0)) return [];
  const cells = asked.map((values) => (values.length === 0 ? NOTHING : String(Math.max(...values))));
  return [{ heading: 'AUTOSCALED TO', align: 'right', cells }];
}

/** The most that the clients of a Service lost; only where there is one. */
function lostColumn(scenarios: readonly ScenarioReport[]): TextColumn[] {
  const lost = scenarios.map(({ report }) =>
    report.runs.flatMap(({ services }) => services.map(({ lostRequestSeconds }) => lostRequestSeconds)),
  );
  if (lost.every(({ length }) => length === 0)) return [];
  const values = lost.map((ofOne) => (ofOne.length === 0 ? null : Math.max(...ofOne)));
  return [{ heading: 'LOST (req s)', align: 'right', cells: formatColumn('podSeconds', values) }];
}

function promisesOf({ isHeld }: ScenarioReport): string {
  if (isHeld === undefined) return NOTHING;
  return isHeld ? 'held' : 'broken';
}

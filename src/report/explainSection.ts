import type { NodeRejection, PodExplanation } from '../metrics/decisions.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { ReportOptions } from './options.ts';
import { renderScoreTable } from './scoreTable.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatSeconds } from './units.ts';

/** Best nodes that are shown; the chosen one always is. */
const MOST_NODES = 5;
/** Of more nodes that cannot run the pod, those with the same reason share a row. */
const MOST_REJECTED = 20;
/** Names of nodes in such a row. */
const MOST_EXAMPLES = 3;

/** Why pods are where they are, or nowhere. */
export function renderExplanations(report: RunReport, options: ReportOptions): string {
  const isOfSeveral = report.seeds.length > 1;
  return report.runs
    .flatMap(({ seed, explanations = [] }) =>
      explanations.map((one) => (isOfSeveral ? `Seed ${seed}, ${renderOne(one, options)}` : renderOne(one, options))),
    )
    .join('\n');
}

function renderOne(explanation: PodExplanation, options: ReportOptions): string {
  const { pod, logName, incarnations } = explanation;
  const known = pod.endsWith(`/${logName}`) ? '' : ` (${logName})`;
  const which = incarnations === 1 ? '' : `, the last of ${incarnations} of this name`;
  return `${pod}${known}${which}: ${outcome(explanation)}\n${details(explanation, options)}`;
}

function outcome(explanation: PodExplanation): string {
  const { node, atSeconds, attempts, message } = explanation;
  switch (explanation.outcome) {
    case 'scheduled':
      return `${node}, decided at ${formatSeconds(atSeconds!)}${nth(attempts)}: ${whyThere(explanation)}.`;
    case 'unschedulable':
      return `no node at ${formatSeconds(atSeconds!)}${nth(attempts)}: ${message ?? 'the run ended before it was told'}`;
    case 'gated':
      return 'no node: its schedulingGates hold it back, so that it was never tried.';
    case 'waiting':
      return 'no node: its turn never came.';
    case 'elsewhere':
      return node === null
        ? 'no node: no scheduler profile has the name that its schedulerName asks for.'
        : `${node}, without the scheduler: it was given its node by somebody else.`;
  }
}

function nth(attempts: number): string {
  return attempts === 1 ? '' : `, at its attempt number ${attempts}`;
}

function whyThere({ choice, ties, node }: PodExplanation): string {
  switch (choice) {
    case 'tie':
      return `one of ${ties} nodes that share the highest score, drawn by lot`;
    case 'only':
      return 'no other node that was looked at can run it, so that no scores were needed';
    case 'nominated':
      return 'preemption has made room there, so that no other node was looked at';
    case 'followed':
      return `the followed recording has it on ${node}`;
    default:
      return 'it has the highest score';
  }
}

function details(explanation: PodExplanation, options: ReportOptions): string {
  if (explanation.atSeconds === null) return '';
  const { rejected } = explanation;
  const parts = [
    options.headers ? `${search(explanation)}\n` : '',
    explanation.feasible.length > 1 ? bestNodes(explanation, options) : '',
    rejected.length > 0 ? rejectedNodes(rejected, options) : '',
  ];
  return parts.filter((part) => part !== '').join(options.headers ? '\n' : '');
}

/** How far the search went. */
function search({ examined, nodeCount, feasible, rejected }: PodExplanation): string {
  const fit = feasible.length === 1 ? '1 fits' : `${feasible.length} fit`;
  const rest = rejected.length === 1 ? '1 does not' : `${rejected.length} do not`;
  return `Looked at ${examined} of ${counted(nodeCount, 'node')}: ${fit}, ${rest}.`;
}

function bestNodes({ feasible, node, weights }: PodExplanation, options: ReportOptions): string {
  const best = feasible.slice(0, MOST_NODES);
  const chosen = feasible.find((one) => one.node === node);
  const nodes = chosen === undefined || best.includes(chosen) ? best : [...best, chosen];
  const mark: TextColumn = { heading: '', align: 'left', cells: nodes.map((one) => (one.node === node ? '*' : '')) };
  return renderScoreTable({ marks: [mark], nodes, weights, among: feasible }, options);
}

function rejectedNodes(rejected: readonly NodeRejection[], options: ReportOptions): string {
  return rejected.length > MOST_REJECTED ? grouped(rejected, options) : one(rejected, options);
}

function one(rejected: readonly NodeRejection[], options: ReportOptions): string {
  return renderTextTable(
    [
      { heading: 'NODE', align: 'left', cells: rejected.map(({ node }) => node) },
      { heading: 'PLUGIN', align: 'left', cells: rejected.map(({ plugin }) => plugin) },
      { heading: 'REASON', align: 'left', cells: rejected.map(({ reasons }) => reasons.join(', ')) },
    ],
    options,
  );
}

/** A row for each reason: `37 nodes`, and some of them. */
function grouped(rejected: readonly NodeRejection[], options: ReportOptions): string {
  const groups = new Map<string, NodeRejection[]>();
  for (const rejection of rejected) {
    const key = `${rejection.plugin}: ${rejection.reasons.join(', ')}`;
    groups.set(key, [...(groups.get(key) ?? []), rejection]);
  }
  const rows = [...groups.values()].sort((a, b) => b.length - a.length);
  return renderTextTable(
    [
      { heading: 'NODES', align: 'right', cells: rows.map((group) => String(group.length)) },
      { heading: 'PLUGIN', align: 'left', cells: rows.map(([first]) => first!.plugin) },
      { heading: 'REASON', align: 'left', cells: rows.map(([first]) => first!.reasons.join(', ')) },
      { heading: 'SUCH AS', align: 'left', cells: rows.map(examples) },
    ],
    options,
  );
}

function examples(group: readonly NodeRejection[]): string {
  const names = group.slice(0, MOST_EXAMPLES).map(({ node }) => node);
  return group.length > MOST_EXAMPLES ? `${names.join(', ')} …` : names.join(', ');
}

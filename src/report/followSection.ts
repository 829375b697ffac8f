import type { ChoiceVerdict, FollowedChoice, FollowResult } from '../metrics/decisions.ts';
import type { RunReport } from '../runner/runReport.ts';
import type { ReportOptions } from './options.ts';
import { renderScoreTable } from './scoreTable.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { counted, formatColumn, formatNumber, NOTHING } from './units.ts';

const WORDS: Readonly<Record<ChoiceVerdict, string>> = {
  best: 'best',
  nominated: 'best: nominated',
  worse: 'worse',
  infeasible: 'infeasible',
  unscheduled: 'unscheduled',
  pending: 'left pending',
};

/** Of so many nodes that fit, and fewer, a scheduler looks at all. */
const FEWEST_SAMPLED = 100;
const SAMPLED =
  'Of more than 100 nodes that fit a scheduler scores only a part, unless percentageOfNodesToScore is 100: it may not have seen a better one.\n';

/** How the choices of a followed recording fare: a row each, then what is to be said of those that are not among the best. */
export function renderFollow(report: RunReport, options: ReportOptions): string {
  return report.runs.flatMap(({ follow }) => (follow === undefined ? [] : [renderOne(follow, options)])).join('\n');
}

function renderOne(follow: FollowResult, options: ReportOptions): string {
  const { choices, amongBest, recording, unrecorded } = follow;
  const misfits = choices.filter(({ verdict }) => verdict !== 'best' && verdict !== 'nominated');
  const rest =
    unrecorded === 0 ? '' : ` ${counted(unrecorded, 'pod')} got a node here that ${recording} has nothing about.`;
  const parts = [
    renderTextTable(columnsOf(choices), options),
    ...misfits.map((choice) => renderMisfit(choice, recording, options)),
    ...(options.headers && misfits.some(isSampled) ? [SAMPLED] : []),
    ...(options.headers ? [`${amongBest} of ${counted(choices.length, 'choice')} are among the best.${rest}\n`] : []),
  ];
  return parts.join(options.headers ? '\n' : '');
}

/** The better node may be one that the recorded scheduler did not look at. */
function isSampled({ verdict, feasible }: FollowedChoice): boolean {
  return verdict === 'worse' && feasible > FEWEST_SAMPLED;
}

function columnsOf(choices: readonly FollowedChoice[]): TextColumn[] {
  const column = (heading: string, align: TextColumn['align'], cellOf: (choice: FollowedChoice) => string) => ({
    heading,
    align,
    cells: choices.map(cellOf),
  });
  const isScored = ({ verdict }: FollowedChoice) => verdict !== 'unscheduled';
  return [
    column('POD', 'left', ({ pod }) => pod),
    column('NODE', 'left', ({ node }) => node ?? NOTHING),
    column('CHOICE', 'left', ({ verdict }) => WORDS[verdict]),
    {
      heading: 'AT',
      align: 'right',
      cells: formatColumn(
        'seconds',
        choices.map(({ atSeconds }) => atSeconds),
      ),
    },
    column('FIT', 'right', (choice) => (isScored(choice) ? String(choice.feasible) : NOTHING)),
    column('BEST', 'right', (choice) => (isScored(choice) ? String(choice.ties) : NOTHING)),
  ];
}

function renderMisfit(choice: FollowedChoice, recording: string, options: ReportOptions): string {
  const where = choice.line === null ? '' : ` (${recording}:${choice.line})`;
  return `${choice.pod}${where}: ${explain(choice)}\n${scoresOf(choice, options)}${otherPods(choice)}`;
}

/** The choice was made about another cluster. */
function otherPods({ missing = [], extra = [] }: FollowedChoice): string {
  const recorded =
    missing.length === 0 ? '' : `On these nodes in the recording, but not here: ${missing.join(', ')}.\n`;
  const here = extra.length === 0 ? '' : `On these nodes here, but not in the recording: ${extra.join(', ')}.\n`;
  return recorded + here;
}

function explain({ verdict, node, best, recorded, rejected, message }: FollowedChoice): string {
  switch (verdict) {
    case 'worse': {
      const lead = best!.total - recorded!.total;
      return lead > 0
        ? `${node} was taken, ${best!.node} scores ${formatNumber(lead)} more`
        : `${node} was taken, but preemption has made room on ${best!.node}, which comes first`;
    }
    case 'infeasible':
      return `${node} was taken, which cannot run it: ${rejected!.plugin}: ${rejected!.reasons.join(', ')}`;
    case 'pending':
      return `the recording has left it without a node, ${best!.node} can run it`;
    default:
      return `${node} was taken, here no node could be: ${message ?? 'it was never scheduled'}`;
  }
}

function scoresOf({ recorded, best }: FollowedChoice, options: ReportOptions): string {
  if (best === undefined) return '';
  const nodes = recorded === undefined ? [best] : [recorded, best];
  const marks = recorded === undefined ? ['best'] : ['recorded', 'best'];
  return renderScoreTable({ marks: [{ heading: '', align: 'left', cells: marks }], nodes, weights: {} }, options);
}

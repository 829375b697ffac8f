import type { RunReport } from '../runner/runReport.ts';
import type { WhatIfFigures, WhatIfRollout, WhatIfRow } from '../runner/whatIf.ts';
import type { ReportOptions } from './options.ts';
import { renderTextTable, type TextColumn } from './textTable.ts';
import { formatColumn, formatShare, NOTHING } from './units.ts';

interface Line {
  readonly rollout: WhatIfRollout;
  /** Undefined: the rollout as it is. */
  readonly row: WhatIfRow | undefined;
}

const OF_ONE_SEED = 'Pods that come in another order draw other delays: --seeds 20 tells that from what is saved.';

/** What each rollout would gain without one of its bounds, a row each; empty text where nobody asked. */
export function renderWhatIf({ whatIf = [] }: Pick<RunReport, 'whatIf'>, options: ReportOptions): string {
  const lines = whatIf.flatMap((rollout): Line[] => [
    { rollout, row: undefined },
    ...rollout.bounds.map((row) => ({ rollout, row })),
  ]);
  if (lines.length === 0) return '';
  const hasPath = lines.some(({ row }) => row !== undefined && row.criticalPathSeconds !== null);
  const seconds = (read: (line: Line) => number | null | undefined) =>
    formatColumn('seconds', lines.map(read)).map(withoutSignOfZero);
  const pods = (read: (line: Line) => number | null | undefined) => formatColumn('pods', lines.map(read));
  const figures = ({ rollout, row }: Line): WhatIfFigures => row ?? rollout;
  const columns: TextColumn[] = [
    column(
      'WORKLOAD',
      lines.map(({ rollout }) => nameOf(rollout, whatIf)),
      'left',
    ),
    column(
      'WITHOUT',
      lines.map(({ row }) => row?.without ?? NOTHING),
      'left',
    ),
    column(
      'COMPLETE',
      lines.map((line) => `${figures(line).complete}/${line.rollout.runs}`),
    ),
    column(
      'DURATION',
      seconds((line) => figures(line).durationSeconds),
    ),
    column(
      'SAVES',
      seconds(({ row }) => row?.savedSeconds),
    ),
    column(
      'SHARE',
      lines.map(({ row }) => (row?.savedShare == null ? NOTHING : formatShare(row.savedShare))),
    ),
    ...(hasPath
      ? [
          column(
            'ON THE PATH',
            seconds(({ row }) => row?.criticalPathSeconds),
          ),
        ]
      : []),
    column(
      'AVAIL MIN',
      pods((line) => figures(line).availableMin),
    ),
    column('CHANGE', pods(({ row }) => row?.availableMinChange).map(signed)),
  ];
  const table = renderTextTable(columns, options);
  return options.headers ? `${table}\n${sentences(whatIf, hasPath)}\n` : table;
}

function sentences(whatIf: readonly WhatIfRollout[], hasPath: boolean): string {
  const slower = whatIf.flatMap(({ bounds }) => bounds).some(({ savedSeconds }) => (savedSeconds ?? 0) < -0.05);
  return [
    'Each line is the same seeds once more, without that one bound: what several save does not add up.',
    ...(hasPath ? ['ON THE PATH is what the critical path had of it.'] : []),
    ...(slower ? ['What saves less than nothing made it slower.'] : []),
    ...(whatIf.some(({ runs }) => runs === 1) ? [OF_ONE_SEED] : []),
  ].join(' ');
}

/** Its number only where a workload has several. */
function nameOf({ workload, ordinal }: WhatIfRollout, all: readonly WhatIfRollout[]): string {
  const isOnly = all.filter((other) => other.workload === workload).length === 1;
  return isOnly ? workload : `${workload} (${ordinal})`;
}

function column(heading: string, cells: readonly string[], align: TextColumn['align'] = 'right'): TextColumn {
  return { heading, align, cells };
}

function signed(cell: string): string {
  return cell === NOTHING || cell.startsWith('-') || Number(cell) === 0 ? cell : `+${cell}`;
}

/** Less than what the column can show is nothing. */
function withoutSignOfZero(cell: string): string {
  return /^-0\.?0*s$/.test(cell) ? cell.slice(1) : cell;
}

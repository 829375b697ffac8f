/** A column of a table for people. */
export interface TextColumn {
  readonly heading: string;
  readonly align: 'left' | 'right';
  /** One a row. */
  readonly cells: readonly string[];
}

/** What a piece of text means, for a terminal that has colours. */
export type Emphasis = 'heading' | 'good' | 'bad' | 'faint';

/** Decorates text, without changing its width. */
export type Style = (emphasis: Emphasis, text: string) => string;

/** For files, pipes and tests. */
export const plainStyle: Style = (_emphasis, text) => text;

/** Cells that say that something went wrong stand out. */
const BAD_CELLS = /^(?:refused|stalled|breached|regressed|worse|infeasible|unscheduled|left pending)\b|\bstalled\b/;

const GAP = '  ';

/** Lays out columns as kubectl does, a little closer: no borders, two spaces between, nothing behind the last one. */
export function renderTextTable(
  columns: readonly TextColumn[],
  options: { readonly headers: boolean; readonly style: Style },
): string {
  const { headers, style } = options;
  const widths = columns.map(({ heading, cells }) =>
    Math.max(headers ? heading.length : 0, ...cells.map((cell) => cell.length)),
  );
  const rowCount = columns[0]?.cells.length ?? 0;
  const lines: string[] = [];
  if (headers)
    lines.push(
      style(
        'heading',
        line(columns, widths, ({ heading }) => heading),
      ),
    );
  for (let row = 0; row < rowCount; row++) {
    lines.push(line(columns, widths, ({ cells }) => cells[row] ?? '', style));
  }
  return lines.map((text) => `${text}\n`).join('');
}

function line(
  columns: readonly TextColumn[],
  widths: readonly number[],
  cellOf: (column: TextColumn) => string,
  style: Style = plainStyle,
): string {
  const parts = columns.map((column, index) => {
    const cell = cellOf(column);
    const padding = ' '.repeat(widths[index]! - cell.length);
    const shown = BAD_CELLS.test(cell) ? style('bad', cell) : cell === '-' ? style('faint', cell) : cell;
    return column.align === 'right' ? padding + shown : shown + padding;
  });
  return parts.join(GAP).trimEnd();
}

import { element, escapeMarkup } from '../charts/markup.ts';

export interface DataColumn {
  readonly heading: string;
  readonly cells: readonly string[];
  /** What a numeric column is sorted by and copied as; null where there is none. */
  readonly values?: readonly (number | null)[];
}

export interface DataTableOptions {
  readonly id: string;
  /** Read out before the table. */
  readonly caption: string;
  /** Attributes of each row, such as what it opens. */
  readonly rowAttributes?: (row: number) => Readonly<Record<string, string>>;
}

/** A table whose headings sort it, with a button that copies it as CSV. */
export function dataTable(columns: readonly DataColumn[], options: DataTableOptions): string {
  const { id, caption, rowAttributes } = options;
  const headings = columns.map(({ heading, values }) => {
    const button = `<button type="button">${escapeMarkup(heading)}</button>`;
    return element('th', { scope: 'col', class: values && 'number', 'aria-sort': 'none' }, button);
  });
  const count = columns[0]?.cells.length ?? 0;
  const rows = Array.from({ length: count }, (_, row) => {
    const cells = columns.map((column) => cellOf(column, row));
    return element('tr', rowAttributes?.(row) ?? {}, cells.join(''));
  });
  return [
    `<div class="tools"><button type="button" data-copy="${id}">Copy as CSV</button></div>`,
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(caption)}">`,
    `<table class="data" id="${id}"><caption class="hidden">${escapeMarkup(caption)}</caption>`,
    `<thead><tr>${headings.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`,
  ].join('');
}

function cellOf({ cells, values }: DataColumn, row: number): string {
  if (values === undefined) return element('td', {}, escapeMarkup(cells[row]!));
  const value = values[row];
  return element(
    'td',
    { class: 'number', 'data-value': value == null ? '' : String(value) },
    escapeMarkup(cells[row]!),
  );
}

/**
 * Columns as Go's tabwriter sets them: each as wide as its longest cell plus `padding`, the last one not filled up.
 *
 * @param minimumWidth of every column but the last.
 */
export function textTable(rows: readonly (readonly string[])[], padding: number, minimumWidth = 0): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? minimumWidth, cell.length + padding);
    }
  }
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!))).join('');
  return rows.map(line).join('\n');
}

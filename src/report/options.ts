import type { Style } from './textTable.ts';

/** How a report is written. */
export interface ReportOptions {
  /** Column headings, and the sentences under a table. */
  readonly headers: boolean;
  readonly style: Style;
}

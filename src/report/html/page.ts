/**
 * Reports as one HTML file that needs nothing else: no network, no script or font from elsewhere. `page.ts` is the frame,
 * `runPage.ts` and `sweepPage.ts` say what is on it.
 */
import type { Provenance } from '../../runner/provenance.ts';
import { element, escapeMarkup } from '../charts/markup.ts';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';

/** How a result was made, for those who want to make it again. */
export interface Origin {
  /** The command line, quoted for a shell. */
  readonly command: string;
  /** What was read. */
  readonly files: readonly { readonly file: string; readonly text: string }[];
}

export interface PageContent {
  readonly title: string;
  readonly subtitle: string;
  /** Markup, in order. */
  readonly sections: readonly string[];
  /** `rollsim 0.1.0` */
  readonly tool: string;
}

/** Even a mistake in a name could not make the page ask for anything: its own policy forbids it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

export function htmlPage({ title, subtitle, sections, tool }: PageContent): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="icon" href="data:,">`,
    `<title>${escapeMarkup(title)}</title><style>${PAGE_STYLE}</style></head>`,
    '<body>',
    `<header class="page"><div><h1>${escapeMarkup(title)}</h1><p class="faint">${escapeMarkup(subtitle)}</p></div>`,
    '<button type="button" id="theme" hidden>Dark colours</button></header>',
    '<main>',
    ...sections,
    `<footer>Made by ${escapeMarkup(tool)}. All times are simulated.</footer>`,
    '<p id="status" class="hidden" role="status" aria-live="polite"></p>',
    '</main>',
    `<script>${PAGE_SCRIPT}</script>`,
    '</body></html>',
    '',
  ].join('\n');
}

/** A part of a page with its heading; empty where it has nothing to say. */
export function section(id: string, heading: string, content: string): string {
  if (content === '') return '';
  return `<section aria-labelledby="${id}"><h2 id="${id}">${escapeMarkup(heading)}</h2>\n${content}\n</section>`;
}

/** A paragraph of plain text. */
export function paragraph(text: string, attributes: { readonly class?: string } = {}): string {
  return element('p', attributes, escapeMarkup(text));
}

/** A chart with the sentence that explains it, and the same as a table for those who do not see it. */
export function figure(chart: string, explanation: string, table: string, series?: string): string {
  const readout = series === undefined ? '' : '<p class="readout" aria-live="polite"></p>';
  const alternative = table === '' ? '' : `<details><summary>The same as a table</summary>${table}</details>`;
  const caption = `<figcaption>${escapeMarkup(explanation)}</figcaption>`;
  return element(
    'figure',
    { 'data-series': series },
    `<div class="chartbox">${chart}</div>${readout}${caption}${alternative}`,
  );
}

/** How to have the same again, as far as that is known. */
export function originSection(origin: Origin | undefined, { scenario, scenarioHash, options }: Provenance): string {
  if (origin === undefined) {
    const made = paragraph(
      `Made of a stored result, which holds neither the files nor the rollouts over time. The input of scenario ${scenario} has the SHA-256:`,
    );
    const given = Object.keys(options).length === 0 ? '' : `\n${JSON.stringify(options, undefined, 2)}`;
    return section(
      'origin',
      'Do it again',
      `${made}<pre tabindex="0"><code>${escapeMarkup(scenarioHash + given)}</code></pre>`,
    );
  }
  const { command, files } = origin;
  const texts = files.map(
    ({ file, text }) =>
      `<details><summary>${escapeMarkup(file)}</summary><pre tabindex="0"><code>${escapeMarkup(text)}</code></pre></details>`,
  );
  const copy = '<div class="tools"><button type="button" data-copy="command">Copy the command</button></div>';
  const shown = `<pre tabindex="0"><code id="command">${escapeMarkup(command)}</code></pre>`;
  const sentence = paragraph('The same command on the same input gives this report again, byte for byte.');
  return section('origin', 'Do it again', `${sentence}${shown}${copy}${texts.join('')}`);
}

import { element, label } from './markup.ts';

/**
 * Colours, as variables of style sheets. Those of the bands come from the palette of Okabe and Ito, which people with any
 * sort of colour blindness can tell apart; they differ in lightness too, and what is unsure carries a pattern besides.
 */
const LIGHT = {
  paper: '#ffffff',
  panel: '#f6f7f9',
  ink: '#1c2128',
  faint: '#57606a',
  grid: '#e3e6ea',
  edge: '#c9ced6',
  oldAvailable: '#a9b2bd',
  newAvailable: '#0072b2',
  newReady: '#56b4e9',
  newStarting: '#e69f00',
  newPending: '#f5dc6b',
  oldOther: '#cc79a7',
  terminating: '#6e7781',
  line: '#111418',
  limit: '#b42318',
  front: '#b3470a',
  accent: '#0a5fa8',
};

const DARK: typeof LIGHT = {
  paper: '#12161c',
  panel: '#1a2029',
  ink: '#e8ecf1',
  faint: '#a3adb9',
  grid: '#2a323d',
  edge: '#3c4653',
  oldAvailable: '#5d6875',
  newAvailable: '#3a97d3',
  newReady: '#8accf2',
  newStarting: '#e8a92c',
  newPending: '#f4e27f',
  oldOther: '#d992ba',
  terminating: '#9aa5b1',
  line: '#ffffff',
  limit: '#ff8a7a',
  front: '#ff9d5c',
  accent: '#6db8f2',
};

function variables(colours: typeof LIGHT): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

/** The variables on a page's root: by the system's setting, or by its `data-theme`. Paper is always light. */
export const PAGE_COLOURS = [
  `:root{${variables(LIGHT)};color-scheme:light}`,
  `@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables(DARK)};color-scheme:dark}}`,
  `:root[data-theme=dark]{${variables(DARK)};color-scheme:dark}`,
  `@media print{:root,:root:not([data-theme=light]),:root[data-theme=dark]{${variables(LIGHT)};color-scheme:light}}`,
].join('\n');

const CHART_COLOURS = [`svg{${variables(LIGHT)}}`, `@media (prefers-color-scheme:dark){svg{${variables(DARK)}}}`].join(
  '',
);

/** How the parts of all charts look, on a page and in a file of their own. */
export const CHART_STYLE = [
  '.chart text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}',
  '.chart .title{font-size:16px;font-weight:600}',
  '.chart .faint{fill:var(--faint)}',
  '.chart .grid{stroke:var(--grid);stroke-width:1}',
  '.chart .axis{stroke:var(--edge);stroke-width:1}',
  '.chart .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}',
  '.chart .available{fill:none;stroke:var(--line);stroke-width:2}',
  '.chart .limit{fill:none;stroke:var(--limit);stroke-width:1.5;stroke-dasharray:6 3}',
  '.chart .desired{fill:none;stroke:var(--faint);stroke-width:1.5;stroke-dasharray:2 3}',
  '.chart .cell{fill:var(--newAvailable);stroke:var(--grid)}',
  '.chart .bad{fill:var(--limit)}',
  '.chart .point{fill:var(--newAvailable);fill-opacity:.35;stroke:var(--newAvailable)}',
  '.chart .best{fill:var(--front);fill-opacity:.75;stroke:var(--paper);stroke-width:1.5}',
  '.chart a:focus-visible :is(circle,rect){stroke:var(--line);stroke-width:3}',
  '.chart .bar{fill:var(--newAvailable)}',
  '.chart .box{fill:var(--panel);stroke:var(--edge)}',
  '.chart .dot{fill:var(--newAvailable);fill-opacity:.6}',
  '.chart .median{stroke:var(--line);stroke-width:2}',
  '.chart .done{stroke:var(--ink);stroke-width:1;stroke-dasharray:1 3}',
].join('');

/** A picture that says why it shows nothing. */
const NOTHING = element(
  'svg',
  { class: 'chart', viewBox: '0 0 880 60', width: 880, height: 60, role: 'img' },
  label(16, 36, 'There is nothing to draw: no rollout happened, or none that compares.'),
);

/** Charts below each other as one SVG file, which browsers show light or dark by the system's setting. */
export function standalone(charts: readonly string[]): string {
  if (charts.length === 0) return standalone([NOTHING]);
  const style = `<style>${CHART_COLOURS}${CHART_STYLE}</style><rect width="100%" height="100%" rx="6" fill="var(--paper)"/>`;
  let height = 0;
  let width = 0;
  const placed = charts.map((chart) => {
    const [, ownWidth, ownHeight] = /^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(chart)!;
    const markup = chart.replace('<svg', `<svg y="${height}"`);
    height += Number(ownHeight);
    width = Math.max(width, Number(ownWidth));
    return markup;
  });
  const root = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`;
  return `${root}${style}${placed.join('')}</svg>\n`;
}

import { describe, expect, it } from 'vitest';
import { makeRollout } from '../../runner/testing/results.ts';
import { BANDS, type Band, type RolloutView } from '../charts/rolloutView.ts';
import { plainStyle } from '../textTable.ts';
import { terminalChart } from './rolloutChart.ts';

const OPTIONS = { width: 46, height: 6, style: plainStyle };

/** Six pods that are replaced two by two, one of them dying slowly. */
function view(): RolloutView {
  const points: Partial<Record<Band, number>>[] = [
    { oldAvailable: 6 },
    { oldAvailable: 4, newStarting: 2, terminating: 2 },
    { oldAvailable: 4, newAvailable: 2 },
    { newAvailable: 4, newStarting: 2, terminating: 1 },
    { newAvailable: 6 },
  ];
  const column = (band: Band) => points.map((point) => point[band] ?? 0);
  return {
    workload: 'deployment/web',
    rollouts: [makeRollout({ durationSeconds: 8 })],
    startSeconds: 60,
    fromSeconds: -1,
    toSeconds: 9,
    seconds: [-1, 0, 3, 4, 8],
    bands: Object.fromEntries(BANDS.map((band) => [band, column(band)])) as Record<Band, number[]>,
    available: [6, 4, 6, 4, 6],
    desired: [6, 6, 6, 6, 6],
    fewestAvailable: [4, 4, 4, 4, 4],
    mostPods: [8, 8, 8, 8, 8],
  };
}

describe('the chart in a terminal', () => {
  it('stacks pods by version and state, with what is desired and what has to be available at the left', () => {
    expect(terminalChart(view(), OPTIONS)).toMatchInlineSnapshot(`
      "deployment/web: complete after 8.0 s
      8 ┤    xxxxxxxxxxxxxx
      6 ┤    xxxxxxxxxxxxxx   xxxxxxxxxxxxxxxxxx
        │░░░░▒▒▒▒▒▒▒▒▒▒▒▒▒▒███▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒████
      4 ┤░░░░░░░░░░░░░░░░░░░░░██████████████████████
        │░░░░░░░░░░░░░░░░░░░░░██████████████████████
        │░░░░░░░░░░░░░░░░░░░░░██████████████████████
        └───────────────────────────────────────────
         0.00 s            4.00 s             9.00 s
      ░ old, available  █ new, available
      ▒ new, starting or not ready  x terminating
      pods over seconds since the template changed
      "
    `);
  });

  it('fits any width, and shows a dip that is shorter than a column', () => {
    const short = { ...view(), seconds: [-1, 0, 0.001, 4, 8] };
    for (const width of [30, 46, 120]) {
      const lines = terminalChart(short, { ...OPTIONS, width }).split('\n');
      for (const line of lines.slice(1, 8)) expect(line.length).toBeLessThanOrEqual(width);
    }
    expect(terminalChart(short, OPTIONS)).toContain('▒');
  });

  it('draws no more than has happened', () => {
    const signs = (untilSeconds: number) => terminalChart(view(), { ...OPTIONS, untilSeconds }).split('█').length - 1;
    const counts = [-1, 2, 3.5, 6, 9].map(signs);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(counts[0]).toBe(1);
  });

  it('has no escape sequences without a style', () => {
    expect(terminalChart(view(), OPTIONS)).not.toContain('\u001b');
  });
});

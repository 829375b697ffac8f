import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../metrics/result.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario } from '../../scenario/index.ts';
import { scale, ticks } from './axis.ts';
import { escapeMarkup } from './markup.ts';
import { rolloutChart } from './rolloutChart.ts';
import { BANDS, type RolloutView, rolloutViews, thinned, usedBands } from './rolloutView.ts';
import { standalone } from './theme.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 3}]}
behavior: [{start: 1s, ready: 4s, terminate: 3s}]
steps: [{at: 60s, kubectl: rollout restart deployment/web}]
until: 300s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 8
  minReadySeconds: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;

const scenario = buildScenario({ files: [{ file: 'web.yaml', text: SCENARIO }] }, {});

function play(): { readonly result: RunResult; readonly view: RolloutView } {
  const result = runScenario({ scenario, seed: 1, timeline: true });
  const views = rolloutViews(result);
  expect(views).toHaveLength(1);
  return { result, view: views[0]! };
}

describe('the view of a rollout', () => {
  const { result, view } = play();
  const rollout = result.rollouts.find(({ cause }) => cause === 'update')!;

  it('has the extremes that the result has', () => {
    const during = view.seconds.map((second, point) => ({ second, point }));
    const own = during.filter(({ second }) => second >= 0 && second <= rollout.durationSeconds!);
    expect(Math.min(...own.map(({ point }) => view.available[point]!))).toBe(rollout.availableMin);
    const total = (point: number): number => BANDS.reduce((sum, band) => sum + view.bands[band][point]!, 0);
    expect(Math.max(...own.map(({ point }) => total(point)))).toBe(rollout.podsMaxWithTerminating);
  });

  it('begins with old pods alone, and ends with new ones', () => {
    expect(view.bands.oldAvailable[0]).toBe(8);
    expect(view.bands.newAvailable[0]).toBe(0);
    expect([view.bands.oldAvailable.at(-1), view.bands.newAvailable.at(-1)]).toEqual([0, 8]);
    expect(view.fromSeconds).toBeLessThan(0);
    expect(view.toSeconds).toBeGreaterThan(rollout.durationSeconds!);
  });

  it('has every state of the pods, and the limits of 25 %/25 %', () => {
    expect(usedBands(view)).toEqual(expect.arrayContaining(['newReady', 'newStarting', 'terminating']));
    expect([view.desired.at(-1), view.fewestAvailable.at(-1), view.mostPods.at(-1)]).toEqual([8, 6, 10]);
  });

  it('keeps its lowest point however few columns there are', () => {
    const few = thinned(view, 4);
    expect(few.seconds.length).toBeLessThanOrEqual(8);
    expect(Math.min(...few.available)).toBe(Math.min(...view.available));
    expect(thinned(view, 1e6)).toEqual(view);
  });

  it('is not there without a timeline', () => {
    expect(rolloutViews(runScenario({ scenario, seed: 1 }))).toEqual([]);
  });
});

describe('the chart', () => {
  const text = standalone([rolloutChart(play().view, { id: 'a', subtitle: 'x < y' })]);

  it('says what it shows, with units, and escapes what is given', () => {
    expect(text).toContain('deployment/web: complete after');
    expect(text).toContain('seconds since the rollout began');
    expect(text).toContain('>pods</text>');
    expect(text).toContain('x &lt; y');
    expect(text).toContain('At least 6 of 8 desired pods are available');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('keeps the word for the completion out of the names of the lines', () => {
    const view = play().view;
    const isAtEnd = (toSeconds: number): boolean =>
      rolloutChart({ ...view, toSeconds }, { id: 'a', subtitle: '' }).includes('text-anchor="end">complete<');
    expect(isAtEnd(view.toSeconds * 2)).toBe(false);
    expect(isAtEnd(view.rollouts[0]!.durationSeconds!)).toBe(true);
  });

  it('needs nothing from elsewhere, and is the same each time', () => {
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|<script|@import/);
    expect(standalone([rolloutChart(play().view, { id: 'a', subtitle: 'x < y' })])).toBe(text);
  });
});

describe('ticks', () => {
  it.each([
    [0, 10, 5, 0, [0, 2, 4, 6, 8, 10]],
    [-0.3, 1, 4, 0, [0, 0.5, 1]],
    [0, 3, 10, 1, [0, 1, 2, 3]],
    [0, 1250, 6, 1, [0, 500, 1000]],
    [0, 0, 5, 0, [0]],
  ])('from %d to %d in at most %d steps', (from, to, most, smallest, expected) => {
    expect(ticks(from, to, most, smallest)).toEqual(expected);
  });

  it('of an empty range has one place', () => expect(scale(3, 3, 10, 20)(3)).toBe(10));
});

it('markup cannot leave its place', () => {
  expect(escapeMarkup('</script><b a="1">\u0000&\'')).toBe('&lt;/script&gt;&lt;b a=&quot;1&quot;&gt;&amp;&#39;');
});

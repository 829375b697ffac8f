/** The report of a sweep, in a real browser. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openBrowser, openFile } from './testing/browser.ts';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: web}
cluster: {nodes: [{count: 3}]}
behavior: [{start: 1s, ready: {uniform: {min: 2s, max: 6s}}, terminate: 3s}]
steps: [{at: 60s, kubectl: rollout restart deployment/web}]
until: 300s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 8
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;

const AXES = ['maxSurge', 'maxUnavailable'].flatMap((name) => ['--vary', `deployment/web:${name}=0,1,50%`]);
const COMMAND = ['sweep', 'web.yaml', ...AXES, '--seeds', '3', '--export-html', 'report.html', '-q', '--jobs', '1'];

describe('the report of a sweep', () => {
  let playground: Playground;
  let browser: Browser;
  let open: OpenPage;

  beforeAll(async () => {
    playground = new Playground();
    playground.write('web.yaml', SCENARIO);
    const { status, stderr } = playground.run([...COMMAND, '--export-svg', 'grid.svg']);
    expect([status, stderr]).toEqual([0, '']);
    browser = await openBrowser();
    open = await openFile(browser, playground.path('report.html'));
  });

  afterAll(async () => {
    await browser?.close();
    playground.remove();
  });

  it('has a circle for each variant that completes, and says what they weigh', async () => {
    const { page } = open;
    expect(await page.locator('svg.pareto circle').count()).toBe(8);
    expect(await page.locator('svg.pareto').textContent()).toContain('duration (seconds, median), better: ←');
    expect(await page.locator('svg.pareto .best').count()).toBeGreaterThan(1);
  });

  it('opens the variant whose circle is clicked, or reached by the keyboard', async () => {
    const { page } = open;
    const shown = page.locator('#runs ~ .choices .choice:visible h3');
    expect(await shown.allTextContents()).toEqual(['maxSurge=0 maxUnavailable=1']);
    await page.locator('svg.pareto a[href="#variant-9"]').click();
    expect(await shown.allTextContents()).toEqual(['maxSurge=50% maxUnavailable=50%']);
    expect(await page.locator('#runs ~ .choices select').inputValue()).toBe('variant-9');
    await page.locator('svg.heat:visible a[href="#variant-4"]').focus();
    await page.keyboard.press('Enter');
    expect(await shown.allTextContents()).toEqual(['maxSurge=1 maxUnavailable=0']);
    expect(await page.locator('#variant-4 svg.rollout').isVisible()).toBe(true);
  });

  it('shows the figure of the grid that is chosen', async () => {
    const { page } = open;
    const heat = page.locator('svg.heat:visible');
    expect(await heat.textContent()).toContain('duration (seconds, median)');
    expect(await heat.textContent()).toContain('refused');
    await page.getByLabel('Figure of deployment/web').selectOption({ index: 1 });
    expect(await heat.textContent()).toContain('fewest available pods (least of all seeds)');
    expect(await heat.count()).toBe(1);
  });

  it('sorts its table, with what has no number last either way', async () => {
    const { page } = open;
    const column = page.locator('#all-variants tbody td:nth-child(8)');
    const heading = page.locator('#all-variants').getByRole('columnheader', { name: 'duration (median)' });
    for (const sign of [1, -1]) {
      await heading.getByRole('button').click();
      const texts = await column.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-value')!));
      expect(texts.at(-1)).toBe('');
      const values = texts.slice(0, -1).map(Number);
      expect(values).toEqual([...values].sort((a, b) => sign * (a - b)));
    }
  });

  it('prints every figure of the grid and every variant, without choosing', async () => {
    const { page } = open;
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('svg.heat:visible').count()).toBe(4);
    expect(await page.locator('svg.rollout:visible').count()).toBe(8);
    expect(await page.getByRole('combobox').count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
  });

  it('switches to dark', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(18, 22, 28)');
  });

  it('fits a narrow screen', async () => {
    const { page } = open;
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  });

  it('writes nothing to the console and asks for nothing', () => {
    expect(open.complaints).toEqual([]);
    expect(open.requests).toEqual([]);
  });

  it('is the same each time', () => {
    const first = readFileSync(playground.path('report.html'), 'utf8');
    playground.run([...COMMAND, '--export-svg', 'grid.svg']);
    expect(readFileSync(playground.path('report.html'), 'utf8') === first).toBe(true);
    expect(first.length).toBeLessThan(500_000);
  });

  it('as a picture has the Pareto chart and the grid', () => {
    const text = readFileSync(playground.path('grid.svg'), 'utf8');
    expect(text).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(text).toContain('class="chart pareto"');
    expect(text).toContain('class="chart heat"');
    expect(text).not.toMatch(/NaN|undefined|Infinity|<a /);
  });
});

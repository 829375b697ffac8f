/** The report of a run, in a real browser. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openBrowser, openFile } from './testing/browser.ts';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: "a <b> & </script><script>alert(1)</script>"}
cluster: {nodes: [{count: 3}]}
behavior: [{start: 1s, ready: {uniform: {min: 2s, max: 6s}}, terminate: 3s}]
steps: [{at: 60s, kubectl: rollout restart deployment/web}]
thresholds: {rollout.durationSeconds: ["max<1000"]}
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

const COMMAND = ['run', 'web.yaml', '--seeds', '4', '--export-html', 'report.html', '-q'];

describe('the report of a run', () => {
  let playground: Playground;
  let browser: Browser;
  let open: OpenPage;

  beforeAll(async () => {
    playground = new Playground();
    playground.write('web.yaml', SCENARIO);
    const { status, stderr } = playground.run(COMMAND);
    expect([status, stderr]).toEqual([0, '']);
    browser = await openBrowser();
    open = await openFile(browser, playground.path('report.html'));
  });

  afterAll(async () => {
    await browser?.close();
    playground.remove();
  });

  it('shows the figures, the charts and how to have it again', async () => {
    const { page } = open;
    expect(await page.locator('h1').textContent()).toBe('a <b> & </script><script>alert(1)</script>: how it rolls out');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Thresholds',
      'Pods over time',
      'What it waited for',
      'Over the seeds',
      'All rollouts',
      'Do it again',
    ]);
    expect(await page.locator('#command').textContent()).toBe(`rollsim ${COMMAND.join(' ')}`);
    expect(await page.locator('details pre').textContent()).toBe(SCENARIO);
    expect(await page.locator('.card b').allTextContents()).toContain('4 of 4');
  });

  it('sorts its table by a click and by the keyboard', async () => {
    const { page } = open;
    const column = page.locator('#all-rollouts tbody td:nth-child(7)');
    const heading = page.locator('#all-rollouts').getByRole('columnheader', { name: 'duration' });
    const values = async (): Promise<number[]> =>
      await column.evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    const before = await values();
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await values()).toEqual([...before].sort((a, b) => a - b));
    await heading.getByRole('button').press('Enter');
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await values()).toEqual([...before].sort((a, b) => b - a));
    expect(await page.getByRole('status').textContent()).toBe('Sorted by duration, descending');
  });

  it('copies its table as CSV', async () => {
    const { page } = open;
    await page.evaluate(
      "Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (text) => document.body.setAttribute('data-copied', text) } })",
    );
    await page.locator('button[data-copy=all-rollouts]').click();
    await page.locator('body[data-copied]').waitFor();
    const lines = (await page.locator('body').getAttribute('data-copied'))!.split('\n');
    expect(lines[0]).toMatch(/^workload,seed,cause,outcome,start,/);
    expect(lines).toHaveLength(1 + 8 + 1);
  });

  it('tells the numbers below the pointer and along the arrow keys', async () => {
    const { page } = open;
    const chart = page.locator('figure svg.rollout');
    await chart.hover();
    const readout = page.locator('.readout');
    expect(await readout.textContent()).toMatch(/^\d+\.\d\d s: \d+ available, /);
    await chart.focus();
    await page.keyboard.press('End');
    expect(await readout.textContent()).toMatch(/ s: 8 available, 8 new, available$/);
    await page.keyboard.press('Home');
    expect(await readout.textContent()).toMatch(/ s: 8 available, 8 old, available$/);
  });

  it('switches to dark and back', async () => {
    const { page } = open;
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await paper()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Dark colours' }).click();
    expect(await paper()).toBe('rgb(18, 22, 28)');
    await page.getByRole('button', { name: 'Light colours' }).click();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await paper()).toBe('rgb(255, 255, 255)');
  });

  it('prints on white, without buttons', async () => {
    const { page } = open;
    await page.getByRole('button', { name: 'Dark colours' }).click();
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.getByRole('button', { name: /colours|Copy/ }).count()).toBe(0);
    expect(await page.getByRole('columnheader', { name: 'duration' }).isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  it('fits a narrow screen', async () => {
    const { page } = open;
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    await page.setViewportSize({ width: 1100, height: 800 });
  });

  it('names every chart and has each as a table', async () => {
    const { page } = open;
    const names = await page.locator('svg[role=img] > title').allTextContents();
    expect(names).toEqual([
      expect.stringMatching(/^deployment\/web: complete after \d+\.\d s$/),
      'What deployment/web waited for',
      'Duration',
      'Fewest available pods',
      'Most pods',
    ]);
    expect(await page.locator('figure details table').count()).toBe(names.length);
  });

  it('writes nothing to the console and asks for nothing', () => {
    expect(open.complaints).toEqual([]);
    expect(open.requests).toEqual([]);
  });

  it('is the same each time', () => {
    const first = readFileSync(playground.path('report.html'), 'utf8');
    playground.run(COMMAND);
    expect(readFileSync(playground.path('report.html'), 'utf8')).toBe(first);
    expect(first.length).toBeLessThan(300_000);
  });
});

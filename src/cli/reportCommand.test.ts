import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('web.yaml', SCENARIO);
});

afterAll(() => playground.remove());

const ROLLOUT = ['web.yaml', '--restart', 'deployment/web', '--set', 'deployment/web:replicas=4', '-q'];

describe('report', () => {
  it('prints a run as run does, and makes a page of it', () => {
    const table = playground.run(['run', ...ROLLOUT]).stdout;
    playground.write('run.json', playground.run(['run', ...ROLLOUT, '-o', 'json']).stdout);
    const { stdout, stderr, status } = playground.run(['report', 'run.json', '--export-html', 'run.html']);
    expect([stdout, stderr, status]).toEqual([table, 'wrote run.html\n', 0]);
    const page = readFileSync(playground.path('run.html'), 'utf8');
    expect(page).toContain('What it waited for');
    expect(page).toContain('deployment/web:replicas=4');
    expect(page).not.toContain('Pods over time');
  });

  it('prints a sweep as sweep does, and makes a page of it', () => {
    const axis = ['--vary', 'deployment/web:maxSurge=1,2', '--jobs', '1'];
    const table = playground.run(['sweep', ...ROLLOUT, ...axis, '--export-json', 'sweep.json']).stdout;
    const { stdout, status } = playground.run(['report', 'sweep.json', '--export-html', 'sweep.html', '-q']);
    expect([stdout, status]).toEqual([table, 0]);
    const page = readFileSync(playground.path('sweep.html'), 'utf8');
    expect(page).toContain('class="chart pareto"');
    expect(page).not.toContain('href="#variant');
  });

  it.each<[number, string, string]>([
    [2, 'report none.json: no such file or directory', 'none.json'],
    [3, 'web.yaml: is no JSON', 'web.yaml'],
  ])('ends with %i: %s', (code, message, file) => {
    const { stderr, status } = playground.run(['report', file]);
    expect(stderr).toContain(message);
    expect(status).toBe(code);
  });
});

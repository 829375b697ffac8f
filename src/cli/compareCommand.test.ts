import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 3}]}
behavior: [{ready: {uniform: {min: 1s, max: 3s}}}]
steps: [{at: 30s, kubectl: rollout restart deployment/web}]
until: 300s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;

const playground = new Playground();

beforeAll(() => {
  playground.write('web.yaml', SCENARIO);
  playground.run(['run', 'web.yaml', '--seeds', '5', '-q', '--save-baseline', 'before.json']);
});

afterAll(() => playground.remove());

describe('a baseline', () => {
  it('passes what is the same, and is not held against itself in place of the new result', () => {
    const args = ['run', 'web.yaml', '--seeds', '5', '--baseline', 'before.json', '--save-baseline', 'same.json'];
    const { status, stderr } = playground.run(args);
    expect(stderr).toContain('Compared with before.json:');
    expect(stderr).toContain('0 regressed, 0 improved, 0 no verdict');
    expect(status).toBe(0);
  });

  it('fails with 99 what became worse, which compare says of the two files too', () => {
    const slower = ['--set', 'deployment/web:minReadySeconds=10', '--metric', 'rollout.durationSeconds'];
    const run = playground.run([
      ...['run', 'web.yaml', '--seeds', '5', '-q', '--baseline', 'before.json', '--save-baseline', 'after.json'],
      ...[...slower, '--export-junit', 'junit.xml', '--export-markdown', 'page.md'],
    ]);
    expect(run.stderr).toMatch(/^deployment\/web +rollout\.durationSeconds .* regressed$/m);
    expect(run.status).toBe(99);
    expect(readFileSync(playground.path('junit.xml'), 'utf8')).toContain(
      '<testsuites name="web" tests="1" failures="1" errors="0" skipped="0">',
    );
    expect(readFileSync(playground.path('page.md'), 'utf8')).toMatch(/\| rollout\.durationSeconds \|.*\| regressed \|/);
    const compare = playground.run(['compare', 'before.json', 'after.json', '-o', 'csv', '--noise-threshold', '2%']);
    expect(compare.stdout).toMatch(/^deployment\/web,rollout\.durationSeconds,.*,paired,5,regressed$/m);
    expect(compare.status).toBe(99);
    expect(playground.run(['compare', 'before.json', 'after.json', '--fail-on', 'never']).status).toBe(0);
  });

  it('is a wrong command line where it is not there, or the figure is none', () => {
    const missing = playground.run(['run', 'web.yaml', '--baseline', 'none.json']);
    expect(missing.stderr).toBe(
      'error: --baseline none.json: no such file or directory (--save-baseline writes one)\n',
    );
    expect(missing.status).toBe(2);
    const files = ['--save-baseline', 'new.json', '--export-junit', 'new.xml', '--export-markdown', '.'];
    expect(playground.run(['run', 'web.yaml', ...files]).stderr).toBe('error: --export-markdown .: is a folder\n');
    expect(readdirSync(playground.folder).filter((name) => name.includes('new'))).toEqual([]);
    const unknown = playground.run(['compare', 'before.json', 'before.json', '--metric', 'rollout.durationSecond']);
    expect(unknown.stderr).toContain('no such figure (did you mean "rollout.durationSeconds"?)');
  });
});

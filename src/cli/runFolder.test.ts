import { afterEach, expect, it } from 'vitest';
import { type Outcome, Playground } from './testing/command.ts';

function scenario(name: string, expected: string): string {
  return `# what ${name} shows
apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: ${name}}
cluster: {nodes: [{count: 1}]}
behavior: [{ready: 1s}]
steps: [{at: 10s, kubectl: get deployment web, expect: "${expected}"}]
until: 30s
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;
}

const playgrounds: Playground[] = [];

afterEach(() => {
  for (const playground of playgrounds.splice(0)) playground.remove();
});

function run(expected: string, ...flags: string[]): Outcome {
  const playground = new Playground();
  playgrounds.push(playground);
  playground.write('all/a.yaml', scenario('a', '2/2'));
  playground.write('all/b.yaml', scenario('b', expected));
  return playground.run(['run', 'all', ...flags]);
}

it('plays each scenario of a folder and prints them as one table', () => {
  const { stdout, stderr, status } = run('2/2');
  expect(stdout).toMatch(
    /^SCENARIO .*PROMISES\na {9}.*complete.* held\nb {9}.*complete.* held\n\na: what a shows\nb: what b shows\n$/,
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

it('ends with 99 when one of them breaks a promise, and says which', () => {
  const { stdout, stderr, status } = run('7/7');
  expect(stdout).toMatch(/^a .* held\nb .* broken\n/m);
  expect(stderr).toContain('all/b.yaml:7:');
  expect(status).toBe(99);
});

it('gives all results in other formats', () => {
  const results = JSON.parse(run('2/2', '-o', 'json').stdout) as { kind: string; scenario: string }[];
  expect(results.map(({ kind, scenario: name }) => [kind, name])).toEqual([
    ['run', 'a'],
    ['run', 'b'],
  ]);
  const rows = run('2/2', '-o', 'csv').stdout.trim().split('\n');
  expect(rows.map((row) => row.split(',')[0])).toEqual(['scenario', 'a', 'b']);
});

it('refuses what is about a single scenario', () => {
  expect(run('2/2', '--kubectl', 'get pods')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--kubectl: needs a single scenario'),
  });
});

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../runner/runReport.ts';
import { Playground } from './testing/command.ts';

const RECORDED = fileURLToPath(new URL('../../workloads/conformance/placement/', import.meta.url));

const PODS = ['p', 'q'].map(
  (name) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {containers: [{name: c, image: 'c:v1', resources: {requests: {cpu: 5}}}]}
`,
);

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('pods.yaml', PODS.join('---\n'));
});

afterAll(() => playground.remove());

function bindings(file: string, ...pods: [name: string, node: string][]): string {
  const lines = pods.map(([name, node]) => `${JSON.stringify({ t: 0, kind: 'Pod', name, event: 'bound', node })}\n`);
  return playground.write(file, lines.join(''));
}

function run(...flags: string[]) {
  return playground.run(['run', 'pods.yaml', '--nodes', '3', '-q', ...flags]);
}

describe('--follow', () => {
  it('ends with 0 where all choices are among the best', () => {
    const flags = ['-q', '--follow', `${RECORDED}mixed-0.jsonl`];
    const { status, stdout, stderr } = playground.run(['run', `${RECORDED}mixed-0.yaml`, ...flags]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^18 of 18 choices are among the best\.$/m);
  });

  it('ends with 4 where one is not, and tells which', () => {
    const { status, stdout } = run('--follow', bindings('full.jsonl', ['p', 'node-0'], ['q', 'node-0']));
    expect(status).toBe(4);
    expect(stdout).toContain(
      'q (full.jsonl:2): node-0 was taken, which cannot run it: NodeResourcesFit: Insufficient cpu',
    );
    expect(stdout).toMatch(/^1 of 2 choices are among the best\.$/m);
  });

  it('has it all in JSON', () => {
    const { stdout } = run('-o', 'json', '--follow', bindings('good.jsonl', ['p', 'node-2'], ['q', 'node-1']));
    const { follow } = (JSON.parse(stdout) as RunReport).runs[0]!;
    expect(follow).toMatchObject({ recording: 'good.jsonl', amongBest: 2 });
    expect(follow!.choices.map(({ node, line }) => [node, line])).toEqual([
      ['node-2', 1],
      ['node-1', 2],
    ]);
  });

  it('refuses what cannot be followed, in one line with the place', () => {
    playground.write('bad.jsonl', '{"kind": "Pod"}\nkind: Pod\n');
    expect(run('--follow', 'bad.jsonl')).toMatchObject({
      status: 3,
      stderr: 'error: bad.jsonl:2:1: not JSON: a recording has one JSON object a line\n',
    });
    expect(run('--follow', bindings('node.jsonl', ['p', 'nod-0']))).toMatchObject({
      status: 3,
      stderr: 'error: node.jsonl:1:1: there is no node "nod-0" when its turn comes (did you mean "node-0"?)\n',
    });
    expect(run('--follow', bindings('pod.jsonl', ['p', 'node-0'], ['pp', 'node-0']))).toMatchObject({
      status: 3,
      stderr: 'error: pod.jsonl:2:1: this run never has a pod "pp" (did you mean "p"?)\n',
    });
    expect(run('--follow', 'absent.jsonl')).toMatchObject({
      status: 2,
      stderr: 'error: --follow absent.jsonl: no such file or directory\n',
    });
  });
});

describe('--explain', () => {
  it('tells why a pod is on its node, in the table and in JSON', () => {
    const { status, stdout } = run('--explain', 'pod/p', '--explain', 'pod/q');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^pod\/p: node-\d, decided at .*: one of 3 nodes that share the highest score/m);
    expect(stdout).toMatch(/^pod\/q: node-\d, decided at /m);
    expect(stdout).toMatch(/^node-\d {2}NodeResourcesFit {2}Insufficient cpu$/m);
    const report = JSON.parse(run('-o', 'json', '--explain', 'pod/q').stdout) as RunReport;
    expect(report.runs[0]!.explanations).toMatchObject([{ pod: 'pod/q', outcome: 'scheduled', examined: 3 }]);
  });

  it.each([
    ['pod/other', 'pod/other: this run has no such pod; it has p, q'],
    ['rollout/web', 'rollout/web: nothing rolls out in this run'],
    ['web', 'web: expected pod/NAME or rollout/NAME'],
  ])('refuses %s', (name, message) => {
    expect(run('--explain', name)).toMatchObject({ status: 2, stdout: '', stderr: `error: --explain ${message}\n` });
  });
});

it('a run that is cut off has the choices that were made by then', () => {
  const { status, stdout } = run(
    '--max-events',
    '20',
    '--follow',
    bindings('cut.jsonl', ['p', 'node-0'], ['q', 'node-1']),
  );
  expect(status).toBe(5);
  expect(stdout).toMatch(/^\d of \d choices? (?:is|are) among the best\.$/m);
});

it('neither goes with what cannot show it', () => {
  expect(run('-o', 'csv', '--explain', 'pod/p')).toMatchObject({ status: 2, stdout: '' });
  expect(run('-o', 'csv', '--explain', 'pod/p', '--explain', 'rollout/web')).toMatchObject({ status: 2, stdout: '' });
  expect(run('--events', '-', '--explain', 'pod/p')).toMatchObject({ status: 2, stdout: '' });
  expect(run('--seeds', '2', '--follow', bindings('any.jsonl', ['p', 'node-0']))).toMatchObject({
    status: 2,
    stderr: 'error: --follow: needs a single seed\n',
  });
});

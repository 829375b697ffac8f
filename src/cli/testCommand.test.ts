import { afterEach, describe, expect, it } from 'vitest';
import { type Outcome, Playground } from './testing/command.ts';

const OBJECTS = `
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: app, image: "web:v1"}]}
`;

function scenario(name: string, steps: string): string {
  return `# ${name}
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 1}]}
behavior: [{ready: 1s}]
steps: [${steps}]
until: 30s
${OBJECTS}`;
}

const HOLDS = '{at: 5s, kubectl: get pod web, expect: "Running"}';
const BREAKS = '{at: 5s, kubectl: get pod web, expect: "Pending"}';

const playgrounds: Playground[] = [];

afterEach(() => {
  for (const playground of playgrounds.splice(0)) playground.remove();
});

/** Runs the command in a folder with these files below `all`. */
function rollsim(files: Readonly<Record<string, string>>, ...args: string[]): Outcome {
  const playground = new Playground();
  playgrounds.push(playground);
  for (const [file, text] of Object.entries(files)) playground.write(`all/${file}`, text);
  return playground.run(args);
}

describe('rollsim test', () => {
  it('tells which scenarios of a folder keep what they promise, with their first comment', () => {
    const files = { 'a.yaml': scenario('the good one', HOLDS), 'b.yaml': scenario('the bad one', BREAKS) };
    const { stdout, status } = rollsim(files, 'test', 'all');
    expect(stdout).toMatch(
      /^ok {4}all\/a.yaml {2}the good one\nFAIL {2}all\/b.yaml {2}the bad one\n {6}all\/b.yaml:6:27: steps\[0\]\.kubectl: kubectl get pod web at 5\./,
    );
    expect(stdout).toContain(': expected output that matches /Pending/, got "NAME');
    expect(stdout).toMatch(/1 passed, 1 failed\n$/);
    expect(status).toBe(99);
  });

  it('counts a scenario that promises nothing, or cannot be read, as an error', () => {
    const files = { 'a.yaml': scenario('nothing', ''), 'b.yaml': scenario('bad', '{at: 1s, kubectl: fly}') };
    const { stdout, status } = rollsim(files, 'test', 'all');
    expect(stdout).toContain('holds nothing');
    expect(stdout).toContain('unknown verb "fly"');
    expect(status).toBe(3);
  });

  it('is quiet about what holds, and speaks JSON', () => {
    const files = { 'a.yaml': scenario('the good one', HOLDS) };
    expect(rollsim(files, 'test', 'all', '-q')).toMatchObject({ stdout: '1 passed, 0 failed\n', status: 0 });
    const verdicts = JSON.parse(rollsim(files, 'test', 'all/a.yaml', '-o', 'json').stdout);
    expect(verdicts).toEqual([{ file: 'all/a.yaml', description: 'the good one', result: 'passed', problems: [] }]);
  });

  it('names a folder that is not there', () => {
    const { stderr, status } = rollsim({}, 'test', 'nowhere');
    expect(stderr).toContain('nowhere: no such file, folder or ready scenario (rollsim list)');
    expect(status).toBe(3);
  });

  it('run, too, ends with 99 when a step answers otherwise', () => {
    const files = { 'b.yaml': scenario('the bad one', BREAKS) };
    const { stderr, status } = rollsim(files, 'run', 'all/b.yaml', '-q');
    expect(stderr).toMatch(
      /^error: all\/b\.yaml:6:27: steps\[0\]\.kubectl: kubectl get pod web at 5\.\d+ s: expected /,
    );
    expect(status).toBe(99);
  });

  it('run, too, ends with 99 when the end comes before a step that expects something', () => {
    const waiting = '{at: 5s, kubectl: "wait pod/web --for=condition=Never --timeout=1h"}';
    const files = { 'a.yaml': scenario('the late one', `${waiting}, ${HOLDS}`) };
    const { stderr, status } = rollsim(files, 'run', 'all/a.yaml', '-q');
    expect(stderr).toBe('error: 1 step with expectations not taken before the end\n');
    expect(status).toBe(99);
  });

  it('names an expected error that did not come', () => {
    const step = '{at: 5s, kubectl: get pod web, expect: Running, expectError: "not found"}';
    const { stdout } = rollsim({ 'a.yaml': scenario('odd', step) }, 'test', 'all');
    expect(stdout).toContain('expected output that matches /Running/ and an error that matches /not found/, got "NAME');
  });

  it('a failure that is expected is none', () => {
    const step = '{at: 5s, kubectl: get pod other, expectError: "not found"}';
    const files = { 'a.yaml': scenario('fails as it should', step) };
    expect(rollsim(files, 'test', 'all').stdout).toMatch(/1 passed, 0 failed\n$/);
  });
});

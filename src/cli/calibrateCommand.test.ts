import { afterEach, describe, expect, it } from 'vitest';
import { type Outcome, Playground } from './testing/command.ts';

const SPEC =
  'spec: {restartPolicy: Always, containers: [{name: app, image: "web:v1", readinessProbe: {periodSeconds: 2}}]}';

/** Twelve pods: a node at 0, started after 3 s and more, ready 4 s after that. */
function dump(): string {
  const time = (seconds: number) => `"2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z"`;
  return Array.from({ length: 12 }, (_, index) => {
    const started = 3 + (index % 3);
    const conditions = [
      `{type: PodScheduled, status: "True", lastTransitionTime: ${time(0)}}`,
      `{type: Ready, status: "True", lastTransitionTime: ${time(started + 4)}}`,
    ];
    const status = `{name: app, restartCount: 0, state: {running: {startedAt: ${time(started)}}}}`;
    return `apiVersion: v1\nkind: Pod\nmetadata: {name: web-${index}, uid: u${index}}\n${SPEC}\nstatus:\n  conditions: [${conditions.join(', ')}]\n  containerStatuses: [${status}]\n`;
  }).join('---\n');
}

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, ${SPEC}}
`;

const playgrounds: Playground[] = [];

afterEach(() => {
  for (const playground of playgrounds.splice(0)) playground.remove();
});

function open(): Playground {
  const playground = new Playground();
  playgrounds.push(playground);
  playground.write('pods.yaml', dump());
  playground.write('manifests/web.yaml', MANIFEST);
  return playground;
}

function lines({ stdout }: Outcome): string[] {
  return stdout.trimEnd().split('\n');
}

describe('rollsim calibrate', () => {
  it('writes a Scenario with counts that run takes beside manifests', () => {
    const playground = open();
    const written = playground.run(['calibrate', '-f', 'pods.yaml']);
    expect(lines(written)).toEqual([
      '# rollsim calibrate: 12 pods, 0 events',
      '',
      'apiVersion: rollsim/v1alpha1',
      'kind: Scenario',
      'behavior:',
      '  - match: {image: web:v1} # 12 pods',
      '    start: {empirical: [3s, 3s, 3s, 3s, 4s, 4s, 4s, 4s, 5s, 5s, 5s, 5s]} # 12 samples, median 4s, p95 5s, whole seconds, with pulls, of which no event tells',
      expect.stringMatching(
        /^ {4}ready: \{empirical: \[2\.083s, 2\.25s, .*3\.917s\]\} # 12 samples, median 2\.917s, p95 3\.917s, without the probes' share$/,
      ),
      "    terminate: 1s # not seen: rollsim's default",
    ]);
    expect(written.stderr).toBe(
      "1 rule of 12 pods and 0 events\nwarning: nothing tells of terminate of web:v1: rollsim's default stands there\n",
    );
    playground.write('behavior.yaml', written.stdout);
    const run = playground.run(['run', 'manifests', 'behavior.yaml', '--restart', 'deployment/web']);
    expect(run).toMatchObject({ status: 0 });
    expect(run.stderr).not.toContain('no behavior rule matches');
    expect(run.stdout).toContain('complete');
  });

  it('prints a table, of standard input too', () => {
    const table = open().run(['calibrate', '-', '-o', 'table', '-q', '--by', 'repository'], dump());
    expect(table).toMatchObject({ status: 0, stderr: '' });
    expect(lines(table).map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
      ['PODS OF', 'DELAY', 'SAMPLES', 'LEAST', 'MEDIAN'],
      ['web:*', 'start', '12', '3s', '4s'],
      ['web:*', 'ready', '12', '2.083s', '2.917s'],
      ['web:*', 'terminate', '0', '-', '-'],
    ]);
  });

  it('says what is wrong with the command line and with the dump', () => {
    const playground = open();
    const failure = (...args: string[]) => {
      const { stderr, status } = playground.run(['calibrate', ...args]);
      return `${status} ${stderr}`;
    };
    expect(failure()).toBe('2 error: no input: name a file with -f, or - for standard input\n');
    expect(failure('pods.yaml', '--within', 'long')).toMatch(/^2 error: --within: "long" is not a duration/);
    playground.write('broken.json', '{"kind": "List",\n "items": [}');
    expect(failure('broken.json')).toMatch(/^3 error: broken\.json:2:\d+: /);
  });
});

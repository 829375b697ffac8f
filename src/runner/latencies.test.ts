import { describe, expect, test } from 'vitest';
import type { LogEntry, LogLine } from '../metrics/log/logLine.ts';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const SCENARIO = `
apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: latencies}
cluster: {nodes: [{name: node, count: 3}]}
behavior: [{ready: 1s, terminate: 1s}]
steps:
  - {at: 10s, kubectl: set image deployment/web app=web:v2}
  - {at: 10s, kubectl: scale deployment/web --replicas=7}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 6
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: 'web:v1'}]}
`;

function play(latency: string, seed = 1): LogEntry[] {
  const text = SCENARIO.replace('cluster:', `controlPlane: {latency: {${latency}}}\ncluster:`);
  const lines: LogLine[] = [];
  const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
  runScenario({ scenario, seed, onLogLine: (line) => lines.push(line) });
  return lines.filter((line): line is LogEntry => 'kind' in line);
}

const times = (lines: readonly LogEntry[]): string => JSON.stringify(lines.map(({ t, kind, name }) => [t, kind, name]));

describe('latencies that are drawn', () => {
  test.each(['api', 'watch', 'schedulingCycle', 'kubeletSync', 'kubectl', 'kubectlApply'])(
    '%s differs from seed to seed, and is the same for the same',
    (name) => {
      const latency = `${name}: {logNormal: {median: 50ms, p99: 400ms}}`;
      expect(times(play(latency, 1))).toBe(times(play(latency, 1)));
      expect(times(play(latency, 1))).not.toBe(times(play(latency, 2)));
    },
  );

  test('notices keep the order of the writes', () => {
    const lines = play('watch: {uniform: {min: 1ms, max: 900ms}}');
    const web = lines.filter((line) => line.kind === 'ReplicaSet' && line.name === 'web@2');
    const available = web.map((line) => (line as { available: number }).available);
    expect(available.at(-1)).toBe(7);
    // A later status that was seen earlier would be taken back by the older one.
    expect(available).toEqual([...available].sort((a, b) => a - b));
  });

  test('a distribution of one value is as that value', () => {
    expect(times(play('api: {uniform: {min: 7ms, max: 7ms}}, watch: {empirical: [3ms]}'))).toBe(
      times(play('api: 7ms, watch: 3ms')),
    );
  });
});

test('a command begins when the process of the one before has ended', () => {
  const begins = (latency: string) =>
    play(latency).flatMap((line) => (line.kind === 'Step' ? [(line as { began?: number }).began] : []));
  expect(begins('kubectl: 100ms, api: 5ms, kubectlExit: 0s').at(-1)).toBeCloseTo(10.105, 3);
  expect(begins('kubectl: 100ms, api: 5ms, kubectlExit: 40ms').at(-1)).toBeCloseTo(10.145, 3);
});

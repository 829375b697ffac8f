import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../runner/runReport.ts';
import type { VersionComparison } from '../runner/versionComparison.ts';
import { Playground } from './testing/command.ts';

const SCENARIO = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 4}]}
behavior: [{ready: 3s, terminate: 20s}]
thresholds: {rollout.durationSeconds: ["max<20"]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 6
  podReplacementPolicy: TerminationComplete
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1"}]}
`;

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('s.yaml', SCENARIO);
});

afterAll(() => playground.remove());

const run = (...flags: string[]) => playground.run(['run', 's.yaml', '--restart', 'deployment/web', ...flags]);

describe('comparing', () => {
  it('a gate plays both ways, says that it is experimental, and ends with 99 where one breaks a threshold', () => {
    const { stdout, stderr, status } = run('--compare-gates', 'DeploymentPodReplacementPolicy=true');
    expect(stdout).toMatch(/^deployment\/web +1\.37 +DeploymentPodReplacementPolicy=true +CHANGE$/m);
    expect(stderr).toContain('assumed: DeploymentPodReplacementPolicy=true: feature gate');
    expect(stderr).toMatch(/^DeploymentPodReplacementPolicy=true:\n✗ rollout\.durationSeconds max<20: \d+/m);
    expect(status).toBe(99);
  });

  it('a single version stands beside its own, and JSON has it all', () => {
    const { stdout, status } = run('--compare-versions', '1.33', '-o', 'json', '-q');
    const comparison = JSON.parse(stdout) as VersionComparison;
    expect(comparison).toMatchObject({ kind: 'versions', kubernetes: '1.37', seeds: [1] });
    expect(comparison.variants.map(({ label, kubernetes }) => [label, kubernetes])).toEqual([
      ['1.37', '1.37'],
      ['1.33', '1.33'],
    ]);
    expect(status).toBe(0);
  });

  it.each<[number, string, ...string[]]>([
    [3, '--compare-versions 1.29: kubernetes: Kubernetes "1.29" is not simulated', '--compare-versions', '1.29,1.37'],
    [2, '--compare-versions: 1.33 is there twice', '--compare-versions', '1.33,v1.33'],
    [2, '--kubernetes: --compare-versions names the versions', '--compare-versions', '1.33', '--kubernetes', '1.34'],
    [2, '--events: plays a scenario in one way', '--compare-versions', '1.33', '--events', 'e.jsonl'],
    [2, 'expected true or false for HPAScaleToZero, got "yes"', '--compare-gates', 'HPAScaleToZero=yes'],
  ])('ends with %i: %s', (code, message, ...flags) => {
    const { stderr, status } = run(...flags);
    expect(stderr).toContain(message);
    expect(status).toBe(code);
  });
});

describe('--without', () => {
  it('adds to the result what each bound costs', () => {
    const { stdout, status } = run('--without', 'readiness,start', '-o', 'json', '-q');
    const { runs, whatIf } = JSON.parse(stdout) as RunReport;
    expect(runs).toHaveLength(1);
    expect(whatIf![0]).toMatchObject({ workload: 'deployment/web', ordinal: 2, runs: 1, complete: 1 });
    expect(whatIf![0]!.bounds.map(({ without }) => without)).toEqual(['readiness', 'start']);
    expect(whatIf![0]!.bounds[0]!.savedSeconds).toBeGreaterThan(3);
    expect(status).toBe(0);
  });
});

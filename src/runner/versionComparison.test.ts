import { describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { compareVersions } from './versionComparison.ts';

/** Six pods whose minReadySeconds an old ReplicaSet controller looks at too late. */
function comparisonOf(spec: string, ...heads: readonly string[]) {
  const variants = heads.map((head) => {
    const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 4}]}
behavior: [{ready: {uniform: {min: 1s, max: 6s}}, terminate: 20s}]
steps: [{at: 60s, kubectl: "set image deployment/web app=web:v2"}]
thresholds: {rollout.durationSeconds: ["max<35"]}
${head}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 6
  ${spec}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1", resources: {requests: {cpu: "1"}}}]}
`;
    const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
    return { label: scenario.kubernetes.text, scenario };
  });
  return compareVersions(variants, [1, 2]);
}

const [OLD, NEW] = ['kubernetes: "1.33"', 'kubernetes: "1.37"'];

describe('a comparison of versions', () => {
  const comparison = comparisonOf('minReadySeconds: 10', OLD, NEW);

  it('has the figures of each rollout side by side', () => {
    const [web, ...others] = comparison.rollouts;
    expect(others).toEqual([]);
    expect(web).toMatchObject({ workload: 'deployment/web', ordinal: 2 });
    const [before, after] = web!.figures;
    expect([before!.complete, after!.complete]).toEqual([2, 2]);
    expect(before!.metrics.durationSeconds! - after!.metrics.durationSeconds!).toBeGreaterThan(3);
    const durations = comparison.variants[0]!.runs.map(
      ({ rollouts }) => rollouts.find(({ cause }) => cause === 'update')!.durationSeconds!,
    );
    expect(before!.metrics.durationSeconds).toBeCloseTo((durations[0]! + durations[1]!) / 2, 5);
  });

  it('tells which decision parts them first', () => {
    const [difference] = comparison.firstDifferences;
    expect(difference).toMatchObject({ variant: '1.37', seed: 1, since: 'rollout' });
    const [before, after] = difference!.decisions;
    expect([before!.subject, after!.subject]).toEqual(['ReplicaSet web@1', 'ReplicaSet web@1']);
    // The first new pod is ready for ten seconds; the old controller looks a second later at the earliest.
    expect(before!.seconds - after!.seconds).toBeGreaterThan(0.9);
  });

  it('names what differs between the versions', () => {
    const gates = comparison.gates.map(({ gate }) => gate);
    expect(gates).toContain('DeploymentReplicaSetTerminatingReplicas');
    expect(gates).not.toContain('PodDeletionCost');
    expect(new Set(comparison.changes.map(({ since }) => since))).toEqual(new Set([34, 35, 36, 37]));
    expect(comparison.kinds).toEqual(['Deployment']);
  });

  it('holds each against the thresholds', () => {
    expect(comparison.variants.map(({ thresholds }) => thresholds[0]!.ok)).toEqual([false, true]);
  });

  it('says so where nothing differs', () => {
    const same = comparisonOf('minReadySeconds: 0', 'kubernetes: "1.36"', NEW);
    expect(same.firstDifferences).toEqual([]);
    expect(same.rollouts[0]!.figures[0]).toEqual(same.rollouts[0]!.figures[1]);
  });

  it('shows what a proposal would cost', () => {
    const gate = 'featureGates: {DeploymentPodReplacementPolicy: true}';
    const proposal = comparisonOf('podReplacementPolicy: TerminationComplete', '', gate);
    const [now, then] = proposal.rollouts[0]!.figures.map(({ metrics }) => metrics);
    expect(then!.durationSeconds! / now!.durationSeconds!).toBeGreaterThan(2);
    expect(then!.podsMaxWithTerminating).toBeLessThan(now!.podsMaxWithTerminating!);
    expect(proposal.gates.map(({ gate: name }) => name)).toEqual(['DeploymentPodReplacementPolicy']);
    expect(proposal.changes).toEqual([]);
  });
});

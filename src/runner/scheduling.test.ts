import { describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';
import { compileThresholds } from './thresholds.ts';

function play(steps: string, objects = '', thresholds = '{}') {
  const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 2, allocatable: {cpu: 2, pods: 10}}]}
controlPlane: {preset: unlimited, latency: {schedulingCycle: 1s}}
steps: [${steps}]
until: 4m
thresholds: ${thresholds}
${objects}`;
  const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
  return { scenario, result: runScenario({ scenario, seed: 1 }) };
}

const container = (cpu: number) => `containers: [{name: a, image: a, resources: {requests: {cpu: ${cpu}}}}]`;
const pods = (name: string, count: number, spec: string, at = '0s') =>
  `{at: ${at}, createPods: {name: ${name}, count: ${count}, pod: {spec: {${spec}}}}}`;

describe('what a run says of scheduling', () => {
  it('counts pods that were bound, and how long they had waited', () => {
    const { result } = play(pods('a', 4, container(1)));
    expect(result.scheduling).toEqual({
      attempts: 4,
      scheduled: 4,
      unschedulableAttempts: 0,
      preemptions: 0,
      pendingSeconds: { p50: 2, p95: 4, p99: 4, max: 4 },
    });
  });

  it('counts tries that found no node, and leaves out pods that name their node', () => {
    const { result } = play(`${pods('a', 5, container(1))}, ${pods('b', 1, `nodeName: node-0, ${container(0)}`)}`);
    expect(result.scheduling).toMatchObject({ attempts: 5, scheduled: 4, unschedulableAttempts: 1 });
  });

  it('has no times where nothing was scheduled', () => {
    expect(play('').result.scheduling).toMatchObject({ attempts: 0, pendingSeconds: null });
  });

  it('counts pods that made room, for the run and for the rollout', () => {
    const objects = `---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 10
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {priorityClassName: high, ${container(2)}}
`;
    const spec = '{"spec": {"replicas": 1, "template": {"metadata": {"annotations": {"v": "2"}}}}}';
    const { result } = play(
      `${pods('low', 4, container(1))}, {at: 1m, kubectl: 'patch deployment web -p ''${spec}'''}`,
      objects,
    );
    expect(result.rollouts.at(-1)).toMatchObject({ outcome: 'complete', preemptions: 2, unschedulable: 1 });
    // The end of the first of the two wakes it too early.
    expect(result.scheduling).toMatchObject({ scheduled: 5, preemptions: 2, unschedulableAttempts: 2 });
  });

  it('can be held against thresholds', () => {
    const thresholds = '{scheduling.pendingSeconds.p99: ["<5"], scheduling.unschedulableAttempts: ["<1"]}';
    const { scenario, result } = play(pods('a', 5, container(1)), '', thresholds);
    const verdicts = compileThresholds(scenario.thresholds).map(({ evaluate }) => evaluate([result]).ok);
    expect(verdicts).toEqual([true, false]);
  });
});

import { describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import type { Scenario } from '../scenario/types.ts';
import { BOUND_NAMES, type Bound, without } from '../scenario/without.ts';
import { runScenario } from './simulation.ts';

interface Parts {
  readonly head?: string;
  readonly behavior?: string;
  readonly nodes?: string;
  readonly registry?: string;
  readonly step?: string;
  readonly strategy?: string;
  readonly spec?: string;
  readonly pod?: string;
  readonly container?: string;
  readonly more?: string;
}

const ROLLOUT = 'set image deployment/web app=web:v2';

/** Four pods that are replaced one by one, at once but for what the parts say. */
function scenarioWith(parts: Parts): Scenario {
  const { strategy = 'rollingUpdate: {maxSurge: 1, maxUnavailable: 0}', nodes = 'count: 2', step = ROLLOUT } = parts;
  const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{${nodes}}]${parts.registry ?? ''}}
behavior: [{ready: 0s ${parts.behavior ?? ''}}]
steps: [{at: 60s, kubectl: "${step}"}]
until: 10m
${parts.head ?? ''}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  strategy: {${strategy}}
  ${parts.spec ?? ''}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: "web:v1", resources: {requests: {cpu: "1"}} ${parts.container ?? ''}}]
${parts.more ?? ''}`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function durationOf(scenario: Scenario): number | null {
  const rollout = runScenario({ scenario, seed: 1 }).rollouts.find(({ cause }) => cause === 'update')!;
  return rollout.durationSeconds;
}

const QUOTA = `---
apiVersion: v1
kind: ResourceQuota
metadata: {name: pods}
spec: {hard: {pods: "4"}}
`;

const BUDGET = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
`;

/** What bounds the rollout, and from how many seconds on; Infinity: it does not end. */
const CASES: readonly (readonly [Bound, Parts, number])[] = [
  ['api-limits', { head: 'controlPlane: {kube-controller-manager: {kube-api-qps: 1, kube-api-burst: 1}}' }, 20],
  ['latency', { head: 'controlPlane: {latency: {api: 500ms}}' }, 15],
  ['scheduling', { head: 'controlPlane: {latency: {schedulingCycle: 2s}}' }, 8],
  ['capacity', { nodes: 'count: 1, allocatable: {cpu: "4"}' }, Number.POSITIVE_INFINITY],
  ['quota', { more: QUOTA }, Number.POSITIVE_INFINITY],
  ['image-pull', { behavior: ', pull: 5s' }, 10],
  ['start', { behavior: ', start: 3s' }, 12],
  ['readiness', { container: ', readinessProbe: {initialDelaySeconds: 5, httpGet: {port: 80}}' }, 20],
  ['min-ready', { spec: 'minReadySeconds: 10' }, 39],
  ['termination', { strategy: 'type: Recreate', behavior: ', terminate: 7s' }, 7],
];

describe('a scenario without one of its bounds', () => {
  it.each(CASES)('%s rolls out in a second', (bound, parts, atLeast) => {
    const scenario = scenarioWith(parts);
    expect(durationOf(scenario) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(atLeast);
    expect(durationOf(without(scenario, [bound]))).toBeLessThan(1);
  });

  it('draws no latencies that are lifted, and the others', () => {
    const head =
      'controlPlane: {latency: {api: {uniform: {min: 300ms, max: 700ms}}, schedulingCycle: {uniform: {min: 1s, max: 3s}}}}';
    const { random } = without(scenarioWith({ head }), ['latency']).controlPlane.latency;
    expect(Object.keys(random!)).toEqual(['schedulingCycle']);
    expect(durationOf(without(scenarioWith({ head }), ['latency', 'scheduling']))).toBeLessThan(1);
  });

  it('has nothing of what is lifted together', () => {
    const parts = { behavior: ', pull: 5s, start: 3s', spec: 'minReadySeconds: 10' };
    const bounds: Bound[] = ['image-pull', 'start', 'min-ready'];
    expect(durationOf(without(scenarioWith(parts), bounds))).toBeLessThan(1);
    expect(durationOf(without(scenarioWith(parts), bounds.slice(0, 2)))).toBeGreaterThan(39);
  });

  it('lets a drain through that budgets hold up', () => {
    const scenario = scenarioWith({ more: BUDGET, step: 'drain node-0' });
    const ends = (played: Scenario) => {
      const { steps } = runScenario({ scenario: played, seed: 1 });
      return steps.find(({ kubectl }) => kubectl?.startsWith('drain'))?.endedSeconds ?? Number.POSITIVE_INFINITY;
    };
    expect(ends(scenario)).toBeGreaterThan(500);
    expect(ends(without(scenario, ['disruption-budgets']))).toBeLessThan(70);
  });

  it('pulls what has a size without its transfer', () => {
    const registry = ', registry: {bandwidth: 10Mi, images: [{name: "web:v2", size: 100Mi}]}';
    const scenario = scenarioWith({ registry });
    expect(durationOf(scenario)).toBeGreaterThan(10);
    expect(durationOf(without(scenario, ['image-pull']))).toBeLessThan(1);
  });

  it('sleeps no longer before its end', () => {
    const container = ', lifecycle: {preStop: {sleep: {seconds: 9}}}';
    const scenario = scenarioWith({ strategy: 'type: Recreate', container });
    expect(durationOf(scenario)).toBeGreaterThan(9);
    expect(durationOf(without(scenario, ['termination']))).toBeLessThan(1);
  });

  it('takes the delays that are assumed of pods without a rule for those of a rule', () => {
    const scenario = { ...scenarioWith({}), behavior: [] };
    const assumed = durationOf(scenario)!;
    expect(assumed - durationOf(without(scenario, ['image-pull']))!).toBeGreaterThan(5);
    expect(durationOf(without(scenario, ['image-pull', 'start']))).toBeLessThan(1);
  });

  it('is the same where nothing of the sort bounds it', () => {
    const scenario = scenarioWith({ behavior: ', start: {uniform: {min: 1s, max: 9s}}' });
    const idle: Bound[] = ['quota', 'disruption-budgets', 'min-ready', 'image-pull'];
    expect(durationOf(without(scenario, idle))).toBe(durationOf(scenario));
  });

  it('stays as it was itself', () => {
    const scenario = scenarioWith({ behavior: ', start: 3s' });
    const before = durationOf(scenario);
    without(scenario, BOUND_NAMES);
    expect(durationOf(scenario)).toBe(before);
  });
});

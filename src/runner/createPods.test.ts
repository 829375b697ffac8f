import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import type { LogLine } from '../metrics/log/logLine.ts';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const POD =
  'pod: {metadata: {namespace: team, labels: {app: a}}, spec: {containers: [{name: a, image: a, resources: {requests: {cpu: 1}}}]}}';

function play(steps: string, objects = '') {
  const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 2, allocatable: {cpu: 2, pods: 10}}]}
controlPlane: {preset: unlimited}
steps:
${steps}
until: 1h
${objects}`;
  const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
  const log: LogLine[] = [];
  const result = runScenario({ scenario, seed: 1, onLogLine: (line) => log.push(line) });
  const created = log.flatMap((line) => {
    return 'kind' in line && line.kind === 'Pod' && line.event === 'created' ? [`${line.t} ${line.name}`] : [];
  });
  return { scenario, result, created };
}

function errorOf(step: string): string {
  try {
    play(`- ${step}`);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'was accepted';
}

describe('the step createPods', () => {
  it('creates a series of pods at once', () => {
    const { result, created, scenario } = play(`- {at: 5s, createPods: {name: job, count: 3, ${POD}}}`);
    expect(created).toEqual(['5 team/job-0', '5 team/job-1', '5 team/job-2']);
    expect(result.pods.created).toBe(3);
    expect(result.steps).toEqual([
      { createPods: { name: 'job', count: 3, created: 3 }, beganSeconds: 5, endedSeconds: 5, out: '', error: '' },
    ]);
    expect(scenario.assumptions.join()).toContain('for the pods of team/pod/job-0 that no behavior rule matches');
  });

  it('or one after the other, while the next steps are taken', () => {
    const steps = [
      `- {at: 5s, createPods: {name: slow, count: 3, every: 10s, ${POD}}}`,
      `- {at: 6s, createPods: {name: fast, ${POD}}}`,
    ];
    const { result, created } = play(steps.join('\n'));
    expect(created).toEqual(['5 team/slow-0', '6 team/fast-0', '15 team/slow-1', '25 team/slow-2']);
    expect(result.steps.map(({ createPods, endedSeconds }) => [createPods!.name, endedSeconds])).toEqual([
      ['fast', 6],
      ['slow', 25],
    ]);
  });

  it('tells of pods that are refused, and goes on', () => {
    const quota = `---
apiVersion: v1
kind: ResourceQuota
metadata: {name: few, namespace: team}
spec: {hard: {pods: 2}}
`;
    const steps = `- {at: 5s, createPods: {name: job, count: 4, ${POD}}}\n- {at: 6s, kubectl: get pods -n team}`;
    const { result } = play(steps, quota);
    expect(result.steps.at(-2)).toMatchObject({
      createPods: { created: 2 },
      error: expect.stringContaining('exceeded quota'),
    });
    expect(result.steps.at(-1)).toMatchObject({ kubectl: 'get pods -n team', error: '' });
    expect(result.warnings.join()).toContain('createPods job: 2 of 4 pods were refused: pods "job-2" is forbidden');
  });

  it.each([
    [
      `{at: 0s, createPods: {name: UP, ${POD}}}`,
      's.yaml:6:31: steps[0].createPods.name: Invalid value: "UP": a lowercase RFC',
    ],
    ['{at: 0s, createPods: {name: a}}', 's.yaml:6:12: steps[0].createPods.pod: Required value'],
    ['{at: 0s, createPods: {name: a, pod: {}}}', 's.yaml:6:34: steps[0].createPods.pod.spec: Required value'],
    [
      '{at: 0s, createPods: {name: a, count: 0, pod: {spec: {}}}}',
      'steps[0].createPods.count: must be greater than or equal to 1',
    ],
    [
      '{at: 0s, createPods: {name: a, pod: {spec: {containers: []}}}}',
      'steps[0].createPods.pod.spec.containers: Required value',
    ],
    [
      '{at: 0s, createPods: {name: a, pod: {metadata: {name: b}, spec: {}}}}',
      's.yaml:6:51: steps[0].createPods.pod.metadata.name: the pods are named after the series',
    ],
    [`{at: 0s, createPods: {name: a, every: often, ${POD}}}`, 'steps[0].createPods.every: "often" is not a duration'],
    [
      `{at: 0s, kubectl: get pods, createPods: {name: a, ${POD}}}`,
      'steps[0].createPods: a step does one thing, and this one has kubectl already',
    ],
  ])('%s is refused', (step, message) => {
    expect(errorOf(step)).toContain(message);
  });

  it('names that are taken are an error of the scenario, with its place', () => {
    const step = `{at: 1s, createPods: {name: a, ${POD}}}`;
    expect(() => play(`- ${step}\n- ${step}`)).toThrow('pods "a-0" already exists');
  });
});

import { describe, expect, it } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const HEAD = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 3}]}
behavior: [{run: never}]
until: 10m
`;

const quota = (hard: string) => `---
apiVersion: v1
kind: ResourceQuota
metadata: {name: q}
spec: {hard: {${hard}}}
`;

const set = (kind: string, name: string, spec: string) => `---
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  ${spec}
  selector: {matchLabels: {app: ${name}}}
  template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: app, image: app}]}}
`;

const job = (spec: string) => `---
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec: {${spec}, template: {spec: {restartPolicy: Never, containers: [{name: app, image: app}]}}}
`;

/** Those that are about pods. */
function warningsOf(...parts: string[]): string[] {
  const scenario = buildScenario({ files: [{ file: 's.yaml', text: HEAD + parts.join('') }] }, {});
  return runScenario({ scenario, seed: 1 }).warnings.filter((text) => !text.includes('scaled from'));
}

const REFUSED = 'pods could not be created: ';

describe('workloads that lack pods because these are refused', () => {
  it('are told with the reason', () => {
    const [warning, ...more] = warningsOf(quota('pods: 2'), set('Deployment', 'web', 'replicas: 4'));
    expect(warning).toMatch(
      /^deployment\/web: pods could not be created: Error creating: pods "web-\S+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2$/,
    );
    expect(more).toEqual([]);
  });

  it.each([
    ['replicaset/web', set('ReplicaSet', 'web', 'replicas: 4')],
    ['statefulset/db', set('StatefulSet', 'db', 'replicas: 3')],
    ['daemonset/agent', set('DaemonSet', 'agent', '')],
    ['job/j', job('parallelism: 3, completions: 3')],
  ])('of every kind: %s', (name, object) => {
    expect(warningsOf(quota('pods: 2'), object)).toEqual([expect.stringContaining(`${name}: ${REFUSED}`)]);
  });

  it('are none where the room was enough in the end', () => {
    const steps = 'steps: [{at: 10s, kubectl: delete quota q}, {at: 1m, kubectl: get pods}]\n';
    expect(warningsOf(steps, quota('pods: 2'), set('Deployment', 'web', 'replicas: 4'))).toEqual([]);
    const fewer = 'steps: [{at: 10s, kubectl: scale deploy/web --replicas=2}]\n';
    expect(warningsOf(fewer, quota('pods: 2'), set('Deployment', 'web', 'replicas: 4'))).toEqual([]);
    const gone = 'steps: [{at: 10s, kubectl: delete deploy web}]\n';
    expect(warningsOf(gone, quota('pods: 2'), set('Deployment', 'web', 'replicas: 4'))).toEqual([]);
  });
});

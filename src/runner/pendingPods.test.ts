import { expect, test } from 'vitest';
import { buildScenario } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const HEAD = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{allocatable: {cpu: "1"}}]}
behavior: [{run: never}]
until: 1m
---
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles: [{schedulerName: default-scheduler}, {schedulerName: packer}]
`;

const replicaSet = (name: string, spec: string) => `---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: ${name}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${spec}, containers: [{name: app, image: app, resources: {requests: {cpu: 600m}}}]}
`;

const pod = (name: string, spec: string) => `---
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec: {${spec}, containers: [{name: app, image: app}]}
`;

test('tells of pods that fit no node, and of those that no scheduler looks at', () => {
  const text =
    HEAD +
    replicaSet('big', 'schedulerName: packer') +
    replicaSet('lost', 'schedulerName: mine') +
    pod('alone', 'schedulerName: other');
  const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
  const { warnings } = runScenario({ scenario, seed: 1 });
  expect(warnings).toEqual([
    expect.stringMatching(/^replicaset\/big: 1 pod fits no node: 0\/1 nodes are available: 1 Insufficient cpu\./),
    'replicaset/lost: 2 pods wait for a scheduler named "mine"; there is only default-scheduler, packer',
    'pod/alone: 1 pod waits for a scheduler named "other"; there is only default-scheduler, packer',
  ]);
});

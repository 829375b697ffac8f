import { expect, test } from 'vitest';
import { InputError } from '../api/errors.ts';
import { runScenario } from '../runner/simulation.ts';
import { buildScenario } from './build.ts';

const csiNode = (drivers: string) => `apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: node-0}
spec: {drivers: [${drivers}]}
`;

function build(text: string) {
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(text: string): string {
  try {
    build(text);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return '';
}

test('limits of volumes are read from CSINodes', () => {
  const built = build(
    csiNode('{name: a, nodeID: x, topologyKeys: [z], allocatable: {count: 3}}, {name: b, nodeID: x}'),
  );
  expect([...built.volumeLimits]).toEqual([['node-0', new Map([['a', 3]])]]);
  expect(built.notSimulated).toEqual([]);
});

test.each([
  [csiNode('{nodeID: x}'), 's.yaml:4:18: spec.drivers[0].name: Required value'],
  [csiNode('{name: a}'), 's.yaml:4:18: spec.drivers[0].nodeID: Required value'],
  [csiNode('{name: a, nodeID: x}, {name: a, nodeID: x}'), 'spec.drivers[1].name: Duplicate value: "a"'],
  [
    csiNode('{name: a, nodeID: x, allocatable: {count: -1}}'),
    'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
  ],
  [csiNode('{name: a, nodeId: x}'), 'spec.drivers[0].nodeId: unknown field (did you mean "nodeID"?)'],
  [csiNode('').replace('/v1', '/v1beta1'), 's.yaml:1:13: apiVersion: expected "storage.k8s.io/v1" for kind CSINode'],
])('%s', (text, message) => {
  expect(errorOf(text)).toContain(message);
});

test('a StatefulSet’s pods go no further than the driver attaches their volumes', () => {
  const scenario = build(`apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{allocatable: {attachable-volumes-csi-ebs.csi.aws.com: "9"}}]}
behavior: [{}]
until: 1m
---
${csiNode('{name: ebs.csi.aws.com, nodeID: x, allocatable: {count: 2}}')}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: ebs.csi.aws.com
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  podManagementPolicy: Parallel
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], storageClassName: disks, resources: {requests: {storage: 1Gi}}}
`);
  expect(runScenario({ scenario, seed: 1 }).warnings).toEqual([
    expect.stringContaining(
      'statefulset/db: 1 pod fits no node: 0/1 nodes are available: 1 node(s) exceed max volume count.',
    ),
  ]);
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { PodRig } from './testing/podRig.ts';

const pod = (container: JsonObject, spec: JsonObject = {}): JsonObject => ({
  ...spec,
  containers: [{ name: 'app', image: 'app:v1', ...container }],
});
const requests = (amounts: JsonObject) => pod({ resources: { requests: amounts } });
const port = (hostPort: number) => pod({ ports: [{ containerPort: 80, hostPort }] });

/** Reason of the second pod's failure; empty where the kubelet takes it. */
function reasonFor(first: JsonObject, second: JsonObject, node: JsonObject = {}): string {
  const rig = new PodRig({ pods: { p: first, q: second }, node }).run(10);
  expect(rig.last('p')).toBe('0 Running ready');
  const status = rig.cluster.podStatus(rig.rowOf('q'));
  if (status === undefined) return '';
  expect(rig.last('q')).toBe(`0 Failed ${status.reason}`);
  return `${status.reason}: ${status.message}`;
}

describe('a kubelet takes no pod', () => {
  const node = { allocatable: { cpu: '4', memory: '1Gi', pods: '10', 'example.com/gpu': '1' } };

  test.each<[string, JsonObject, JsonObject, string]>([
    [
      'without the cpu for it',
      requests({ cpu: '3' }),
      requests({ cpu: '1500m' }),
      "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu, requested: 1500, used: 3000, capacity: 4000",
    ],
    [
      'without the memory for it',
      requests({ memory: '1Gi' }),
      requests({ memory: '1' }),
      "OutOfmemory: Pod was rejected: Node didn't have enough resource: memory, requested: 1, used: 1073741824, capacity: 1073741824",
    ],
    [
      'without the devices for it',
      pod({ resources: { limits: { 'example.com/gpu': '1' } } }),
      pod({ resources: { limits: { 'example.com/gpu': '1' } } }),
      "OutOfexample.com/gpu: Pod was rejected: Node didn't have enough resource: example.com/gpu, requested: 1, used: 1, capacity: 1",
    ],
    [
      'whose host port is taken',
      port(80),
      port(80),
      "NodePorts: Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    ],
    [
      'that wants another node',
      {},
      pod({}, { nodeSelector: { disk: 'ssd' } }),
      "NodeAffinity: Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    ],
  ])('%s', (_name, first, second, reason) => {
    expect(reasonFor(first, second, node)).toBe(reason);
  });

  test('beyond the number that it may have', () => {
    const full = { allocatable: { pods: '1' } };
    expect(reasonFor({}, {}, full)).toContain('OutOfpods: ');
  });

  test('that does not tolerate a NoExecute taint', () => {
    const taints = [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }];
    const tolerant = { tolerations: [{ key: 'dedicated', operator: 'Exists' }] };
    expect(reasonFor(tolerant, {}, { taints })).toContain('TaintToleration: ');
    expect(reasonFor(tolerant, tolerant, { taints })).toBe('');
  });
});

describe('a kubelet takes a pod', () => {
  test('that fits', () => {
    expect(reasonFor(requests({ cpu: '3' }), requests({ cpu: '1' }), { allocatable: { cpu: '4' } })).toBe('');
    expect(reasonFor(port(80), port(81))).toBe('');
  });

  test('in the place of one that has ended or was rejected itself', () => {
    const whole = pod({ resources: { requests: { cpu: '4' } } }, { restartPolicy: 'Never' });
    const pods = { p: whole, q: whole, r: requests({ cpu: '1' }) };
    const rig = new PodRig({ pods, behavior: { run: '5s' }, node: { allocatable: { cpu: '4' } } });
    rig.run(6);
    expect([rig.last('p'), rig.last('q'), rig.last('r')]).toEqual([
      '5 Succeeded app=Completed(0)',
      '0 Failed OutOfcpu',
      '0 Failed OutOfcpu',
    ]);
    const small = new PodRig({
      pods: { p: requests({ cpu: '2' }), q: whole, r: requests({ cpu: '2' }) },
      node: { allocatable: { cpu: '4' } },
    });
    small.run(6);
    expect([small.last('q'), small.last('r')]).toEqual(['0 Failed OutOfcpu', '0 Running ready']);
  });
});

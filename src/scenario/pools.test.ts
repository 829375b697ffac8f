import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';
import { nodeNames } from './pools.ts';

const GIB = 1024 ** 3;

function build(nodes: string) {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster:\n  nodes:\n${nodes}\n`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(nodes: string): string {
  try {
    build(nodes);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('node pools', () => {
  it('have the documented defaults', () => {
    expect(build('  - {}').pools).toEqual([
      {
        name: 'node',
        count: 1,
        allocatable: {
          cpuMilli: 8000,
          memoryBytes: 32 * GIB,
          ephemeralStorageBytes: 100 * GIB,
          extended: new Map(),
          pods: 110,
        },
        labels: {},
        taints: [],
        zones: [],
        images: [],
      },
    ]);
  });

  it('read everything', () => {
    const [pool] = build(`
  - name: gpu
    count: 3
    allocatable: {cpu: "3.5", memory: 1Gi, pods: 20, nvidia.com/gpu: 8}
    labels: {disk: ssd}
    taints: [{key: gpu, value: "1", effect: NoSchedule}]
    zones: [a, b]`).pools;
    expect(pool).toEqual({
      name: 'gpu',
      count: 3,
      allocatable: {
        cpuMilli: 3500,
        memoryBytes: GIB,
        ephemeralStorageBytes: 100 * GIB,
        extended: new Map([['nvidia.com/gpu', 8]]),
        pods: 20,
      },
      labels: { disk: 'ssd' },
      taints: [{ key: 'gpu', value: '1', effect: 'NoSchedule' }],
      zones: ['a', 'b'],
      images: [],
    });
    expect(nodeNames(pool!)).toEqual(['gpu-0', 'gpu-1', 'gpu-2']);
  });

  it.each([
    ['  - {name: Node_1}', 's.yaml:5:12: cluster.nodes[0].name: Invalid value: "Node_1"'],
    ['  - {count: -1}', 's.yaml:5:13: cluster.nodes[0].count: must be greater than or equal to 0'],
    ['  - {count: 1000000}', 's.yaml:5:13: cluster.nodes[0].count: must be less than or equal to 100000'],
    ['  - {count: "3"}', 's.yaml:5:13: cluster.nodes[0].count: expected number, got "3"'],
    ['  - {coutn: 3}', 's.yaml:5:6: cluster.nodes[0].coutn: unknown field (did you mean "count"?)'],
    ['  - {allocatable: {cpu: 3x}}', 's.yaml:5:25: cluster.nodes[0].allocatable.cpu: "3x" is not a quantity'],
    [
      '  - {allocatable: {cpus: 3}}',
      's.yaml:5:20: cluster.nodes[0].allocatable.cpus: Invalid value: "cpus": must be a standard resource type or fully qualified (cpu, memory, ephemeral-storage, pods, or as in nvidia.com/gpu)',
    ],
    ['  - {allocatable: 3}', 's.yaml:5:19: cluster.nodes[0].allocatable: expected mapping, got 3'],
    ['  - {labels: {a: 3}}', 's.yaml:5:18: cluster.nodes[0].labels.a: expected string, got 3 (quote it: "3")'],
    [
      '  - {taints: [{key: a, effect: NoShedule}]}',
      's.yaml:5:32: cluster.nodes[0].taints[0].effect: Unsupported value: "NoShedule"',
    ],
    ['  - {zones: [a, ""]}', 's.yaml:5:17: cluster.nodes[0].zones[1]: Invalid value: "": must not be empty'],
    [
      '  - {zones: [a], labels: {topology.kubernetes.io/zone: b}}',
      's.yaml:5:6: cluster.nodes[0].zones: the nodes have the label topology.kubernetes.io/zone already (drop one of the two)',
    ],
    [
      '  - {}\n  - {name: node}',
      's.yaml:6:12: cluster.nodes[1].name: Duplicate value: "node": pools must have different names (the other one is cluster.nodes[0])',
    ],
    ['  - 3', 's.yaml:5:5: cluster.nodes[0]: expected mapping, got 3'],
  ])('refuse %s', (text, message) => {
    expect(errorOf(text)).toContain(message);
  });
});

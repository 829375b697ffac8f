import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, NodeManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

describe('a Node', () => {
  const node = (content: JsonObject): NodeManifest => {
    return decodeObject({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, ...content }) as NodeManifest;
  };

  it('offers what it says, its capacity, or the default size', () => {
    expect(node({}).allocatable).toMatchObject({ cpuMilli: 8000, memoryBytes: 32 * 2 ** 30, pods: 110 });
    expect(node({ status: { capacity: { cpu: 4, pods: '20' } } }).allocatable).toMatchObject({
      cpuMilli: 4000,
      pods: 20,
    });
    expect(node({ status: { allocatable: { cpu: '3.5', 'x.io/gpu': 2 }, capacity: { cpu: 4 } } }).allocatable).toEqual({
      cpuMilli: 3500,
      memoryBytes: 0,
      ephemeralStorageBytes: 0,
      extended: new Map([['x.io/gpu', 2]]),
      pods: 110,
    });
  });

  it('has taints, images and no namespace', () => {
    const found = node({
      spec: { unschedulable: true, taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      status: { images: [{ names: ['x:1', 'x@sha256:1'], sizeBytes: 5 }, { names: ['y'] }] },
    });
    expect(found).toMatchObject({
      meta: { namespace: '', name: 'n' },
      unschedulable: true,
      taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }],
      images: [
        { names: ['x:1', 'x@sha256:1'], sizeBytes: 5 },
        { names: ['y'], sizeBytes: 0 },
      ],
    });
  });

  it.each<[JsonObject, string]>([
    [
      { spec: { taints: [{ key: 'a', effect: 'NoRun' }] } },
      'node/n: spec.taints[0].effect: Unsupported value: "NoRun"',
    ],
    [{ spec: { taints: [{ effect: 'NoExecute' }] } }, 'node/n: spec.taints[0].key: Invalid value: ""'],
    [
      {
        spec: {
          taints: [
            { key: 'a', effect: 'NoExecute' },
            { key: 'a', effect: 'NoExecute' },
          ],
        },
      },
      'node/n: spec.taints[1]: Duplicate value: "a:NoExecute": taints must be unique by key and effect pair',
    ],
    [{ metadata: { name: 'n', namespace: 'x' } }, 'node/n: metadata.namespace: Forbidden: not allowed on this type'],
    [{ status: { allocatable: { cpu: 'x' } } }, 'node/n: status.allocatable.cpu: "x" is not a quantity'],
  ])('is refused for %j', (content, message) => {
    expect(failure(() => node(content))).toContain(message);
  });
});

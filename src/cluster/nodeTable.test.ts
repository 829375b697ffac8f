import { describe, expect, test } from 'vitest';
import { decodeObject } from '../api/decode/decode.ts';
import { LabelIndex } from '../api/labelIndex.ts';
import type { NodeManifest } from '../api/types.ts';
import { NodeTable } from './nodeTable.ts';
import type { Node } from './objects.ts';

function node(name: string, uid: number): Node {
  const document = { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { allocatable: { cpu: '4' } } };
  const stored = { uid, resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  return { ...(decodeObject(document) as NodeManifest), ...stored };
}

describe('a node table', () => {
  test('knows nodes that are there by name', () => {
    const table = new NodeTable(new LabelIndex());
    expect([table.upsert(node('a', 1)), table.upsert(node('b', 2)), table.upsert(node('a', 1))]).toEqual([0, 1, 0]);
    table.remove(1);
    expect([table.rowOf('a'), table.rowOf('b'), table.rowOf('c')]).toEqual([-1, 1, -1]);
    expect([table.lastRowOf('a'), table.lastRowOf('c')]).toEqual([0, -1]);
    expect([table.presentCount, table.count]).toEqual([1, 2]);
  });

  test('gives a node that comes back its row, with the pods that are still there', () => {
    const table = new NodeTable(new LabelIndex());
    table.upsert(node('a', 1));
    table.firstPod[0] = 7;
    table.remove(1);
    expect(table.upsert(node('a', 5))).toBe(0);
    expect([table.firstPod[0], table.present[0], table.presentCount, table.count]).toEqual([7, 1, 1, 1]);
    expect(table.remove(5)).toBe(0);
  });

  test('forgets an extended resource that a node no longer offers', () => {
    const table = new NodeTable(new LabelIndex());
    const withGpus = node('a', 1);
    const { allocatable } = withGpus;
    table.upsert({ ...withGpus, allocatable: { ...allocatable, extended: new Map([['nvidia.com/gpu', 4]]) } });
    expect(table.extendedColumn('nvidia.com/gpu').allocatable[0]).toBe(4);
    table.upsert(withGpus);
    expect(table.extendedColumn('nvidia.com/gpu').allocatable[0]).toBe(0);
  });
});

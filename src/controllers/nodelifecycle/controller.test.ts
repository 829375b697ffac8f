import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { NodeLine } from '../../metrics/log/logLine.ts';
import { LIFTED, play, type Sketch } from '../../testing/play.ts';

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable:NoSchedule';
const NOT_READY = 'node.kubernetes.io/not-ready:NoSchedule';

function nodeLines(sketch: Sketch, name = 'node-0'): NodeLine[] {
  const { log } = play({ objects: [], nodes: { count: 1 }, controlPlane: LIFTED, ...sketch });
  return log.filter((line): line is NodeLine => line.kind === 'Node' && line.name === name);
}

function histories(lines: readonly NodeLine[]): [boolean, ...string[]][] {
  return lines.map(({ unschedulable, taints }) => [unschedulable, ...taints]);
}

function manifest(name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name }, spec, status: { allocatable: { cpu: '4' } } };
}

describe('the node lifecycle controller', () => {
  test('taints a node that is cordoned, in a write of its own', () => {
    const lines = nodeLines({ steps: { '5s': 'cordon node-0', '10s': 'uncordon node-0' } });
    expect(histories(lines)).toEqual([[false], [true], [true, UNSCHEDULABLE], [false, UNSCHEDULABLE], [false]]);
    // A watch, a read and a write.
    expect(lines[2]!.t - lines[1]!.t).toBeCloseTo(0.012, 3);
  });

  test('finds nothing to do on a node that was cordoned before the start', () => {
    expect(histories(nodeLines({ objects: [manifest('old', { unschedulable: true })] }, 'old'))).toEqual([
      [true, UNSCHEDULABLE],
    ]);
  });

  test('keeps the taints that others put', () => {
    const taint = { key: 'gpu', value: '1', effect: 'NoSchedule' };
    const lines = nodeLines({ nodes: { count: 1, taints: [taint] }, steps: { '5s': 'cordon node-0' } });
    expect(histories(lines).at(-1)).toEqual([true, 'gpu:NoSchedule', UNSCHEDULABLE]);
  });

  test('takes away what users say of conditions', () => {
    const taint = 'taint node node-0 node.kubernetes.io/memory-pressure:NoSchedule';
    expect(histories(nodeLines({ steps: { '5s': taint } }))).toEqual([
      [false],
      [false, 'node.kubernetes.io/memory-pressure:NoSchedule'],
      [false],
    ]);
  });

  test('sees that a node is ready only at the second attempt, since the node has just been written', () => {
    const steps = { '5s': { addNodes: { name: 'late', count: 3 } } };
    for (const index of [0, 1, 2]) {
      const lines = nodeLines({ steps }, `late-${index}`);
      expect(histories(lines)).toEqual([[false, NOT_READY], [false]]);
      // 100 ms and up to as much again, and two reads and writes.
      expect(lines[1]!.t - lines[0]!.t).toBeGreaterThan(0.12);
      expect(lines[1]!.t - lines[0]!.t).toBeLessThan(0.225);
    }
  });

  test('has a cordoned node that joins tainted for that reason alone', () => {
    const stdin = JSON.stringify(manifest('late', { unschedulable: true }));
    const lines = nodeLines({ steps: { '5s': { kubectl: 'create -f -', stdin } } }, 'late');
    expect(histories(lines)[0]).toEqual([true, NOT_READY]);
    expect(histories(lines).at(-1)).toEqual([true, UNSCHEDULABLE]);
  });
});

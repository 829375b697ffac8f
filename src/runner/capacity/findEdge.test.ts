import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { numRuns } from '../../testing/fastCheck.ts';
import { findEdge } from './findEdge.ts';

function probeOf(holds: (size: number) => boolean, asked: number[] = []) {
  return {
    holds: (size: number) => {
      asked.push(size);
      return holds(size);
    },
    isHopeless: () => false,
  };
}

function linearly(holds: (size: number) => boolean, least: number, most: number): number | null {
  for (let size = least; size <= most; size++) if (holds(size)) return size;
  return null;
}

describe('the smallest size that holds', () => {
  test.prop([fc.nat(50), fc.nat(300), fc.nat(400), fc.nat(500)], { numRuns: numRuns(300) })(
    'is what a search one by one finds, wherever it starts',
    (least, width, start, edge) => {
      const most = least + width;
      const holds = (size: number) => size >= edge;
      const asked: number[] = [];
      expect(findEdge(probeOf(holds, asked), { least, most, start })).toBe(linearly(holds, least, most));
      expect(asked.every((size) => size >= least && size <= most)).toBe(true);
    },
  );

  it('takes few looks', () => {
    const asked: number[] = [];
    expect(
      findEdge(
        probeOf((size) => size >= 777, asked),
        { least: 1, most: 100_000, start: 10 },
      ),
    ).toBe(777);
    expect(new Set(asked).size).toBeLessThan(25);
  });

  it('looks on both sides, and goes down where a smaller one holds after all', () => {
    const asked: number[] = [];
    const holds = (size: number) => size >= 8 || size === 6;
    expect(findEdge(probeOf(holds, asked), { least: 1, most: 20, start: 8 })).toBe(6);
    expect(asked).toEqual(expect.arrayContaining([4, 5, 6, 7, 8]));
  });

  it('gives up where nothing larger can help', () => {
    const probe = { holds: () => false, isHopeless: (size: number) => size >= 16 };
    expect(findEdge(probe, { least: 1, most: 1e9, start: 4 })).toBeNull();
  });
});

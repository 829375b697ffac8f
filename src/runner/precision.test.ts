import { describe, expect, it } from 'vitest';
import { parseVary } from '../scenario/index.ts';
import { looseRows, type Precision, sweepPrecisely } from './precision.ts';
import { sweep } from './sweep.ts';
import { SCENARIO as TEN_PODS } from './testing/scenario.ts';

const axes = [parseVary('deployment/web:maxSurge=1,2')];

const SCENARIO = TEN_PODS.replace('replicas: 10', 'replicas: 3');

function options(text: string, jobs = 1) {
  return { input: { files: [{ file: 'small.yaml', text }] }, build: {}, axes, seeds: [1], jobs };
}

function within(share: number, mostSeeds = 100): Precision {
  return { metric: 'durationSeconds', share, mostSeeds };
}

describe('a sweep of a wanted precision', () => {
  it('adds seeds until the interval of each variant is tight, and no more, as the sweep with as many would be', async () => {
    const precision = within(0.1);
    const result = await sweepPrecisely(options(SCENARIO), precision);
    const count = result.seeds.length;
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThan(100);
    expect(looseRows(result, precision)).toEqual([]);
    expect(result).toEqual(await sweep({ ...options(SCENARIO), seeds: result.seeds }));
    // The round before had two thirds of the seeds, and was not enough.
    const before = [5, 8, 12, 18, 27, 41, 62].filter((seeds) => seeds < count).at(-1)!;
    const seeds = Array.from({ length: before }, (_, index) => 1 + index);
    expect(looseRows(await sweep({ ...options(SCENARIO), seeds }), precision)).not.toEqual([]);
  });

  it('stops at the fewest seeds where all are alike, and at the most', async () => {
    const fixed = SCENARIO.replace('{uniform: {min: 1s, max: 4s}}', '2s');
    expect((await sweepPrecisely(options(fixed), within(0.001))).seeds).toHaveLength(5);
    expect((await sweepPrecisely(options(SCENARIO), within(0, 9))).seeds).toHaveLength(9);
  });
});

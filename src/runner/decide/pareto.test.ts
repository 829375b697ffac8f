import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { makeRollout, makeSweep, makeVariant } from '../testing/results.ts';
import { paretoFront, parseObjective } from './pareto.ts';

const points = fc.integer({ min: 1, max: 3 }).chain((axes) => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 4 }) }, fc.constant(Number.NaN));
  return fc.array(fc.array(value, { minLength: axes, maxLength: axes }), { maxLength: 12 });
});

describe('the Pareto front', () => {
  test.prop([points])('is what remains when every point that another one beats is crossed out', (all) => {
    const crossed = all.map((point) => point.some(Number.isNaN));
    const known = all.filter((_, index) => !crossed[index]!);
    all.forEach((point, index) => {
      for (const other of known) {
        const pairs = point.map((value, axis) => Math.sign(value - other[axis]!));
        if (Math.min(...pairs) >= 0 && Math.max(...pairs) > 0) crossed[index] = true;
      }
    });
    expect(paretoFront(all)).toEqual(crossed.map((isCrossed) => !isCrossed));
  });

  it('of a sweep has the variants that completed and that no other one beats', () => {
    const { variants } = makeSweep([
      makeVariant({ nodes: '1' }, [[makeRollout({ durationSeconds: 10, availableMin: 5 })]]),
      makeVariant({ nodes: '2' }, [[makeRollout({ durationSeconds: 20, availableMin: 5 })]]),
      makeVariant({ nodes: '3' }, [[makeRollout({ durationSeconds: 20, availableMin: 6 })]]),
      makeVariant({ nodes: '4' }, [[makeRollout({ durationSeconds: null, outcome: 'stalled', availableMin: 9 })]]),
    ]);
    expect(variants.map(({ rows }) => rows[0]!.onFront)).toEqual([true, false, true, false]);
  });
});

describe('an objective', () => {
  it('has a figure and a way, which need not be said where only one is good', () => {
    expect(parseObjective('availableMin')).toEqual({ metric: 'availableMin', better: 'max' });
    expect(parseObjective('durationSeconds')).toEqual({ metric: 'durationSeconds', better: 'min' });
    expect(parseObjective('max:startSeconds')).toEqual({ metric: 'startSeconds', better: 'max' });
  });

  it('is refused with a hint', () => {
    expect(() => parseObjective('startSeconds')).toThrow('say min:startSeconds or max:startSeconds');
    expect(() => parseObjective('min:duration')).toThrow('a figure of a rollout');
  });
});

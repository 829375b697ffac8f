import { describe, expect, it } from 'vitest';
import { BOUND_NAMES, boundText } from '../scenario/without.ts';
import { boundsOf } from './whatIf.ts';

describe('--without', () => {
  it('takes several words, in lists and one by one, each once', () => {
    expect(boundsOf(['start, image-pull', 'start'])).toEqual(['start', 'image-pull']);
    expect(boundsOf(['all'])).toEqual(BOUND_NAMES);
    expect(boundsOf([])).toEqual([]);
  });

  it.each([
    ['image-pul', '--without image-pul: nothing of that name bounds a rollout (did you mean "image-pull"?)'],
    ['apiLimit', '(did you mean "api-limits"?)'],
    ['minReady', '(did you mean "min-ready"?)'],
    ['weather', '(one of api-limits, latency, scheduling, capacity, '],
    ['', '(one of api-limits'],
  ])('refuses %j', (word, message) => {
    expect(() => boundsOf([word])).toThrow(message);
  });

  it('can tell what is done about each', () => {
    expect(new Set(BOUND_NAMES.map(boundText)).size).toBe(BOUND_NAMES.length);
  });
});

import { describe, expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

describe('hints', () => {
  it.each([
    ['rolout', ['rollback', 'rollout', 'scale'], 'rollout'],
    ['replica', ['replicas', 'selector'], 'replicas'],
    ['Replicas', ['replicas'], 'replicas'],
    ['container', ['containers', 'initContainers'], 'containers'],
    ['maxSruge', ['maxSurge', 'maxUnavailable'], 'maxSurge'],
    ['x', ['replicas'], undefined],
    ['completelyElse', ['replicas', 'selector'], undefined],
    ['a'.repeat(1000), ['a'], undefined],
  ])('for %j out of %j is %j', (word, candidates, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });

  it('read as a question', () => {
    expect(didYouMean('rolout', ['rollout'])).toBe('did you mean "rollout"?');
    expect(didYouMean('zzz', ['rollout'])).toBeUndefined();
  });
});

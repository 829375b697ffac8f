import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numRuns } from '../fastCheck.ts';
import { DEFAULT_PROFILE } from './decision.ts';
import { Stage } from './stage.ts';
import { preemptionStory, storyOf } from './stories.ts';
import { tell } from './tell.ts';
import { Seen } from './witness.ts';

describe("every decision is the oracle's", () => {
  const seen = new Seen();

  test.each([
    { title: 'small', nodes: { min: 1, max: 8 }, operations: 10, pods: 4, runs: 150 },
    { title: 'middling', nodes: { min: 4, max: 30 }, operations: 20, pods: 4, runs: 40 },
    { title: 'crowded', nodes: { min: 1, max: 5 }, operations: 12, pods: 6, kind: 'crowded', runs: 150 },
    { title: 'sociable', nodes: { min: 2, max: 12 }, operations: 12, pods: 4, kind: 'sociable', runs: 100 },
    { title: 'large', nodes: { min: 150, max: 250 }, operations: 8, pods: 10, runs: 12 },
  ] as const)('on $title clusters', ({ runs, title, ...size }) => {
    fc.assert(
      fc.property(storyOf(size), (story) => {
        tell(story, new Stage({ ...story, seen }));
      }),
      { numRuns: numRuns(runs) },
    );
  });

  test('on clusters that are full of pods of several priorities', () => {
    fc.assert(
      fc.property(preemptionStory, (story) => {
        tell(story, new Stage({ ...story, seen }));
      }),
      { numRuns: numRuns(60) },
    );
  });

  test('of all kinds that there are', () => {
    const namesOf = (profile: typeof DEFAULT_PROFILE) => profile.map(({ plugin }) => plugin.name).sort();
    // A pod that names its node is not the scheduler's.
    const rejecting = DEFAULT_PROFILE.filter(({ plugin }) => plugin.reject !== undefined && plugin.name !== 'NodeName');
    const ranking = DEFAULT_PROFILE.filter(({ plugin }) => plugin.score !== undefined);
    expect([...seen.rejections.keys()].sort()).toEqual(namesOf(rejecting));
    expect([...seen.differences.keys()].sort()).toEqual(namesOf(ranking));
    for (const count of [...seen.rejections.values(), ...seen.differences.values()]) expect(count).toBeGreaterThan(10);
    const { failures, ties, samples, preemptions, victims, rivals, budgets } = seen;
    for (const count of [failures, ties, samples, preemptions, victims, rivals, budgets]) {
      expect(count).toBeGreaterThan(10);
    }
  });
});

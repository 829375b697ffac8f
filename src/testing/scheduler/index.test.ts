import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numRuns } from '../fastCheck.ts';
import { Stage } from './stage.ts';
import { type Story, storyOf } from './stories.ts';
import { tell } from './tell.ts';

/** Every placement and every failure of the story, with its message. */
function play(story: Story, isDirect: boolean): readonly string[] {
  const stage = new Stage({ ...story, isDirect, onDecision: () => undefined });
  tell(story, stage);
  return stage.log;
}

/** The first line that differs, of long lists. */
function difference(a: readonly string[], b: readonly string[]): string[] | undefined {
  const line = a.findIndex((text, i) => text !== b[i]);
  if (line === -1) return a.length === b.length ? undefined : [`${a.length} lines`, `${b.length} lines`];
  return [a[line]!, b[line] ?? ''];
}

test.each([
  { title: 'with room', nodes: { min: 100, max: 180 }, pods: 60, kind: 'any', runs: 10 },
  { title: 'that get full', nodes: { min: 100, max: 110 }, pods: 200, kind: 'crowded', runs: 10 },
  { title: 'where pods look at each other', nodes: { min: 100, max: 180 }, pods: 60, kind: 'sociable', runs: 10 },
] as const)('pods get the same nodes without the index, on clusters $title', ({ runs, title, ...size }) => {
  let placements = 0;
  fc.assert(
    fc.property(storyOf({ ...size, operations: 15 }), (story) => {
      const log = play(story, false);
      expect(difference(log, play(story, true))).toBeUndefined();
      placements += log.filter((line) => !line.includes(': ')).length;
    }),
    // To shrink stories of this size takes longer than to look at them.
    { numRuns: numRuns(runs), endOnFailure: true },
  );
  expect(placements).toBeGreaterThan(runs * 50);
});

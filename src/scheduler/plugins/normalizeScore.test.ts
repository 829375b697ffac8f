import { expect, test } from 'vitest';
import { defaultNormalizeScore } from './normalizeScore.ts';

function normalized(scores: number[], reverse: boolean): number[] {
  const column = Float64Array.from([...scores, 77]);
  defaultNormalizeScore(column, scores.length, reverse);
  expect(column[scores.length]).toBe(77);
  return [...column.subarray(0, scores.length)];
}

test.each([
  { scores: [1, 2, 3], reverse: false, expected: [33, 66, 100] },
  { scores: [1, 2, 3], reverse: true, expected: [67, 34, 0] },
  { scores: [0, 0], reverse: false, expected: [0, 0] },
  { scores: [0, 0], reverse: true, expected: [100, 100] },
])('$scores reverse $reverse -> $expected', ({ scores, reverse, expected }) => {
  expect(normalized(scores, reverse)).toEqual(expected);
});

import { MAX_NODE_SCORE } from '../framework.ts';

/**
 * Upstream's DefaultNormalizeScore: scales the first `count` scores so that the highest becomes 100, rounding down;
 * `reverse` turns them round, so that the highest becomes 0. All zero: all 0, or all 100 when reversed.
 */
export function defaultNormalizeScore(scores: Float64Array, count: number, reverse: boolean): void {
  let highest = 0;
  for (let i = 0; i < count; i++) if (scores[i]! > highest) highest = scores[i]!;
  for (let i = 0; i < count; i++) {
    const score = highest === 0 ? 0 : Math.floor((MAX_NODE_SCORE * scores[i]!) / highest);
    scores[i] = reverse ? MAX_NODE_SCORE - score : score;
  }
}

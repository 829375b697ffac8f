import { expect, it } from 'vitest';
import type { SpeedComparison } from '../runner/decide/speed.ts';
import { speedSentence } from './speedSentence.ts';

const SPEED: SpeedComparison = {
  pairs: 10,
  timesFaster: 1.8,
  interval: { low: 1.75, high: 1.9 },
  savedSeconds: 20,
  savedInterval: { low: 18, high: 21 },
  verdict: 'faster',
};

function sentence(changes: Partial<SpeedComparison>): string {
  return speedSentence('a', 'b', { ...SPEED, ...changes });
}

it.each<[Partial<SpeedComparison>, string]>([
  [{}, 'a is 1.80 ± 0.10 times faster than b (20.0 s less; 10 seeds, each against itself).'],
  [
    { timesFaster: 1.03, interval: { low: 1.01, high: 1.08 } },
    'a is 1.03 (1.01 to 1.08) times faster than b (20.0 s less; 10 seeds, each against itself).',
  ],
  [{ interval: null }, 'a is 1.80 times faster than b (20.0 s less; 10 seeds, each against itself).'],
  [
    { verdict: 'slower', timesFaster: 0.5, interval: { low: 0.4, high: 0.5 }, savedSeconds: -20 },
    'a is 2.00 ± 0.50 times slower than b (20.0 s more; 10 seeds, each against itself).',
  ],
  [{ verdict: 'alike' }, 'a is as fast as b (10 seeds).'],
  [
    { verdict: 'unclear', interval: { low: 0.9, high: 1.2 } },
    'a is not clearly faster or slower than b (10 seeds, 0.90 to 1.20 times as fast).',
  ],
  [
    { verdict: 'unclear', interval: null, pairs: 3 },
    'a is not clearly faster or slower than b (3 seeds; fewer than 5 seeds tell nothing).',
  ],
  [{ verdict: 'oneSeed', pairs: 1 }, 'Against b: one seed, no verdict; --seeds 10 tells.'],
])('says how fast one is beside another: %j', (changes, text) => {
  expect(sentence(changes)).toBe(text);
});

import { expect, it } from 'vitest';
import { progressLine } from './progress.ts';

it('says how much is done and how long the rest will take', () => {
  expect(progressLine(0, 40, 0)).toBe('[                        ] 0/40 runs');
  expect(progressLine(10, 40, 5000)).toBe('[######                  ] 10/40 runs, 15 s left');
  expect(progressLine(40, 40, 9000)).toBe('[########################] 40/40 runs, 0 s left');
});

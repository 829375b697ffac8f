import { expect, test } from 'vitest';
import { refuseUnknownRollouts } from './explainedRollouts.ts';
import { makeRollout } from './testing/results.ts';

const ROLLOUTS = [makeRollout({ workload: 'deployment/web' }), makeRollout({ workload: 'shop/statefulset/db' })];

test.each([['web'], ['default/web'], ['db'], ['shop/db']])('%s is known', (name) => {
  expect(() => refuseUnknownRollouts([name], ROLLOUTS)).not.toThrow();
});

test.each([
  ['wbe', 'rollout/wbe: this run has no such rollout (did you mean "web"?)'],
  ['other/db', 'rollout/other/db: this run has no such rollout; it has web, shop/db'],
  ['something', 'rollout/something: this run has no such rollout; it has web, shop/db'],
])('%s is not', (name, message) => {
  expect(() => refuseUnknownRollouts([name], ROLLOUTS)).toThrow(message);
});

test('where nothing rolls out there is nothing to explain', () => {
  expect(() => refuseUnknownRollouts(['web'], [])).toThrow('rollout/web: nothing rolls out in this run');
});

import { expect, it } from 'vitest';
import { formatThresholdValue } from './thresholdValue.ts';

function formatted(metric: string, expression: string, actual: number | null): string {
  return formatThresholdValue({ metric: `rollout.${metric}`, expression, ok: true, actual });
}

it('has a unit and few decimals', () => {
  expect(formatted('durationSeconds', 'p(95)<1', 6.493422)).toBe('6.49 s');
  expect(formatted('availableMin', '>=9', 8)).toBe('8 pods');
  expect(formatted('availableMin', '>=9', 1)).toBe('1 pod');
  expect(formatted('requestedMemoryMax', '<1', 1.5 * 2 ** 30)).toBe('1.5Gi');
  expect(formatted('unavailablePodSeconds', '<1', 28)).toBe('28.0 pod s');
  expect(formatted('durationSeconds', 'count>1', 3)).toBe('3 rollouts');
});

it('does not round across the limit', () => {
  expect(formatted('durationSeconds', '<31.22', 31.24)).toBe('31.24 s');
  expect(formatted('durationSeconds', '<10', 9.99996)).toBe('9.99996 s');
  expect(formatted('durationSeconds', '<=10', 10)).toBe('10.0 s');
});

it('says why there is no number', () => {
  expect(formatted('durationSeconds', '<10', null)).toBe('never');
  expect(formatted('availableMin', '>=9', null)).toBe('nothing to measure');
  const verdict = { metric: 'job.durationSeconds', expression: '<10', ok: false, actual: null };
  expect(formatThresholdValue(verdict)).toBe('never');
  expect(formatThresholdValue({ ...verdict, isEmpty: true })).toBe('nothing to measure');
});

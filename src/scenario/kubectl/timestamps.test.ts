import { expect, test } from 'vitest';
import { humanAge, timestamp } from './timestamps.ts';

test.each([
  [0, '2000-01-01T00:00:00Z'],
  [86_399.9, '2000-01-01T23:59:59Z'],
  [59 * 86_400, '2000-02-29T00:00:00Z'],
  [60 * 86_400, '2000-03-01T00:00:00Z'],
  [366 * 86_400, '2001-01-01T00:00:00Z'],
  [36_524 * 86_400, '2099-12-31T00:00:00Z'],
  [(36_525 + 59) * 86_400, '2100-03-01T00:00:00Z'],
])('%d s is %s', (seconds, text) => {
  expect(timestamp(seconds * 1e6)).toBe(text);
  expect(new Date(Date.UTC(2000, 0, 1) + Math.floor(seconds) * 1000).toISOString()).toBe(text.replace('Z', '.000Z'));
});

test.each([
  [0, '0s'],
  [119.9, '119s'],
  [120, '2m'],
  [200, '3m20s'],
  [600, '10m'],
  [3 * 3600, '3h'],
  [3 * 3600 + 300, '3h5m'],
  [47 * 3600, '47h'],
  [51 * 3600, '2d3h'],
  [9 * 86_400, '9d'],
])('%d s old is %s', (seconds, text) => {
  expect(humanAge(seconds * 1e6)).toBe(text);
});

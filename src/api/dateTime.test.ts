import { describe, expect, test } from 'vitest';
import { rfc1123z, rfc3339, START_EPOCH_SECONDS } from './dateTime.ts';

const DAY = 86_400;

describe('rfc3339', () => {
  test.each([
    [0, '2000-01-01T00:00:00Z'],
    [59 * DAY + 3_661, '2000-02-29T01:01:01Z'],
    [60 * DAY, '2000-03-01T00:00:00Z'],
    [366 * DAY - 1, '2000-12-31T23:59:59Z'],
    [-1, '1999-12-31T23:59:59Z'],
  ])('%i s after the start: %s', (seconds, text) => {
    expect(rfc3339(START_EPOCH_SECONDS + seconds)).toBe(text);
  });

  test('on the clock of a zone', () => {
    expect(rfc3339(START_EPOCH_SECONDS, 2 * 3600)).toBe('2000-01-01T02:00:00+02:00');
    expect(rfc3339(START_EPOCH_SECONDS, -(3 * 3600 + 30 * 60))).toBe('1999-12-31T20:30:00-03:30');
  });
});

test.each([
  [0, 'Sat, 01 Jan 2000 00:00:00 +0000'],
  [8 * DAY + 1, 'Sun, 09 Jan 2000 00:00:01 +0000'],
  [-DAY, 'Fri, 31 Dec 1999 00:00:00 +0000'],
])('rfc1123z, %i s after the start: %s', (seconds, text) => {
  expect(rfc1123z(START_EPOCH_SECONDS + seconds)).toBe(text);
});

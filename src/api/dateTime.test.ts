import { describe, expect, test } from 'vitest';
import { parseRfc3339, rfc1123z, rfc3339, START_EPOCH_SECONDS } from './dateTime.ts';

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

describe('reading a time', () => {
  test('is the inverse of writing it, over the centuries', () => {
    for (let seconds = -12_000_000_000; seconds < 12_000_000_000; seconds += 7_654_321) {
      expect(parseRfc3339(rfc3339(seconds))).toEqual({ epochMicros: seconds * 1e6, isExact: false });
    }
  });

  test('reads parts of a second and offsets', () => {
    const start = START_EPOCH_SECONDS * 1e6;
    expect(parseRfc3339('2000-01-01T00:00:00.25Z')).toEqual({ epochMicros: start + 250_000, isExact: true });
    expect(parseRfc3339('2000-01-01T02:00:00.123456789+02:00')).toEqual({
      epochMicros: start + 123_456,
      isExact: true,
    });
    expect(parseRfc3339('1999-12-31t23:30:00-00:30').epochMicros).toBe(start);
  });

  test.each(['2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01', 'yesterday', ''])(
    'refuses %j',
    (text) => {
      expect(() => parseRfc3339(text)).toThrow('expected a time such as 2026-01-02T03:04:05Z');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { parseTimeZone, UTC } from './timeZone.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

describe('a time zone', () => {
  it.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Etc/GMT+5', '2026-07-01T00:00:00Z', -5],
    ['Europe/Berlin', '2026-01-01T00:00:00Z', 1],
    ['Europe/Berlin', '2026-07-01T00:00:00Z', 2],
    ['America/St_Johns', '2026-01-01T00:00:00Z', -3.5],
    ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 5.75],
    ['US/Pacific', '2026-01-01T00:00:00Z', -8],
  ])('%s is at %s ahead by %d hours', (name, at, hours) => {
    expect(parseTimeZone(name).offsetSeconds(seconds(at))).toBe(hours * 3600);
  });

  it('knows offsets in seconds', () => {
    expect(parseTimeZone('America/New_York').offsetSeconds(-3e9)).toBe(-(4 * 3600 + 56 * 60 + 2));
  });

  it('finds the second at which clocks change', () => {
    const zone = parseTimeZone('Europe/Berlin');
    const change = seconds('2026-03-29T01:00:00Z');
    expect(zone.nextChange(seconds('2026-01-01T00:00:00Z'), seconds('2026-12-01T00:00:00Z'))).toBe(change);
    expect(zone.nextChange(change - 1, change)).toBe(change);
    expect(zone.nextChange(change - 10, change - 1)).toBeUndefined();
    expect(zone.nextChange(change, seconds('2026-12-01T00:00:00Z'))).toBe(seconds('2026-10-25T01:00:00Z'));
    expect(UTC.nextChange(0, 2e9)).toBeUndefined();
  });

  it.each([
    ['', 'timeZone must be nil or non-empty string'],
    ['local', 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'],
    ['Europe/Pariss', 'unknown time zone Europe/Pariss'],
    ['AMERICA/new_york', 'unknown time zone AMERICA/new_york'],
    [' Europe/Paris', 'unknown time zone  Europe/Paris'],
    ['../Europe/Paris', 'unknown time zone ../Europe/Paris'],
    ['+05:00', 'unknown time zone +05:00'],
  ])('is not called %j', (name, message) => {
    expect(() => parseTimeZone(name)).toThrow(new RangeError(message));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CronFields, parseCronFields } from './cronFields.ts';
import { parseCronSchedule } from './cronSchedule.ts';
import { parseTimeZone, UTC } from './timeZone.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;
const iso = (at: number | undefined): string | undefined => {
  return at === undefined ? undefined : new Date(at * 1000).toISOString().replace(':00.000Z', 'Z');
};

function times(schedule: string, zone: string | undefined, after: string, count: number): (string | undefined)[] {
  const parsed = parseCronSchedule(schedule, zone);
  const found: (string | undefined)[] = [];
  let at: number | undefined = seconds(after);
  while (found.length < count && at !== undefined) {
    at = parsed.next(at);
    found.push(iso(at));
  }
  return found;
}

function matches(fields: CronFields, local: Date): boolean {
  const has = (field: keyof CronFields, value: number): boolean => fields[field].values.includes(value);
  const isDay = has('dayOfMonth', local.getUTCDate());
  const isWeekday = has('dayOfWeek', local.getUTCDay());
  const needsBoth = fields.dayOfMonth.isStar || fields.dayOfWeek.isStar;
  return (
    has('minute', local.getUTCMinutes()) &&
    has('hour', local.getUTCHours()) &&
    has('month', local.getUTCMonth() + 1) &&
    (needsBoth ? isDay && isWeekday : isDay || isWeekday)
  );
}

/** Looks at each minute of a while. */
function scan(schedule: string, zoneName: string | undefined, after: number, minutes: number): number | undefined {
  const zone = zoneName === undefined ? UTC : parseTimeZone(zoneName);
  const fields = parseCronFields(schedule) as CronFields;
  const first = Math.floor(after / 60) * 60 + 60;
  for (let at = first; at < first + minutes * 60; at += 60) {
    if (matches(fields, new Date((at + zone.offsetSeconds(at)) * 1000))) return at;
  }
  return undefined;
}

describe('a schedule', () => {
  it.each<[string, string, string[]]>([
    ['*/20 * * * *', '2026-05-01T00:00:30Z', ['2026-05-01T00:20Z', '2026-05-01T00:40Z', '2026-05-01T01:00Z']],
    ['5/25 1-2 * * *', '2026-05-01T00:00:00Z', ['2026-05-01T01:05Z', '2026-05-01T01:30Z', '2026-05-01T01:55Z']],
    ['0 12 1,15 Jan-Mar ?', '2026-01-02T00:00:00Z', ['2026-01-15T12:00Z', '2026-02-01T12:00Z']],
    ['@hourly', '2026-05-01T00:00:00Z', ['2026-05-01T01:00Z']],
    ['@daily', '2026-05-01T00:00:00Z', ['2026-05-02T00:00Z']],
    ['@midnight', '2026-05-01T00:00:00Z', ['2026-05-02T00:00Z']],
    ['@weekly', '2026-05-01T00:00:00Z', ['2026-05-03T00:00Z', '2026-05-10T00:00Z']],
    ['@monthly', '2026-05-01T00:00:00Z', ['2026-06-01T00:00Z']],
    ['@yearly', '2026-05-01T00:00:00Z', ['2027-01-01T00:00Z']],
    ['@annually', '2026-05-01T00:00:00Z', ['2027-01-01T00:00Z']],
    ['0 0 29 2 *', '2026-05-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
  ])('%s comes after %s at %j', (schedule, after, expected) => {
    expect(times(schedule, undefined, after, expected.length)).toEqual(expected);
  });

  it('comes on either of two days when both are given', () => {
    const after = '2026-05-01T12:00:00Z';
    expect(times('0 0 13 * Fri', undefined, after, 3)).toEqual([
      '2026-05-08T00:00Z',
      '2026-05-13T00:00Z',
      '2026-05-15T00:00Z',
    ]);
    expect(times('0 0 1-31 * Fri', undefined, after, 2)).toEqual(['2026-05-02T00:00Z', '2026-05-03T00:00Z']);
    expect(times('0 0 */10 * Fri', undefined, after, 3)).toEqual([
      '2026-05-08T00:00Z',
      '2026-05-11T00:00Z',
      '2026-05-15T00:00Z',
    ]);
    expect(times('0 0 */1 * Fri', undefined, after, 1)).toEqual(['2026-05-08T00:00Z']);
  });

  it('counts from the time before with @every', () => {
    expect(parseCronSchedule('@every 5m', undefined).next(17)).toBe(317);
    expect(parseCronSchedule('@every 1h30m', 'Europe/Berlin').next(0)).toBe(5400);
    expect(parseCronSchedule('@every 10ms', undefined).next(7)).toBe(8);
    expect(parseCronSchedule('@every 2.9s', undefined).next(7)).toBe(9);
  });

  it.each(['0 0 30 2 *', '0 0 31 4,6,9,11 *', ', * * * *'])('never comes with %s', (schedule) => {
    expect(parseCronSchedule(schedule, undefined).next(0)).toBeUndefined();
  });

  it('is not looked for beyond five years', () => {
    expect(parseCronSchedule('0 0 29 2 *', undefined).next(seconds('2096-03-01T00:00:00Z'))).toBeUndefined();
  });

  it('goes by the clocks of its zone', () => {
    const before = '2026-03-28T12:00:00Z';
    expect(times('30 6 * * *', 'Europe/Berlin', before, 2)).toEqual(['2026-03-29T04:30Z', '2026-03-30T04:30Z']);
    expect(times('0 0 1 7 *', 'America/New_York', before, 1)).toEqual(['2026-07-01T04:00Z']);
    expect(times('0 0 1 1 *', 'America/New_York', before, 2)).toEqual(['2027-01-01T05:00Z', '2028-01-01T05:00Z']);
  });

  it('leaves out a time that clocks skip', () => {
    const expected = ['2026-03-28T01:30Z', '2026-03-30T00:30Z'];
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 2)).toEqual(expected);
  });

  it('comes twice at a time that clocks show twice', () => {
    const expected = ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-26T01:30Z'];
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', 3)).toEqual(expected);
    expect(times('30 2 25 10 *', 'Europe/Berlin', '2026-10-25T00:30:00Z', 1)).toEqual(['2026-10-25T01:30Z']);
  });

  it('comes at the first minute that fits it', () => {
    const number = (from: number, to: number): fc.Arbitrary<string> => fc.integer({ min: from, max: to }).map(String);
    const field = (from: number, to: number): fc.Arbitrary<string> => {
      const range = fc
        .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
      const step = fc.tuple(fc.oneof(fc.constant('*'), range, number(from, to)), fc.integer({ min: 1, max: 15 }));
      const item = fc.oneof(
        number(from, to),
        range,
        fc.constant('*'),
        step.map(([base, size]) => `${base}/${size}`),
      );
      return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(','));
    };
    const schedule = fc
      .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
      .map((fields) => fields.join(' '));
    const start = seconds('2026-01-01T00:00:00Z');
    const after = fc.integer({ min: start, max: start + 5 * 366 * 86_400 });
    const zone = fc.constantFrom(undefined, 'Europe/Berlin', 'America/Sao_Paulo', 'Asia/Kathmandu', 'America/New_York');
    const minutes = 20 * 1440;
    fc.assert(
      fc.property(schedule, zone, after, (text, name, at) => {
        const found = parseCronSchedule(text, name).next(at);
        const expected = scan(text, name, at, minutes);
        if (expected === undefined) expect(found ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at + minutes * 60 - 60);
        else expect(found).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('comes at the first minute that fits it on the days when clocks change', () => {
    const schedule = fc
      .tuple(fc.constantFrom('0', '30', '*/7', '59', '*'), fc.constantFrom('*', '0', '1', '2', '3', '1-3', '*/2', '23'))
      .map(([minute, hour]) => `${minute} ${hour} * * *`);
    const changes = fc.constantFrom<[string, string]>(
      ['Europe/Berlin', '2026-03-29T01:00:00Z'],
      ['Europe/Berlin', '2026-10-25T01:00:00Z'],
      ['America/New_York', '2026-03-08T07:00:00Z'],
      ['America/New_York', '2026-11-01T06:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
      ['Africa/Cairo', '2026-04-23T22:00:00Z'],
    );
    fc.assert(
      fc.property(schedule, changes, fc.integer({ min: -200, max: 200 }), (text, [zone, change], minutes) => {
        const at = seconds(change) + minutes * 60;
        expect(parseCronSchedule(text, zone).next(at)).toBe(scan(text, zone, at, 3 * 1440));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'expected exactly 5 fields, found 0: []'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 * * * * *', 'expected exactly 5 fields, found 6: [0 * * * * *]'],
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['* 24 * * *', 'end of range (24) above maximum (23): 24'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['* * * * Fri-Mon', 'beginning of range (5) beyond end of range (1): Fri-Mon'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ['* * L * *', 'failed to parse int from L: strconv.Atoi: parsing "L": invalid syntax'],
    ['Mon * * * *', 'failed to parse int from Mon: strconv.Atoi: parsing "Mon": invalid syntax'],
    ['@reboot', 'unrecognized descriptor: @reboot'],
    ['@every x', 'failed to parse duration @every x: "x" is not a duration such as "250ms", "1.5s" or "1h30m"'],
  ])('is refused as %j', (schedule, message) => {
    expect(() => parseCronSchedule(schedule, undefined)).toThrow(new RangeError(message));
  });
});

import { describe, expect, test } from 'vitest';
import { matches, productFiles } from './sources.ts';

const simulation = productFiles.filter(({ layer }) => layer !== 'cli');

/** Lines that look at the machine, and why they may: they never come before a figure of a result. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'runner/sweep.ts: await new Promise((resolve) => setImmediate(resolve));':
    'a run does not wait for anything: signals are seen between runs',
  'runner/sweepPool.ts: grace = setTimeout(() => void pool.destroy(), GRACE_MILLIS);':
    'threads that do not heed an interruption are stopped',
  'runner/sweepPool.ts: clearTimeout(grace);': 'the same',
  'api/cronSchedule.ts: const from = new Date(after * 1000);':
    'the package for schedules wants an instant in this form',
};

/** It names its locale, and its text is read back as a number. */
const LOCALE_EXCEPTIONS: readonly string[] = [
  "api/timeZone.ts: const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });",
];

function without(exceptions: Readonly<Record<string, string>>, found: readonly string[]): string[] {
  return found.filter((line) => !Object.hasOwn(exceptions, line));
}

describe('below the command line', () => {
  test('nothing reads a clock or waits by one', () => {
    const clocks = /\bnew Date\b|\bDate\.|\bperformance\b|\bhrtime\b|\b(set|clear)(Timeout|Interval|Immediate)\b/;
    const found = matches(simulation, clocks);
    expect(without(EXCEPTIONS, found)).toEqual([]);
    expect(Object.keys(EXCEPTIONS).filter((line) => !found.includes(line))).toEqual([]);
  });

  test('nothing draws numbers that do not come from the seed', () => {
    expect(matches(simulation, /Math\.random|\brandomUUID\b|\bgetRandomValues\b|\brandomBytes\b/)).toEqual([]);
  });

  test('nothing asks the process or the environment', () => {
    expect(matches(simulation, /(?<![\w.'/])process\.(?!ts\b)\w|\bimport\.meta\.env\b|\bglobalThis\b/)).toEqual([]);
  });

  test('nothing prints', () => {
    expect(matches(simulation, /\bconsole\./)).toEqual([]);
  });

  test('nothing sorts or compares by the locale of the machine', () => {
    expect(matches(simulation, /localeCompare|toLocale|\bIntl\./)).toEqual(LOCALE_EXCEPTIONS);
  });
});

/** Where a last bit cannot be seen: draws are rounded to microseconds, and of an interval only whole ranks are kept. */
const ROUNDED = ['kernel/distribution.ts', 'runner/medianInterval.ts'];

/** ECMAScript leaves the last bit of these to the engine. */
test('functions whose last bit engines may choose are used by the distributions alone', () => {
  const inexact =
    /Math\.(exp|expm1|log|log2|log10|log1p|pow|sin|cos|tan|sinh|cosh|tanh|asin|acos|atan|atan2|asinh|acosh|atanh|cbrt|hypot)\b/;
  const others = productFiles.filter(({ path }) => !ROUNDED.includes(path));
  expect(matches(others, inexact)).toEqual([]);
  expect(matches(productFiles, /from 'd3-random'/).map((line) => line.split(':')[0])).toEqual([
    'kernel/distribution.ts',
  ]);
});

/** `a ** b` of two numbers may be inexact, but for whole ones. */
test('powers are of whole numbers', () => {
  const whole = /\dn \*\* |\b2 \*\* |\.length \*\* [A-Z_]+;/;
  const others = productFiles.filter(({ path }) => path !== 'runner/medianInterval.ts');
  expect(matches(others, /\*\*/).filter((line) => !whole.test(line))).toEqual([]);
});

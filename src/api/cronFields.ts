/** The text of a schedule, as `ParseStandard` of the library that upstream uses (robfig/cron 3) reads it. */
import { parseDurationMicros } from './duration.ts';

export interface CronField {
  /** In rising order, each once. */
  readonly values: readonly number[];
  /** `*` or `?` without a step: the field restricts nothing, also beside another field of the same date. */
  readonly isStar: boolean;
}

export interface CronFields {
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
}

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  /** In lower case, from `minimum` on. */
  readonly names: readonly string[];
}

const MINUTES: Bounds = { minimum: 0, maximum: 59, names: [] };
const HOURS: Bounds = { minimum: 0, maximum: 23, names: [] };
const DAYS_OF_MONTH: Bounds = { minimum: 1, maximum: 31, names: [] };
const MONTHS: Bounds = {
  minimum: 1,
  maximum: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
/** Sunday is 0 and never 7. */
const DAYS_OF_WEEK: Bounds = { minimum: 0, maximum: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] };

const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);
const EVERY = '@every ';
const MICROS_PER_SECOND = 1_000_000;

/**
 * Five fields, or for `@every` a number of seconds.
 *
 * @throws RangeError in the library's words for anything else.
 */
export function parseCronFields(schedule: string): CronFields | number {
  if (schedule.startsWith(EVERY)) return parseEvery(schedule);
  const text = schedule.startsWith('@') ? DESCRIPTORS.get(schedule) : schedule;
  if (text === undefined) throw new RangeError(`unrecognized descriptor: ${schedule}`);
  const words = text.split(/\s+/).filter((word) => word !== '');
  if (words.length !== 5) {
    throw new RangeError(`expected exactly 5 fields, found ${words.length}: [${words.join(' ')}]`);
  }
  return {
    minute: parseField(words[0]!, MINUTES),
    hour: parseField(words[1]!, HOURS),
    dayOfMonth: parseField(words[2]!, DAYS_OF_MONTH),
    month: parseField(words[3]!, MONTHS),
    dayOfWeek: parseField(words[4]!, DAYS_OF_WEEK),
  };
}

/** Whole seconds, at least one. */
function parseEvery(schedule: string): number {
  try {
    const micros = parseDurationMicros(schedule.slice(EVERY.length));
    return Math.max(1, Math.floor(micros / MICROS_PER_SECOND));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`failed to parse duration ${schedule}: ${error.message}`);
  }
}

function parseField(text: string, bounds: Bounds): CronField {
  const found = new Set<number>();
  let isStar = false;
  for (const range of text.split(',')) {
    if (range !== '' && addRange(found, range, bounds)) isStar = true;
  }
  return { values: [...found].sort((a, b) => a - b), isStar };
}

/** Returns whether the range is a star; with a step it is not, although it begins with one. */
function addRange(found: Set<number>, text: string, bounds: Bounds): boolean {
  const [range = '', stepText, ...tooMany] = text.split('/');
  const [low = '', high, ...tooHigh] = range.split('-');
  const beginsWithStar = low === '*' || low === '?';
  if (!beginsWithStar && tooHigh.length > 0) throw new RangeError(`too many hyphens: ${text}`);
  const start = beginsWithStar ? bounds.minimum : parseNumber(low, bounds);
  let end = beginsWithStar ? bounds.maximum : high === undefined ? start : parseNumber(high, bounds);
  if (tooMany.length > 0) throw new RangeError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  // `5/15` means from 5 to the end.
  if (stepText !== undefined && high === undefined) end = bounds.maximum;
  checkRange(start, end, step, text, bounds);
  for (let value = start; value <= end; value += step) found.add(value);
  return beginsWithStar && step === 1;
}

function checkRange(start: number, end: number, step: number, text: string, bounds: Bounds): void {
  const { minimum, maximum } = bounds;
  if (start < minimum) throw new RangeError(`beginning of range (${start}) below minimum (${minimum}): ${text}`);
  if (end > maximum) throw new RangeError(`end of range (${end}) above maximum (${maximum}): ${text}`);
  if (start > end) throw new RangeError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new RangeError(`step of range should be a positive number: ${text}`);
}

function parseNumber(text: string, bounds?: Bounds): number {
  const name = bounds?.names.indexOf(text.toLowerCase()) ?? -1;
  if (name >= 0) return bounds!.minimum + name;
  if (/^\+?[0-9]+$/.test(text)) return Number(text);
  const problem = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new RangeError(`failed to parse int from ${text}: ${problem}`);
}

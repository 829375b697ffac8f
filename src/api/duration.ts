/**
 * Go's durations (`time.ParseDuration`, `Duration.String`), in whole microseconds, the simulation's unit of time.
 */
const PART = /([0-9]+)?(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y;

const NANOS_PER_UNIT: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const LONGEST_TEXT = 128;

/**
 * Microseconds; finer parts are rounded to the nearest. Only a bare zero may stand without a unit.
 *
 * @throws RangeError when the text is not a duration, is negative, or is longer than 2^53 microseconds (285 years).
 */
export function parseDurationMicros(text: string | number): number {
  const source = String(text).trim();
  if (/^\+?0+$/.test(source)) return 0;
  if (/^\+?[0-9]+(\.[0-9]+)?$/.test(source)) {
    throw new RangeError(`missing unit in duration "${source}" (did you mean ${source}s?)`);
  }
  if (source.startsWith('-')) throw new RangeError(`duration "${source}" must not be negative`);
  const micros = Number((sumParts(source) + 500n) / 1000n);
  if (micros > Number.MAX_SAFE_INTEGER) throw new RangeError(`duration "${source}" is too long`);
  return micros;
}

/** As Go prints it: `1h0m0s`, `1m30s`, `1.5s`, `250ms`, `10µs`, `0s`. */
export function formatDuration(micros: number): string {
  if (micros === 0) return '0s';
  if (micros < 0) return `-${formatDuration(-micros)}`;
  if (micros < 1_000) return `${micros}µs`;
  if (micros < 1_000_000) return `${micros / 1_000}ms`;
  const hours = Math.floor(micros / 3_600_000_000);
  const minutes = Math.floor((micros % 3_600_000_000) / 60_000_000);
  const seconds = `${(micros % 60_000_000) / 1_000_000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

function sumParts(source: string): bigint {
  const text = source.startsWith('+') ? source.slice(1) : source;
  let nanos = 0n;
  let at = 0;
  while (at < text.length && text.length <= LONGEST_TEXT) {
    PART.lastIndex = at;
    const match = PART.exec(text);
    if (match === null || (match[1] === undefined && !match[2])) break;
    nanos += partNanos(match[1] ?? '', match[2] ?? '', NANOS_PER_UNIT.get(match[3]!)!);
    at = PART.lastIndex;
  }
  if (at === 0 || at < text.length) throw new RangeError(describeFailure(source));
  return nanos;
}

/** A part that is finer than a nanosecond is cut off, as Go does. */
function partNanos(digits: string, decimals: string, unit: bigint): bigint {
  return (BigInt(digits + decimals) * unit) / 10n ** BigInt(decimals.length);
}

function describeFailure(source: string): string {
  const shown = JSON.stringify(source.length > 40 ? `${source.slice(0, 40)}…` : source);
  return `${shown} is not a duration such as "250ms", "1.5s" or "1h30m"`;
}

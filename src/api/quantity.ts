/**
 * Kubernetes quantities: `250m`, `1.5Gi`, `1e9`.
 *
 * The grammar and the rounding are apimachinery's (`pkg/api/resource/quantity.go`): fractions finer than a nano unit
 * are rounded away from zero, values are capped at 2^63-1, and asking for whole or milli units rounds away from zero.
 */
const QUANTITY = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+|)$/;

const DECIMAL_EXPONENTS: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);

const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const NANO = 1_000_000_000n;
const LARGEST_NANO = (2n ** 63n - 1n) * NANO;
/** Longer digit strings only cost time: every value is capped far below. */
const LONGEST_TEXT = 128;
const LARGEST_EXPONENT = 200;

/**
 * The value in base units (cores, bytes, pieces), as near as a double can be.
 *
 * @throws RangeError when the text is not a quantity.
 */
export function parseQuantity(text: string | number): number {
  const nano = parseNano(text);
  const whole = nano / NANO;
  const rest = nano % NANO;
  return rest === 0n ? Number(whole) : Number(whole) + Number(rest) / 1e9;
}

/**
 * Milli-cores, rounded away from zero as upstream's `MilliValue()` does.
 *
 * @throws RangeError when the text is not a quantity.
 */
export function parseCpuMilli(text: string | number): number {
  return Number(divideAwayFromZero(parseNano(text), 1_000_000n));
}

/**
 * Whole units, rounded away from zero as upstream's `Value()` does.
 *
 * @throws RangeError when the text is not a quantity.
 */
export function parseWhole(text: string | number): number {
  return Number(divideAwayFromZero(parseNano(text), NANO));
}

/** Bytes: {@link parseWhole} under the name of its most frequent unit. */
export function parseBytes(text: string | number): number {
  return parseWhole(text);
}

/** `250` -> `250m`, `2000` -> `2`. */
export function formatCpu(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** With the largest binary suffix that loses nothing: `67108864` -> `64Mi`, `1500` -> `1500`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let suffix = 0;
  while (value !== 0 && value % 1024 === 0 && suffix < BINARY_SUFFIXES.length - 1) {
    value /= 1024;
    suffix++;
  }
  return `${value}${BINARY_SUFFIXES[suffix]}`;
}

/**
 * One text per value: `1`, `1000m` and `1e0` give `1`, `0.1` and `100m` give `0.1`.
 *
 * @throws RangeError when the text is not a quantity.
 */
export function canonicalQuantity(text: string | number): string {
  const nano = parseNano(text);
  const size = nano < 0n ? -nano : nano;
  const fraction = String(size % NANO)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${nano < 0n ? '-' : ''}${size / NANO}${fraction === '' ? '' : `.${fraction}`}`;
}

function parseNano(text: string | number): bigint {
  const source = typeof text === 'number' ? String(text) : text;
  const match = source.length > LONGEST_TEXT ? null : QUANTITY.exec(source);
  if (match === null) throw new RangeError(describeFailure(source));
  const [, sign, digits = '', fraction = '', bareFraction = '', suffix = ''] = match;
  const decimals = fraction + bareFraction;
  const size = scaleToNano(BigInt(digits + decimals), suffix, decimals.length);
  const capped = size > LARGEST_NANO ? LARGEST_NANO : size;
  return sign === '-' ? -capped : capped;
}

/** `mantissa * suffix / 10^decimals` in nano units, rounded up. */
function scaleToNano(mantissa: bigint, suffix: string, decimals: number): bigint {
  const binary = suffix === '' ? 0 : BINARY_SUFFIXES.indexOf(suffix);
  let exponent = 9 - decimals;
  if (binary <= 0) exponent += DECIMAL_EXPONENTS.get(suffix) ?? clampExponent(Number(suffix.slice(1)));
  const scaled = binary > 0 ? mantissa * 1024n ** BigInt(binary) : mantissa;
  return exponent >= 0 ? scaled * 10n ** BigInt(exponent) : divideAwayFromZero(scaled, 10n ** BigInt(-exponent));
}

/** Beyond this every non-zero mantissa is capped or rounded to one nano unit anyway. */
function clampExponent(exponent: number): number {
  return Math.max(-LARGEST_EXPONENT, Math.min(LARGEST_EXPONENT, exponent));
}

function divideAwayFromZero(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}

function describeFailure(text: string): string {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const wrongSuffix = /^([+-]?[0-9.]+)(K|ki|KB|kB|kb|g|gi|GB|gb|mi|MB|mb|t|ti|B|b)$/.exec(text);
  const nearest = wrongSuffix === null ? undefined : suggestSuffix(wrongSuffix[2]!);
  const hint = nearest === undefined ? '' : ` (did you mean "${wrongSuffix![1]}${nearest}"?)`;
  return `${shown} is not a quantity such as "250m", "2", "64Mi" or "1.5e3"${hint}`;
}

function suggestSuffix(suffix: string): string | undefined {
  const unit = suffix[0]!.toUpperCase();
  return 'KMGT'.includes(unit) ? `${unit}i` : undefined;
}

/**
 * The notations of a Kubernetes quantity: a sum is printed in that of its parts (apimachinery's `quantity.go`,
 * `CanonicalizeBytes`).
 */
import { parseQuantity } from './quantity.ts';

export type QuantityNotation = 'BinarySI' | 'DecimalSI' | 'DecimalExponent';

const DECIMAL_SUFFIXES: ReadonlyMap<number, string> = new Map([
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Below this, binary notation is decimal too. */
const SMALLEST_BINARY = 1024;

/** How a valid quantity is written. */
export function notationOf(quantity: string | number): QuantityNotation {
  const text = String(quantity);
  if (text.endsWith('i')) return 'BinarySI';
  return /[eE][+-]?[0-9]+$/.test(text) ? 'DecimalExponent' : 'DecimalSI';
}

/**
 * The canonical text of `value` units of a thousandth (`exponent` -3) or of one: `2000` thousandths are `2`, 67108864 are
 * `64Mi` or, in decimal notation, `67108864`, and 1000 pods are `1k`.
 *
 * @param value a whole number
 */
export function formatQuantity(value: number, exponent: -3 | 0, notation: QuantityNotation): string {
  if (value === 0) return '0';
  if (notation === 'BinarySI' && exponent === 0 && value >= SMALLEST_BINARY) return formatBinary(value);
  let mantissa = value;
  let power: number = exponent;
  while (mantissa % 1000 === 0 && DECIMAL_SUFFIXES.has(power + 3)) {
    mantissa /= 1000;
    power += 3;
  }
  if (notation !== 'DecimalExponent') return `${mantissa}${DECIMAL_SUFFIXES.get(power)}`;
  return power === 0 ? String(mantissa) : `${mantissa}e${power}`;
}

function formatBinary(value: number): string {
  let mantissa = value;
  let suffix = 0;
  while (mantissa % 1024 === 0 && suffix < BINARY_SUFFIXES.length - 1) {
    mantissa /= 1024;
    suffix++;
  }
  return `${mantissa}${BINARY_SUFFIXES[suffix]}`;
}

/** A valid quantity as upstream's `Quantity.String()` prints it: `0.5` is `500m`, `1024Mi` is `1Gi`. */
export function displayQuantity(quantity: string | number): string {
  return displayAmount(parseQuantity(quantity), notationOf(quantity));
}

/** The same of an amount in base units. */
export function displayAmount(amount: number, notation: QuantityNotation): string {
  if (Number.isInteger(amount)) return formatQuantity(amount, 0, notation);
  return formatQuantity(Math.ceil(amount * 1000), -3, notation);
}

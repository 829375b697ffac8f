/** `maxSurge: 2` or `maxSurge: 25%`: apimachinery's IntOrString, restricted to what the rollout fields accept. */
import type { IntOrPercent, JsonValue } from './types.ts';

const LARGEST_INT32 = 2147483647;

/**
 * @throws RangeError for anything but a whole number from 0 to 2^31-1 or a string of digits and `%`; worded as
 *   upstream's validation words it.
 */
export function parseIntOrPercent(value: JsonValue): IntOrPercent {
  if (typeof value === 'number') {
    if (!Number.isInteger(value)) throw new RangeError(`expected integer or percentage, got ${value}`);
    if (value < 0) throw new RangeError('must be greater than or equal to 0');
    if (value > LARGEST_INT32) throw new RangeError(`must be less than or equal to ${LARGEST_INT32}`);
    return { value, isPercent: false };
  }
  if (typeof value !== 'string') {
    throw new RangeError(`expected integer or percentage, got ${JSON.stringify(value)}`);
  }
  if (!/^[0-9]{1,9}%$/.test(value)) {
    throw new RangeError(
      `Invalid value: ${JSON.stringify(value)}: a valid percent string must be a numeric string followed by an ending '%'`,
    );
  }
  return { value: Number(value.slice(0, -1)), isPercent: true };
}

/** `ceil(percent * total / 100)`, or the number itself. */
export function resolveRoundUp(value: IntOrPercent, total: number): number {
  if (!value.isPercent) return value.value;
  const product = value.value * total;
  const rest = product % 100;
  return (product - rest) / 100 + (rest > 0 ? 1 : 0);
}

/** `floor(percent * total / 100)`, or the number itself. */
export function resolveRoundDown(value: IntOrPercent, total: number): number {
  if (!value.isPercent) return value.value;
  const product = value.value * total;
  return (product - (product % 100)) / 100;
}

/** As it stands in a manifest: `2`, `25%`. */
export function formatIntOrPercent(value: IntOrPercent): string {
  return value.isPercent ? `${value.value}%` : String(value.value);
}

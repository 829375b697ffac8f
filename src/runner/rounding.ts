const ROUNDING = 1e6;

/**
 * To 10^-6, the resolution of simulated time: sums and means of microseconds carry noise far below what anybody measured.
 * Whole numbers stay what they are.
 */
export function round(value: number): number {
  const isExact = Number.isInteger(value) || Math.abs(value) >= Number.MAX_SAFE_INTEGER / ROUNDING;
  return isExact ? value : Math.round(value * ROUNDING) / ROUNDING;
}

/** A copy of plain data with all its numbers rounded. */
export function roundAll<Value>(value: Value): Value {
  return roundNested(value) as Value;
}

function roundNested(value: unknown): unknown {
  if (typeof value === 'number') return round(value);
  if (Array.isArray(value)) return value.map(roundNested);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, roundNested(inner)]));
}

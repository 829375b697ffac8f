/** The upper 32 bits of ln 2, so that its small multiples are exact, and the rest of it. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Further terms of the series are below half a unit in the last place. */
const TERMS = 12;

/**
 * ln n of a whole number from 1 on, to about one unit in the last place. `Math.log` may differ from engine to engine; this
 * is sums, products and quotients alone, which may not, so that a run comes out the same everywhere.
 *
 * n = 2^k * m with m around 1, and ln m = 2 artanh((m - 1) / (m + 1)) as a power series.
 */
export function naturalLogarithm(n: number): number {
  let k = 0;
  let m = n;
  for (; m >= Math.SQRT2; k++) m /= 2;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let rest = 0;
  for (let term = TERMS; term >= 1; term--) rest = (rest + 1 / (2 * term + 1)) * square;
  return k * LN2_HIGH + (2 * s + (2 * s * rest + k * LN2_LOW));
}

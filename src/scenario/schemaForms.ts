/** Forms of values that several parts of a Scenario have. */
import { z } from 'zod';
import type { JsonValue } from '../api/types.ts';

const DURATION = '^([0-9]+(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$';

export type Opaque = z.ZodType<JsonValue>;
/** What to do with a value whose syntax has a parser: check its form, or take it as it is. */
export type Leaf = (form: z.ZodType) => Opaque;

export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  return z.int().min(minimum).max(maximum);
}

export function durationForm(): z.ZodType {
  return z.union([z.string().meta({ pattern: DURATION, examples: ['250ms', '1.5s', '10m'] }), z.literal(0)]);
}

export function delayForm(): z.ZodType {
  const duration = durationForm();
  const orNever = z.union([duration, z.literal('never')]);
  return z.union([
    orNever,
    z.strictObject({ sequence: z.array(orNever).min(1).describe('In order of creation, repeating, per image.') }),
    z.strictObject({ uniform: z.strictObject({ min: duration, max: duration }) }),
    z.strictObject({ normal: z.strictObject({ mean: duration, sd: duration }) }),
    z.strictObject({ logNormal: z.strictObject({ median: duration, p99: duration }) }),
    z.strictObject({ exponential: z.strictObject({ mean: duration }) }),
    z.strictObject({ weibull: z.strictObject({ shape: z.number().positive(), scale: duration }) }),
    z.strictObject({ empirical: z.array(orNever).min(1).describe('Observed values, each equally likely.') }),
  ]);
}

/** Refusals in upstream's words (`apimachinery/pkg/util/validation/field`) that several kinds share. */
import type { FieldPath } from '../path.ts';
import type { JsonValue } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';

/** @throws InputError, always. */
export function invalid(context: DecodeContext, path: FieldPath, value: JsonValue, problem: string): never {
  return failAt(context, path, `Invalid value: ${JSON.stringify(value)}: ${problem}`);
}

/** @throws InputError for a list that is longer than upstream allows. */
export function refuseTooMany(context: DecodeContext, path: FieldPath, count: number, limit: number): void {
  if (count > limit) failAt(context, path, `Too many: ${count}: must have at most ${limit} items`);
}

/** @throws InputError when the field is missing, with the values that it may have. */
export function requireOneOf(context: DecodeContext, path: FieldPath, value: string, supported: string[]): void {
  if (value !== '') return;
  failAt(context, path, `Required value: valid values: [${supported.map((item) => JSON.stringify(item)).join(' ')}]`);
}

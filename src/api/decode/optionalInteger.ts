import type { FieldPath } from '../path.ts';
import type { JsonValue } from '../types.ts';
import type { DecodeContext } from './context.ts';
import { integerAt } from './read.ts';

/** A whole number that may be left out; undefined when it is. @throws InputError for a number below zero. */
export function optionalIntegerAt(
  context: DecodeContext,
  path: FieldPath,
  value: JsonValue | undefined,
): number | undefined {
  return typeof value === 'number' ? integerAt(context, path, value, 0) : undefined;
}

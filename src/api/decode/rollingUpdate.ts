/** What the rolling updates of several kinds are held to. */
import { parseIntOrPercent } from '../intOrPercent.ts';
import type { FieldPath } from '../path.ts';
import type { IntOrPercent, JsonValue } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';

export const ZERO: IntOrPercent = { value: 0, isPercent: false };

/** @throws InputError for anything but a whole number from 0 or a percentage up to 100%. */
export function readShare(context: DecodeContext, path: FieldPath, value: JsonValue): IntOrPercent {
  const share = parseAt(context, path, () => parseIntOrPercent(value));
  if (share.isPercent && share.value > 100) failAt(context, path, 'must not be greater than 100%');
  return share;
}

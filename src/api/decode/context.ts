/** What decoding a document needs to know about where the document came from. */

import type { PlacePart } from '../document.ts';
import { InputError, type SourcePlace } from '../errors.ts';
import { FieldError } from '../fieldError.ts';
import { didYouMean } from '../nearest.ts';
import { type FieldPath, formatPath } from '../path.ts';
import type { PodSpecMemo } from './podSpecMemo.ts';

export interface DecodeContext {
  /** Where a field of the document stands. */
  place(path: FieldPath, part?: PlacePart): SourcePlace;
  /** For namespaced objects that name none. */
  readonly defaultNamespace: string;
  /**
   * Called for each field that is read but changes nothing in the simulation.
   *
   * @param path as `kubectl explain` names it, without list indices: `spec.template.spec.containers.env`.
   */
  notSimulated(kindName: string, path: string): void;
  /** Shared by the documents of a stream: thousands of pods in it have few specs. */
  readonly podSpecs?: PodSpecMemo;
}

/** @throws InputError at the field, always. */
export function failAt(
  context: DecodeContext,
  path: FieldPath,
  message: string,
  hint?: string,
  part: PlacePart = 'value',
): never {
  const place = context.place(path, part);
  throw new InputError(message, { ...place, path: place.path ?? formatPath(path) }, hint);
}

/** Runs a parser of a single value; its RangeError becomes an InputError at the value's place. */
export function parseAt<T>(context: DecodeContext, path: FieldPath, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof FieldError) return failAt(context, [...path, ...error.path], error.message);
    if (error instanceof RangeError) return failAt(context, path, error.message);
    throw error;
  }
}

/** @throws InputError in upstream's words for a value outside a fixed set. */
export function unsupported(
  context: DecodeContext,
  path: FieldPath,
  value: string,
  supported: readonly string[],
): never {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return failAt(context, path, message, didYouMean(value, supported));
}

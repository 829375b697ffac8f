/**
 * A small language for the shape of a document, and the first pass of decoding: unknown fields, wrong types, and the
 * list of fields that are not simulated. The later passes can then trust the types.
 */
import { isJsonObject } from '../canonical.ts';
import { didYouMean } from '../nearest.ts';
import { explainPath, type FieldPath } from '../path.ts';
import type { JsonObject, JsonValue } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';

/** `integer` has 32 bits, `long` 64. */
type ScalarShape = 'string' | 'integer' | 'long' | 'boolean' | 'quantity' | 'intOrPercent';

/** `any`: not looked into; `stringMap`, `quantityMap`: a mapping with free keys. */
export type Shape =
  | 'any'
  | 'stringMap'
  | 'quantityMap'
  | ScalarShape
  | { readonly list: Shape }
  /** A string of which only these values are simulated: another one is reported as a field that is not. */
  | { readonly simulatedValues: readonly string[] }
  | { readonly fields: Fields };

/** Of 32 bits. */
export const MOST_INTEGER = 2 ** 31 - 1;

/** What messages call a shape that its own name does not describe. */
const EXPECTED: Readonly<Partial<Record<ScalarShape, string>>> = {
  intOrPercent: 'integer or percentage',
  long: 'integer',
};

export interface Fields {
  /** Fields that change something in the simulation. */
  readonly simulated: Readonly<Record<string, Shape>>;
  /** Fields that Kubernetes knows and that change nothing here. */
  readonly inert: Readonly<Record<string, Shape>>;
}

export function fields(simulated: Record<string, Shape>, inert: Record<string, Shape> = {}): Shape {
  return { fields: { simulated, inert } };
}

export function list(shape: Shape): Shape {
  return { list: shape };
}

/** A string of which only some values are simulated. */
export function valuesOf(...simulatedValues: string[]): Shape {
  return { simulatedValues };
}

/** The words of a text as fields that are not looked into. */
export function anyOf(words: string): Record<string, Shape> {
  return Object.fromEntries(words.split(/\s+/).map((word): [string, Shape] => [word, 'any']));
}

/**
 * Checks a document against its shape and reports what is not simulated. A null counts as absent, as everywhere in
 * Kubernetes.
 *
 * @throws InputError at the first unknown field or wrong type.
 */
export function checkShape(context: DecodeContext, kindName: string, document: JsonObject, shape: Shape): void {
  new ShapeCheck(context, kindName).check(document, shape, [], true);
}

class ShapeCheck {
  readonly #context: DecodeContext;
  readonly #kindName: string;

  constructor(context: DecodeContext, kindName: string) {
    this.#context = context;
    this.#kindName = kindName;
  }

  /** `isSimulated` is false below a field that was reported already. */
  check(value: JsonValue, shape: Shape, path: FieldPath, isSimulated: boolean): void {
    if (shape === 'any') return;
    if (shape === 'stringMap') this.#checkMap(value, 'string', path);
    else if (shape === 'quantityMap') this.#checkMap(value, 'quantity', path);
    else if (typeof shape === 'string') this.#checkScalar(value, shape, path);
    else if ('list' in shape) this.#checkList(value, shape.list, path, isSimulated);
    else if ('simulatedValues' in shape) this.#checkValue(value, shape.simulatedValues, path, isSimulated);
    else this.#checkFields(value, shape.fields, path, isSimulated);
  }

  #checkScalar(value: JsonValue, shape: ScalarShape, path: FieldPath): void {
    if (isOfShape(value, shape)) return;
    if (shape === 'integer' && Number.isInteger(value)) {
      failAt(this.#context, path, `must be between ${-MOST_INTEGER - 1} and ${MOST_INTEGER}, got ${value}`);
    }
    const expected = EXPECTED[shape] ?? shape;
    const couldBeQuoted = shape === 'string' && (typeof value === 'number' || typeof value === 'boolean');
    const hint = couldBeQuoted ? `quote it: "${value}"` : undefined;
    failAt(this.#context, path, `expected ${expected}, got ${describe(value)}`, hint);
  }

  #checkMap(value: JsonValue, shape: ScalarShape, path: FieldPath): void {
    if (!isJsonObject(value)) refuseType(this.#context, 'mapping', value, path);
    for (const key of Object.keys(value)) {
      if (value[key] !== null) this.#checkScalar(value[key]!, shape, [...path, key]);
    }
  }

  #checkList(value: JsonValue, shape: Shape, path: FieldPath, isSimulated: boolean): void {
    if (!Array.isArray(value)) refuseType(this.#context, 'list', value, path);
    for (const [index, item] of value.entries()) this.check(item, shape, [...path, index], isSimulated);
  }

  #checkValue(value: JsonValue, simulated: readonly string[], path: FieldPath, isSimulated: boolean): void {
    this.#checkScalar(value, 'string', path);
    if (isSimulated && !simulated.includes(value as string)) {
      this.#context.notSimulated(this.#kindName, explainPath(path));
    }
  }

  #checkFields(value: JsonValue, known: Fields, path: FieldPath, isSimulated: boolean): void {
    if (!isJsonObject(value)) refuseType(this.#context, 'mapping', value, path);
    for (const key of Object.keys(value)) {
      const inner = value[key]!;
      const innerPath = [...path, key];
      const simulated = Object.hasOwn(known.simulated, key) ? known.simulated[key] : undefined;
      const inert = Object.hasOwn(known.inert, key) ? known.inert[key] : undefined;
      const shape = simulated ?? inert;
      if (shape === undefined) refuseUnknown(this.#context, key, known, innerPath);
      if (inner === null) continue;
      const isInnerSimulated = isSimulated && simulated !== undefined;
      if (isSimulated && !isInnerSimulated) this.#context.notSimulated(this.#kindName, explainPath(innerPath));
      this.check(inner, shape, innerPath, isInnerSimulated);
    }
  }
}

function refuseType(context: DecodeContext, expected: string, value: JsonValue, path: FieldPath): never {
  return failAt(context, path, `expected ${expected}, got ${describe(value)}`);
}

/** The hint prefers a field that matters here to one that only sounds nearer. */
function refuseUnknown(context: DecodeContext, key: string, known: Fields, path: FieldPath): never {
  const simulated = Object.keys(known.simulated);
  const hint = didYouMean(key, simulated) ?? didYouMean(key, Object.keys(known.inert));
  return failAt(context, path, 'unknown field', hint, 'key');
}

function isOfShape(value: JsonValue, shape: ScalarShape): boolean {
  switch (shape) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value) && (value as number) <= MOST_INTEGER && (value as number) >= -MOST_INTEGER - 1;
    case 'long':
      return Number.isSafeInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'quantity':
    case 'intOrPercent':
      return typeof value === 'string' || typeof value === 'number';
  }
}

function describe(value: JsonValue): string {
  if (Array.isArray(value)) return 'list';
  if (isJsonObject(value)) return 'mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

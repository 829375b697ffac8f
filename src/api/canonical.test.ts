import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, cloneJson, deepEqualJson, getOwn, setOwn } from './canonical.ts';
import type { JsonObject, JsonValue } from './types.ts';

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);

/** The same content with the keys of every mapping in reverse order. */
function reverseKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).reverse()) setOwn(result, key, reverseKeys(value[key]!));
  return result;
}

describe('JSON values', () => {
  it('have one text for one content', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
    fc.assert(
      fc.property(anyJson, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(reverseKeys(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('are equal exactly when their texts are', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (a, b) => {
        expect(deepEqualJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
        expect(deepEqualJson(a, reverseKeys(a))).toBe(true);
      }),
    );
    expect(deepEqualJson({ a: 1 }, { b: 1 })).toBe(false);
    expect(deepEqualJson({}, [])).toBe(false);
  });

  it('are copied without sharing', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(deepEqualJson(cloneJson(value), value)).toBe(true);
      }),
    );
    const original = { a: [{ b: 1 }] };
    const copy = cloneJson(original);
    copy.a[0]!.b = 2;
    expect(original.a[0]!.b).toBe(1);
  });

  it('may have any key', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as JsonObject;
    const copy = cloneJson(value);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(canonicalJson(copy)).toBe('{"__proto__":{"a":1},"constructor":2}');
    expect(deepEqualJson(value, { constructor: 2 as JsonValue } as unknown as JsonObject)).toBe(false);
    expect(getOwn({}, 'constructor')).toBeUndefined();
  });
});

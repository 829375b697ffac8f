import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isJsonObject } from '../canonical.ts';
import { InputError } from '../errors.ts';
import { simulatedApiVersions } from '../kinds.ts';
import { jsonPatch } from '../patch.ts';
import { failure } from '../testing/documents.ts';
import { documentOf } from '../testing/kinds.ts';
import type { JsonObject, JsonValue, SimulatedKind } from '../types.ts';
import { decodeObject } from './decode.ts';

const KINDS = Object.entries(simulatedApiVersions) as [SimulatedKind, string][];

/** Pointers to all fields of a document, at any depth. */
function pointersInto(value: JsonValue, at = ''): string[] {
  const inner = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : fieldsOf(value);
  return inner.flatMap(([key, item]) => {
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [pointer, ...pointersInto(item, pointer)];
  });
}

function fieldsOf(value: JsonValue): [string, JsonValue][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

const anything = fc.oneof(
  fc.constantFrom<JsonValue[]>(
    null,
    {},
    [],
    '',
    0,
    -1,
    2147483648,
    '100%',
    '1Gi',
    true,
    'None',
    'Always',
    'RollingUpdate',
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
);

describe.each(KINDS)('a document of kind %s', (kind, apiVersion) => {
  const document = documentOf(kind, apiVersion);

  it('is decoded, and its manifest to itself', () => {
    const before = canonicalJson(document);
    const decoded = decodeObject(document);
    expect(decoded.kind).toBe(kind);
    expect(canonicalJson(document)).toBe(before);
    expect(canonicalJson(decodeObject(decoded.manifest).manifest)).toBe(canonicalJson(decoded.manifest));
  });

  it('uses only fields that are simulated', () => {
    const found: string[] = [];
    decodeObject(document, { notSimulated: (_, path) => found.push(path) });
    expect(found).toEqual([]);
  });

  it('is decoded or refused with an InputError, whatever stands in its fields', () => {
    const pointers = pointersInto(document).filter((pointer) => pointer !== '/kind' && pointer !== '/apiVersion');
    fc.assert(
      fc.property(fc.constantFrom(...pointers), anything, (path, value) => {
        const changed = jsonPatch(document, [{ op: 'replace', path, value }]) as JsonObject;
        try {
          const { manifest } = decodeObject(changed);
          expect(canonicalJson(decodeObject(manifest).manifest)).toBe(canonicalJson(manifest));
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('may have a status, and no field that Kubernetes does not know', () => {
    const message = `${kind.toLowerCase()}/web: spek: unknown field`;
    expect(failure(() => decodeObject({ ...document, spek: {} }))).toContain(message);
    if (kind === 'Node' || kind === 'StorageClass' || kind === 'PriorityClass' || kind === 'LimitRange') return;
    const found: string[] = [];
    decodeObject({ ...document, status: { any: 'thing' } }, { notSimulated: (_, path) => found.push(path) });
    expect(found).toEqual(['status']);
  });
});

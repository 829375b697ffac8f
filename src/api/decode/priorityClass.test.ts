import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, PriorityClassManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function decode(name: string, fields: JsonObject): PriorityClassManifest {
  const document = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, ...fields };
  return decodeObject(document) as PriorityClassManifest;
}

describe('a PriorityClass', () => {
  it('has upstream defaults', () => {
    expect(decode('low', { value: -5, description: 'x' })).toMatchObject({
      meta: { name: 'low', namespace: '' },
      spec: { value: -5, globalDefault: false, preemptionPolicy: 'PreemptLowerPriority' },
    });
  });

  it('is read whole', () => {
    const fields = { value: 1e9, globalDefault: true, preemptionPolicy: 'Never' };
    expect(decode('high', fields).spec).toEqual(fields);
    expect(decode('system-cluster-critical', { value: 2e9 }).spec.value).toBe(2e9);
  });

  it.each<[string, JsonObject, string]>([
    ['high', { value: 1e9 + 1 }, 'value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ['high', { value: 1, preemptionPolicy: 'no' }, 'preemptionPolicy: Unsupported value: "no": supported values:'],
    ['High', { value: 1 }, 'metadata.name: Invalid value: "High": a lowercase RFC 1123 subdomain'],
    [
      'system-own',
      { value: 1 },
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-own is not a known system priority class",
    ],
    ['system-node-critical', { value: 1 }, 'error: value of system-node-critical PriorityClass must be 2000001000'],
  ])('is refused: %s %j', (name, fields, message) => {
    expect(failure(() => decode(name, fields))).toContain(message);
  });
});

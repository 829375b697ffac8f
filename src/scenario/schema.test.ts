import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { scenarioFields, scenarioJsonSchema } from './schema.ts';

const schema = scenarioJsonSchema() as JsonObject;

/** Everything that `properties` names. */
function* properties(node: JsonObject, path: string): Generator<[string, JsonObject]> {
  for (const [key, value] of Object.entries((node.properties ?? {}) as Record<string, JsonObject>)) {
    yield [`${path}.${key}`, value];
    yield* properties(value, `${path}.${key}`);
  }
  if (node.items !== undefined) yield* properties(node.items as JsonObject, `${path}[]`);
}

describe('scenarioJsonSchema', () => {
  it('is a draft 7 schema of all fields', () => {
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(schema.additionalProperties).toBe(false);
    expect(schema.required).toEqual(['apiVersion', 'kind']);
    expect(Object.keys(schema.properties as JsonObject)).toEqual(scenarioFields);
  });

  it('describes every field', () => {
    const all = [...properties(schema, '')];
    const silent = all.filter(([, property]) => property.description === undefined).map(([path]) => path);
    expect(all.length).toBeGreaterThan(50);
    expect(silent).toEqual([]);
  });

  it('tells editors the forms of delays', () => {
    const text = JSON.stringify(schema);
    for (const word of ['sequence', 'uniform', 'normal', 'logNormal', 'exponential', 'weibull', 'empirical', 'never']) {
      expect(text).toContain(`"${word}"`);
    }
  });
});

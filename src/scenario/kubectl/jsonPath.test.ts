import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { parseJsonPath, valuesAt } from './jsonPath.ts';
import { UsageError } from './usageError.ts';

const POD: JsonObject = {
  metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: {
    containers: [
      { name: 'app', restarts: 3 },
      { name: 'side', restarts: 0 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Initialized', status: 'False' },
    ],
  },
};

describe('a path selects', () => {
  test.each([
    ['{.metadata.name}', ['a']],
    ['metadata.name', ['a']],
    ['$.metadata.name', ['a']],
    ['.metadata.labels.app\\.kubernetes\\.io/name', ['web']],
    [".metadata.labels['app.kubernetes.io/name']", ['web']],
    ['.spec.containers[1].name', ['side']],
    ['.spec.containers[-1].name', ['side']],
    ['.spec.containers[0:1].name', ['app']],
    ['.spec.containers[*].name', ['app', 'side']],
    ['.spec.containers.*.name', ['app', 'side']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    ["{.status.conditions[?(@.type!='Ready')].status}", ['False']],
    ['.spec.containers[?(@.restarts>=1)].name', ['app']],
    ['.spec.containers[?(@.restarts<1)].name', ['side']],
    ['.spec.containers[?(@.ready)].name', []],
    ['.spec.nodeName', []],
    ['.spec.containers[7]', []],
    ['.metadata.name.first', []],
  ])('%s', (path, values) => {
    expect(valuesAt(parseJsonPath(path), POD)).toEqual(values);
  });

  test('the object itself', () => {
    expect(valuesAt(parseJsonPath('{}'), POD)).toEqual([POD]);
  });
});

test.each([['..name'], ['.a[b'], ['.a[(@.length-1)]'], ['.a[?(@.b==c)]'], ['.a b']])('%s is refused', (path) => {
  expect(() => parseJsonPath(path)).toThrow(UsageError);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepEqualJson, isJsonObject } from './canonical.ts';
import { jsonMergePatch, jsonPatch, strategicMergePatch, threeWayMerge } from './patch.ts';
import type { JsonObject, JsonValue } from './types.ts';

const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
const anyObject = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), anyJson, { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

function hasNull(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some(hasNull);
  return value === null || (isJsonObject(value) && Object.values(value).some(hasNull));
}

describe('RFC 7386 merge patch', () => {
  // The examples of the RFC's appendix A.
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j with %j is %j', (original, patch, expected) => {
    expect(jsonMergePatch(original, patch)).toEqual(expected);
  });

  it('brings any content without nulls', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (original, patch) => {
        fc.pre(!hasNull(patch));
        expect(deepEqualJson(jsonMergePatch({}, patch), patch)).toBe(true);
        const once = jsonMergePatch(original, patch);
        expect(deepEqualJson(jsonMergePatch(once, patch), once)).toBe(true);
      }),
    );
  });
});

describe('RFC 6902 JSON patch', () => {
  it.each<[JsonValue, JsonValue, JsonValue]>([
    [{ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
    [{ foo: ['a', 'c'] }, [{ op: 'add', path: '/foo/1', value: 'b' }], { foo: ['a', 'b', 'c'] }],
    [{ foo: ['a'] }, [{ op: 'add', path: '/foo/-', value: 'b' }], { foo: ['a', 'b'] }],
    [{ foo: 1, baz: 2 }, [{ op: 'remove', path: '/baz' }], { foo: 1 }],
    [{ foo: ['a', 'b'] }, [{ op: 'remove', path: '/foo/0' }], { foo: ['b'] }],
    [{ baz: 1 }, [{ op: 'replace', path: '/baz', value: 'x' }], { baz: 'x' }],
    [{ a: ['x', 'y'] }, [{ op: 'replace', path: '/a/1', value: 'z' }], { a: ['x', 'z'] }],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [{ a: [1, 2, 3] }, [{ op: 'move', from: '/a/0', path: '/a/2' }], { a: [2, 3, 1] }],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'test', path: '/a~1b', value: 1 },
        { op: 'remove', path: '/m~0n' },
      ],
      { 'a/b': 1 },
    ],
    [{ a: 1 }, [{ op: 'replace', path: '', value: [] }], []],
    [{ a: 1 }, [{ op: 'move', from: '/a', path: '/a' }], { a: 1 }],
  ])('of %j with %j is %j', (original, operations, expected) => {
    expect(jsonPatch(original, operations)).toEqual(expected);
  });

  it.each<[JsonValue, string]>([
    [{}, 'a JSON patch is a list of operations'],
    [['x'], 'operation 0: expected a mapping with op and path'],
    [[{ op: 'grow', path: '/a' }], 'operation 0: unknown op "grow"'],
    [[{ op: 'add', path: '/a' }], 'operation 0: add needs a value'],
    [[{ op: 'add', value: 1 }], 'operation 0: add needs a path'],
    [[{ op: 'move', path: '/a' }], 'operation 0: move needs a from'],
    [[{ op: 'add', path: 'a', value: 1 }], 'path "a" must start with "/"'],
    [[{ op: 'remove', path: '/x' }], 'path "/x" does not exist'],
    [[{ op: 'remove', path: '/constructor' }], 'path "/constructor" does not exist'],
    [[{ op: 'replace', path: '/x/y', value: 1 }], 'path "/x/y" does not exist'],
    [[{ op: 'add', path: '/list/9', value: 1 }], '"9" is not an index of the list there'],
    [[{ op: 'add', path: '/list/01', value: 1 }], '"01" is not an index of the list there'],
    [[{ op: 'add', path: '/a/b', value: 1 }], 'path "/a/b" does not exist'],
    [[{ op: 'test', path: '/a', value: 2 }], 'operation 0: test of "/a" failed: found 1'],
    [[{ op: 'remove', path: '' }], 'the whole object cannot be removed'],
    [[{ op: 'move', from: '/o', path: '/o/x' }], '"/o" cannot be moved into itself'],
  ])('refuses %j', (operations, message) => {
    expect(() => jsonPatch({ a: 1, list: [1], o: {} }, operations)).toThrow(message);
  });
});

describe('strategic merge patch', () => {
  const pod = {
    containers: [
      { name: 'app', image: 'web:v1', env: [{ name: 'A', value: '1' }], ports: [{ containerPort: 80 }] },
      { name: 'log', image: 'log:v1' },
    ],
    tolerations: [{ key: 'a' }],
  };

  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'merges containers and env by name and keeps the rest',
      pod,
      { containers: [{ name: 'app', image: 'web:v2', env: [{ name: 'B', value: '2' }] }] },
      {
        ...pod,
        containers: [
          {
            name: 'app',
            image: 'web:v2',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            ports: [{ containerPort: 80 }],
          },
          { name: 'log', image: 'log:v1' },
        ],
      },
    ],
    [
      'appends an unknown item, without its nulls',
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'b', image: 'x', args: null }] },
      { containers: [{ name: 'a' }, { name: 'b', image: 'x' }] },
    ],
    [
      'replaces tolerations and taints as a whole',
      { tolerations: [{ key: 'a' }], taints: [{ key: 'a' }] },
      { tolerations: [{ key: 'b' }], taints: [{ key: 'b' }] },
      { tolerations: [{ key: 'b' }], taints: [{ key: 'b' }] },
    ],
    ['deletes by null', { a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: null } }, { b: { d: 2 } }],
    [
      'deletes an item by directive',
      { volumes: [{ name: 'a' }, { name: 'b' }] },
      {
        volumes: [
          { name: 'a', $patch: 'delete' },
          { name: 'c', $patch: 'delete' },
        ],
      },
      { volumes: [{ name: 'b' }] },
    ],
    ['replaces a mapping by directive', { m: { a: 1 } }, { m: { $patch: 'replace', b: 2 } }, { m: { b: 2 } }],
    ['empties a mapping by directive', { m: { a: 1 } }, { m: { $patch: 'delete' } }, { m: {} }],
    [
      'replaces a list by directive',
      { env: [{ name: 'a' }] },
      { env: [{ $patch: 'replace' }, { name: 'b' }] },
      { env: [{ name: 'b' }] },
    ],
    [
      'deletes from and adds to a list of primitives',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] },
      { finalizers: ['b', 'c'] },
    ],
    [
      'tells ports of one number apart by protocol',
      {
        ports: [
          { containerPort: 53, protocol: 'TCP' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
      { ports: [{ containerPort: 53, protocol: 'UDP', hostPort: 53 }] },
      {
        ports: [
          { containerPort: 53, protocol: 'TCP' },
          { containerPort: 53, protocol: 'UDP', hostPort: 53 },
        ],
      },
    ],
    [
      'merges the ports of a Service by port',
      { ports: [{ port: 80, targetPort: 1 }] },
      { ports: [{ port: 80, targetPort: 2 }] },
      { ports: [{ port: 80, targetPort: 2 }] },
    ],
    [
      'keeps only the retained keys',
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'orders items by directive',
      { env: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      { '$setElementOrder/env': [{ name: 'c' }, { name: 'a' }] },
      { env: [{ name: 'c' }, { name: 'a' }, { name: 'b' }] },
    ],
    [
      'merges volumes by name and mounts by path',
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [{ name: 'app', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
      },
      {
        volumes: [{ name: 'w' }],
        containers: [
          {
            name: 'app',
            volumeMounts: [
              { name: 'w', mountPath: '/w' },
              { name: 'w', mountPath: '/v' },
            ],
          },
        ],
      },
      {
        volumes: [{ name: 'v', emptyDir: {} }, { name: 'w' }],
        containers: [
          {
            name: 'app',
            volumeMounts: [
              { name: 'w', mountPath: '/v' },
              { name: 'w', mountPath: '/w' },
            ],
          },
        ],
      },
    ],
    [
      'replaces the lists of Jobs, StatefulSets and claims as a whole',
      {
        podFailurePolicy: { rules: [{ action: 'Ignore' }, { action: 'Count' }] },
        successPolicy: { rules: [{ succeededCount: 1 }] },
        volumeClaimTemplates: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
        accessModes: ['ReadWriteOnce'],
        allowedTopologies: [{ matchLabelExpressions: [] }],
      },
      {
        podFailurePolicy: { rules: [{ action: 'FailJob' }] },
        successPolicy: { rules: [] },
        volumeClaimTemplates: [{ metadata: { name: 'c' } }],
        accessModes: ['ReadOnlyMany'],
        allowedTopologies: [],
      },
      {
        podFailurePolicy: { rules: [{ action: 'FailJob' }] },
        successPolicy: { rules: [] },
        volumeClaimTemplates: [{ metadata: { name: 'c' } }],
        accessModes: ['ReadOnlyMany'],
        allowedTopologies: [],
      },
    ],
    [
      'merges the selector of a Service',
      { kind: 'Service', spec: { selector: { app: 'a', tier: 'b' } } },
      { spec: { selector: { app: 'c' } } },
      { kind: 'Service', spec: { selector: { app: 'c', tier: 'b' } } },
    ],
    [
      'replaces the selector of a PodDisruptionBudget',
      { kind: 'PodDisruptionBudget', spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } } },
      { spec: { selector: { matchLabels: { tier: 'b', app: null } } } },
      { kind: 'PodDisruptionBudget', spec: { minAvailable: 1, selector: { matchLabels: { tier: 'b' } } } },
    ],
    ['replaces what changes its type', { a: [1], b: {} }, { a: { x: 1 }, b: [2] }, { a: { x: 1 }, b: [2] }],
  ])('%s', (_, original, patch, expected) => {
    const before = JSON.stringify(original);
    expect(strategicMergePatch(original, patch)).toEqual(expected);
    expect(JSON.stringify(original)).toBe(before);
  });

  it('refuses what it cannot merge', () => {
    expect(() => strategicMergePatch(pod, { containers: [{ image: 'x' }] })).toThrow(
      'containers: {"image":"x"} does not contain declared merge key: name',
    );
    expect(() => strategicMergePatch(pod, { $patch: 'x' })).toThrow('unknown $patch: "x"');
  });

  it('is RFC 7386 where no list or directive is special', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (original, patch) => {
        fc.pre(!/\[.*null|\$/.test(JSON.stringify(patch)));
        expect(deepEqualJson(strategicMergePatch(original, patch), jsonMergePatch(original, patch))).toBe(true);
      }),
    );
  });
});

describe("apply's three-way merge", () => {
  it.each<[string, JsonObject, JsonObject, JsonObject, JsonObject]>([
    ['removes what is no longer named', { a: 1, b: 2 }, { a: 1, b: 2, c: 3 }, { a: 1 }, { a: 1, c: 3 }],
    ['keeps what others set', { a: 1 }, { a: 1, replicas: 9 }, { a: 2 }, { a: 2, replicas: 9 }],
    ['overrides drift', { a: 1 }, { a: 5 }, { a: 1 }, { a: 1 }],
    ['removes by null', {}, { a: 1 }, { a: null }, {}],
    [
      'removes one container and keeps an injected one in its place',
      { containers: [{ name: 'a', x: 1 }, { name: 'b' }] },
      { containers: [{ name: 'a', x: 1, y: 2 }, { name: 'mesh' }, { name: 'b' }] },
      { containers: [{ name: 'a' }, { name: 'c' }] },
      { containers: [{ name: 'a', y: 2 }, { name: 'mesh' }, { name: 'c' }] },
    ],
    [
      'drops rollingUpdate when the strategy becomes Recreate',
      {},
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } },
      { strategy: { type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'keeps defaults inside a strategy that stays',
      {},
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } } },
      { strategy: { rollingUpdate: { maxSurge: 1 }, type: 'RollingUpdate' } },
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } } },
    ],
    [
      'changes the source of a volume',
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', emptyDir: {} }] },
      { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
      { volumes: [{ name: 'v', configMap: { name: 'c' } }] },
    ],
    [
      'merges lists of primitives',
      { finalizers: ['a'] },
      { finalizers: ['a', 'live'] },
      { finalizers: ['b'] },
      { finalizers: ['live', 'b'] },
    ],
    [
      'replaces the selector of a PodDisruptionBudget',
      { kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'a' } } } },
      { kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'a', live: 'x' } } } },
      { kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'b' } } } },
      { kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'b' } } } },
    ],
    ['replaces atomic lists', { args: ['a'] }, { args: ['a', 'live'] }, { args: ['b'] }, { args: ['b'] }],
  ])('%s', (_, last, live, next, expected) => {
    expect(threeWayMerge(last, live, next)).toEqual(expected);
  });

  it('applied to nothing is the object, and applied again changes nothing', () => {
    fc.assert(
      fc.property(anyObject, anyObject, (live, next) => {
        fc.pre(!hasNull(next));
        expect(deepEqualJson(threeWayMerge({}, {}, next), next)).toBe(true);
        const once = threeWayMerge({}, live, next);
        expect(deepEqualJson(threeWayMerge(next, once, next), once)).toBe(true);
      }),
    );
  });

  it('applied back to nothing leaves what others set', () => {
    fc.assert(
      fc.property(anyObject, (next) => {
        expect(threeWayMerge(next, { ...next, other: 1 }, {})).toEqual({ other: 1 });
      }),
    );
  });
});

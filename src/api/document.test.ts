import { describe, expect, it } from 'vitest';
import { objectOf, readDocuments } from './document.ts';
import { InputError } from './errors.ts';

function failure(text: string): string {
  try {
    readDocuments(text, 'f.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'read without error';
}

function values(text: string): unknown[] {
  return readDocuments(text, 'f.yaml').map((document) => document.value);
}

describe('reading documents', () => {
  it('reads a stream and skips empty documents', () => {
    expect(values('a: 1\n---\n# nothing\n---\nb: 2\n---\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it('reads JSON, small and big', () => {
    expect(values('{"a":[1,"\\u0041"]}')).toEqual([{ a: [1, 'A'] }]);
    const big = JSON.stringify({ kind: 'List', items: [{ text: 'x'.repeat(300_000) }, { a: 1 }] });
    expect(values(big)[1]).toEqual({ a: 1 });
    expect(readDocuments(big, 'f.json')[1]!.placeOf(['a'])).toEqual({ file: 'f.json', path: 'items[1].a' });
    expect(failure(`${big.slice(0, -2)},`)).toBe(`f.yaml:1:${big.length}: JSON ends too early`);
    expect(failure(`${big.slice(0, -11)}\n x}`)).toMatch(/^f\.yaml:2:2: is not JSON here$/);
  });

  it('reads scalars as kubectl does', () => {
    expect(
      values('a: yes\nb: off\nc: 0644\nd: 2024-01-01\ne: "yes"\nf: 1e3\nbase: &b {x: 1}\ng: {<<: *b, y: 2}'),
    ).toEqual([{ a: true, b: false, c: 420, d: '2024-01-01', e: 'yes', f: 1000, base: { x: 1 }, g: { x: 1, y: 2 } }]);
  });

  it('reads any key as an ordinary one', () => {
    const [value] = values('__proto__: {a: 1}\nconstructor: 2\n3: x');
    expect(JSON.stringify(value)).toBe('{"3":"x","__proto__":{"a":1},"constructor":2}');
    expect((value as { a?: number }).a).toBeUndefined();
  });

  it('knows where fields stand', () => {
    const text = 'kind: Deployment\nspec:\n  replicas: many\n  list:\n    - a: 1\n    - b: &x {c: 2}\n  again: *x\n';
    const [document] = readDocuments(text, 'f.yaml');
    const at = (...path: (string | number)[]) => {
      const { line, column } = document!.placeOf(path);
      return `${line}:${column}`;
    };
    expect(at('spec', 'replicas')).toBe('3:13');
    expect(at('spec')).toBe('2:1');
    expect(at('spec', 'list', 1, 'b', 'c')).toBe('6:17');
    expect(at('spec', 'again', 'c')).toBe('6:17');
    expect(at('spec', 'missing', 'deeper')).toBe('2:1');
    expect(at('spec', 'list', 7)).toBe('4:3');
    expect(at()).toBe('1:1');
    expect(document!.placeOf(['spec', 'replicas'], 'key')).toEqual({
      file: 'f.yaml',
      line: 3,
      column: 3,
      path: 'spec.replicas',
    });
  });

  it('replaces a List by its items and keeps their places', () => {
    const documents = readDocuments(
      'kind: PodList\nitems:\n- {kind: Pod}\n- kind: List\n  items:\n  - a: 1\n',
      'f.yaml',
    );
    expect(documents.map((document) => document.value)).toEqual([{ kind: 'Pod' }, { a: 1 }]);
    expect(documents[1]!.placeOf(['a'])).toEqual({ file: 'f.yaml', line: 6, column: 8, path: 'items[1].items[0].a' });
    expect(values('kind: List\n')).toEqual([{ kind: 'List' }]);
  });

  it('wants objects', () => {
    const [list, text, object] = readDocuments('[1]\n---\nhello\n---\na: 1\n', 'f.yaml');
    expect(() => objectOf(list!)).toThrow('expected a mapping with apiVersion and kind, got a list');
    expect(() => objectOf(text!)).toThrow('expected a mapping with apiVersion and kind, got "hello"');
    expect(objectOf(object!)).toEqual({ a: 1 });
  });

  it.each([
    ['', 'f.yaml: is empty: expected Kubernetes manifests or a Scenario'],
    ['# only\n---\n', 'f.yaml: is empty: expected Kubernetes manifests or a Scenario'],
    ['a\0b', 'f.yaml: is not text (binary data)'],
    ['a: \uFFFD', 'f.yaml: is not text (binary data) (text must be UTF-8)'],
    ['a: 1\nb: 2\na: 3', 'f.yaml:3:1: Map keys must be unique'],
    ['{"a":1,"a":2}', 'f.yaml:1:8: Map keys must be unique'],
    ['a: b: c', 'f.yaml:1:4: Nested mappings are not allowed in compact mappings'],
    ['a: "x', 'f.yaml:1:6: Missing closing "quote'],
    ['\ta: 1', 'f.yaml:1:1: Tabs are not allowed as indentation'],
    ['a: *b', 'f.yaml: Unresolved alias (the anchor must be set before the alias): b'],
    [
      'a: {{ .Values.x }}',
      'f.yaml:1:5: a mapping cannot be a key (is this a Helm template? render it first: helm template CHART)',
    ],
    ['? [a]\n: 1', 'f.yaml:1:3: this cannot be a key'],
    ['a: .inf', 'f.yaml: a: Infinity is not a number that Kubernetes accepts'],
    ['a: [1e999]', 'f.yaml: a[0]: Infinity is not a number that Kubernetes accepts'],
    ['a: !!binary aGVsbG8=', 'f.yaml: a: has a YAML tag that Kubernetes does not read'],
    ['&a [*a]', 'f.yaml: is nested deeper than 100 levels'],
    [`${'['.repeat(102)}${']'.repeat(102)}`, 'f.yaml: is nested deeper than 100 levels'],
    ['['.repeat(100_000), 'f.yaml: is nested deeper than 100 levels'],
    [`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 'f.yaml: is nested deeper than 100 levels'],
    [`${'- '.repeat(5000)}`, 'f.yaml: is nested deeper than 100 levels'],
  ])('refuses %.40j', (text, message) => {
    expect(failure(text)).toBe(message);
  });

  it('refuses alias bombs', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const lines = names.map((name, index) => {
      const item = index === 0 ? 'x' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(9).fill(item).join(', ')}]`;
    });
    expect(failure(lines.join('\n'))).toBe('f.yaml: uses more than 100 aliases');
  });

  it('refuses more than 64 MiB of YAML', () => {
    expect(failure(`a: ${' '.repeat(64 * 1024 * 1024)}`)).toBe(
      'f.yaml: is too large: 65 MiB, at most 64 MiB of YAML or 256 MiB of JSON are read',
    );
  });

  it('reads a nesting of 100', () => {
    expect(values(`${'['.repeat(100)}1${']'.repeat(100)}`)).toHaveLength(1);
  });
});

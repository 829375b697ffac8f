import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { numRuns } from '../testing/fastCheck.ts';
import { readDocuments } from './document.ts';
import { InputError } from './errors.ts';
import { readFastYaml } from './fastYaml.ts';
import { anyDocuments, anyMutated, anyNonsense, workloadTexts } from './testing/yamlTexts.ts';
import type { JsonValue } from './types.ts';
import { readYamlStream, type YamlDocument } from './yamlStream.ts';

/** So short that nearly every document is a batch of its own. */
const SHORT_BATCH = 40;

function fastValues(text: string, batchLength?: number): JsonValue[] | undefined {
  return readFastYaml(text, batchLength)?.map(({ value }) => value);
}

function slowDocuments(text: string): YamlDocument[] | string {
  try {
    return readYamlStream(text, 'f.yaml');
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
}

function expectSame(text: string): void {
  for (const fast of [fastValues(text), fastValues(text, SHORT_BATCH)]) {
    if (fast === undefined) continue;
    const slow = slowDocuments(text);
    expect(typeof slow === 'string' ? slow : slow.map(({ value }) => value)).toStrictEqual(fast);
  }
}

/** Every place in a value, and two that are not there. */
function pathsIn(value: JsonValue): (string | number)[][] {
  const paths: (string | number)[][] = [[], ['nowhere'], ['spec', 'nowhere', 3]];
  const walk = (inner: JsonValue, path: (string | number)[]): void => {
    if (inner === null || typeof inner !== 'object') return;
    for (const [key, child] of Object.entries(inner)) {
      const step = Array.isArray(inner) ? Number(key) : key;
      paths.push([...path, step]);
      walk(child as JsonValue, [...path, step]);
    }
  };
  walk(value, []);
  return paths;
}

function expectSamePlaces(text: string): void {
  const slow = slowDocuments(text);
  if (typeof slow === 'string' || slow.length === 0) return;
  const documents = readDocuments(text, 'f.yaml');
  if (documents.length !== slow.length) return;
  for (const [index, document] of documents.entries()) {
    for (const path of pathsIn(document.value)) {
      for (const part of ['key', 'value'] as const) {
        expect(document.placeOf(path, part)).toEqual(slow[index]!.placeOf(path, part));
      }
    }
  }
}

describe('the fast reader reads what the other one reads, or nothing', () => {
  const texts = workloadTexts();

  test.prop([anyMutated(texts)], { numRuns: numRuns(400) })(
    'for files in which something has been changed',
    expectSame,
  );

  test.prop([anyNonsense], { numRuns: numRuns(1500) })('for texts of any pieces', expectSame);

  test.prop([anyDocuments], { numRuns: numRuns(200) })('for documents of any values', ({ values, text }) => {
    expect(fastValues(text)).toEqual(values);
    expectSame(text);
  });

  test.prop([anyMutated(texts)], { numRuns: numRuns(60) })('and knows the same places', expectSamePlaces);

  it('for all ready scenarios, and nearly all of them it does read', () => {
    for (const text of texts) expectSame(text);
    const read = texts.filter((text) => readFastYaml(text) !== undefined);
    expect(read.length).toBeGreaterThan(0.9 * texts.length);
  });
});

describe('the fast reader', () => {
  it('knows where each document begins and ends', () => {
    const text = '# first\na: 1\n--- # second\n\n---\n- x: |\n    ---\n    y\n--- {b: 2}\n';
    const found = readFastYaml(text)!.map(({ value, start, end }) => [value, text.slice(start, end)]);
    expect(found).toEqual([
      [{ a: 1 }, '# first\na: 1\n'],
      [[{ x: '---\ny\n' }], '---\n- x: |\n    ---\n    y\n'],
      [{ b: 2 }, '--- {b: 2}\n'],
    ]);
    expect(readFastYaml('# nothing\n---\n')).toEqual([]);
  });

  it('takes only what YAML calls blank for the end of a marker', () => {
    const text = 'a\n---\u00a0';
    expect(fastValues(text, 1)).toEqual(['a ---\u00a0']);
    expectSame(text);
  });

  it('reads scalars as kubectl does', () => {
    const text = 'a: yes\nb: off\nc: 0644\nd: 2024-01-01\ne: "yes"\nf: 1e3\ng: ~\nh:\ni: 12345678901234567890\nj: <<';
    const values = { a: true, b: false, c: 420, d: '2024-01-01', e: 'yes', f: 1000, g: null, h: null };
    expect(fastValues(text)).toEqual([{ ...values, i: 12345678901234567000, j: '<<' }]);
  });

  it.each([
    ['an anchor', 'a: &x 1\nb: *x'],
    ['a merge key', 'a: {<<: {b: 1}}'],
    ['a tag', 'a: !!binary aGVsbG8='],
    ['a duplicate key', 'a: 1\nb: 2\na: 3'],
    ['a key inherited by every object that stands there twice', '__proto__: 1\n__proto__: 2'],
    ['a key that is no string', '80: http'],
    ['a directive', '%YAML 1.1\n---\na: 1'],
    ['a document that ends with dots', 'a: 1\n...\nb: 2'],
    ['an infinite number', 'a: .inf'],
    ['indentation by tabs', '\ta: 1'],
    ['a number of columns', 'a: |2\n    b'],
    ['too deep a nesting', `${'['.repeat(102)}${']'.repeat(102)}`],
    ['a syntax error', 'a: b: c'],
    ['a marker inside of quotes', 'a: "b\n---\nc"'],
  ])('leaves %s to the other one', (_, text) => {
    expect(readFastYaml(text)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { readDocuments } from './document.ts';
import { InputError } from './errors.ts';
import { splitJsonStream } from './jsonStream.ts';

function failure(text: string): string {
  try {
    readDocuments(text, 'f.json');
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  return 'read without error';
}

describe('JSON values one behind the other', () => {
  it('are found, whatever their strings hold', () => {
    const values = [{ a: '}{ "\\' }, [1, { b: ']' }], {}];
    const text = `\n ${values.map((value) => JSON.stringify(value, null, 2)).join('\n')} \n`;
    expect(splitJsonStream(text)!.map(({ start, end }) => JSON.parse(text.slice(start, end)))).toEqual(values);
  });

  it.each(['a: 1', '{"a": 1', '{} x', 'x {}', '{"a', '{}}', '"a"', ''])('are not what %j is', (text) => {
    expect(splitJsonStream(text)).toBeUndefined();
  });

  it('are documents that know their lines', () => {
    const [first, second] = readDocuments('{"a": 1}\n{\n  "b": 2\n}\n', 'f.json');
    expect([first!.value, second!.value]).toEqual([{ a: 1 }, { b: 2 }]);
    expect(first!.placeOf(['a'])).toMatchObject({ line: 1 });
    expect(second!.placeOf(['b'])).toMatchObject({ line: 3, column: 8 });
  });

  it('are refused where one is broken, with its line', () => {
    expect(failure('{"a": 1}\n{"b": 2,,}\n')).toMatch(/^f\.json:2:\d+: /);
    expect(failure('{"a": 1}\n{b: 2}\n')).toBe('f.json:2:1: is not JSON');
  });
});

describe('a typed list', () => {
  it('says what its items are that do not say so', () => {
    const list = { kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'a' } }, { kind: 'Node' }] };
    const values = readDocuments(JSON.stringify(list), 'f.json').map(({ value }) => value);
    expect(values).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, { kind: 'Node' }]);
  });
});

import { describe, expect, test } from 'vitest';
import { allFiles, productFiles } from './sources.ts';

const MOST_LINES = 450;

/** The file of each folder that says what lives there, where that is not `index.ts`. */
const ENTRY: Readonly<Record<string, string>> = {
  report: 'report/formats.ts',
  cli: 'cli/main.ts',
};

function header(path: string): string {
  const text = productFiles.find((file) => file.path === path)?.text ?? '';
  return /^(?:#![^\n]*\n)?\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '';
}

describe('a source file', () => {
  test(`has at most ${MOST_LINES} lines`, () => {
    const long = allFiles.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }));
    expect(long.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });

  test('leaves nothing to be done later', () => {
    const others = allFiles.filter(({ path }) => path !== 'testing/house/style.test.ts');
    const unfinished = others.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text));
    expect(unfinished.map(({ path }) => path)).toEqual([]);
  });

  test('has a name in camel case', () => {
    const names = allFiles
      .map(({ path }) => path)
      .filter((path) => !/^([a-zA-Z0-9]+\/)*[a-z][a-zA-Z0-9]*(\.test|\.contract)?\.ts$/.test(path));
    expect(names).toEqual([]);
  });
});

test('every folder says in a few sentences what lives there', () => {
  const folders = [...new Set(productFiles.map(({ layer }) => layer))].sort();
  const silent = folders.filter((folder) => header(ENTRY[folder] ?? `${folder}/index.ts`).length < 80);
  expect(silent).toEqual([]);
});

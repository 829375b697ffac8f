import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { readInput } from './input.ts';

const POD = 'apiVersion: v1\nkind: Pod\n';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollsim-input-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function scenario(...resources: string[]): string {
  return `apiVersion: rollsim/v1alpha1\nkind: Scenario\nresources:\n${resources.map((path) => `- ${path === '-' ? '"-"' : path}\n`).join('')}`;
}

/** Reads paths below the temporary folder; names come back relative to it. */
function read(paths: string[], stdin: () => string = () => POD): string[] {
  const input = readInput(
    paths.map((path) => (path === '-' ? path : join(folder, path))),
    stdin,
  );
  return input.files.map(({ file }) => relative(file));
}

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return relative(error.format());
    throw error;
  }
  throw new Error('was accepted');
}

function relative(text: string): string {
  return text.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
}

describe('files and folders', () => {
  it('keeps the order of the command line and the text', () => {
    write({ 'b.yaml': POD, 'a.yaml': `${POD}# a` });
    expect(read(['b.yaml', 'a.yaml'])).toEqual(['b.yaml', 'a.yaml']);
    expect(readInput([join(folder, 'a.yaml')], () => '').files[0]!.text).toBe(`${POD}# a`);
  });

  it('names files as the user did', () => {
    write({ 'a.yaml': POD });
    const path = `${folder}/./a.yaml`;
    expect(readInput([path], () => '').files[0]!.file).toBe(path);
  });

  it('reads manifests in folders, sorted by name, nothing hidden', () => {
    write({
      'k/b.yaml': POD,
      'k/B.yml': POD,
      'k/c/x.json': '{}',
      'k/a.YAML': POD,
      'k/README.md': '',
      'k/.git/config.yaml': POD,
      'k/.hidden.yaml': POD,
    });
    expect(read(['k'])).toEqual(['k/B.yml', 'k/a.YAML', 'k/b.yaml', 'k/c/x.json']);
  });

  it('reads each file once, whatever its names', () => {
    write({ 'k/a.yaml': POD });
    symlinkSync(join(folder, 'k/a.yaml'), join(folder, 'k/b.yaml'));
    symlinkSync(join(folder, 'k'), join(folder, 'k/loop'));
    symlinkSync(join(folder, 'gone'), join(folder, 'k/dangling.yaml'));
    expect(read(['k/a.yaml', 'k', 'k/../k/a.yaml'])).toEqual(['k/a.yaml']);
  });

  it('reads standard input once', () => {
    let calls = 0;
    const stdin = () => {
      calls++;
      return POD;
    };
    expect(readInput(['-', '-'], stdin)).toEqual({ files: [{ file: '<stdin>', text: POD }] });
    expect(calls).toBe(1);
  });

  it.each([
    [['gone.yaml'], 'gone.yaml: no such file or folder'],
    [['a.yaml/b'], 'a.yaml/b: no such file or folder'],
    [['empty'], 'empty: no manifests in this folder (*.yaml, *.yml, *.json)'],
  ])('refuses %j', (paths, message) => {
    write({ 'a.yaml': POD, 'empty/README.md': '' });
    expect(errorOf(() => read(paths))).toBe(message);
  });

  it('refuses the network and nothing at all', () => {
    expect(errorOf(() => readInput(['https://example.com/a.yaml'], () => ''))).toBe(
      'https://example.com/a.yaml: https://example.com/a.yaml is not read from the network (download it first)',
    );
    expect(errorOf(() => readInput([], () => ''))).toBe('no input (name files, folders, or - for standard input)');
  });
});

describe('resources', () => {
  it('are read after the Scenario, relative to its file', () => {
    write({ 's/s.yaml': scenario('../k', 'a.yaml', '-'), 's/a.yaml': POD, 'k/x.yaml': POD, 'z.yaml': POD });
    expect(read(['s/s.yaml', 'z.yaml'])).toEqual(['s/s.yaml', 'k/x.yaml', 's/a.yaml', '<stdin>', 'z.yaml']);
  });

  it('may be absolute', () => {
    write({ 'a.yaml': POD });
    write({ 's/s.yaml': scenario(join(folder, 'a.yaml')) });
    expect(read(['s/s.yaml'])).toEqual(['s/s.yaml', 'a.yaml']);
  });

  it('may be the folder of the Scenario itself, or a file that was named already', () => {
    write({ 's/s.yaml': scenario('.', 'a.yaml'), 's/a.yaml': POD });
    expect(read(['s/a.yaml', 's/s.yaml'])).toEqual(['s/a.yaml', 's/s.yaml']);
  });

  it.each([
    [{ 's.yaml': scenario('s.yaml') }, 's.yaml:4:3: resources[0]: resources lead in a circle: s.yaml -> s.yaml'],
    [
      { 's.yaml': scenario('k/t.yaml'), 'k/t.yaml': scenario('../s.yaml') },
      'k/t.yaml:4:3: resources[0]: resources lead in a circle: s.yaml -> k/t.yaml -> s.yaml',
    ],
    [{ 's.yaml': scenario('gone.yaml') }, 's.yaml:4:3: resources[0]: gone.yaml: no such file or folder'],
    [{ 's.yaml': scenario('k'), 'k/README.md': '' }, 's.yaml:4:3: resources[0]: no manifests in this folder'],
    [
      { 's.yaml': scenario('https://x.org/y') },
      's.yaml:4:3: resources[0]: https://x.org/y is not read from the network',
    ],
    [{ 's.yaml': `${scenario('a')}  b: {{ .Values.x }}` }, 's.yaml:'],
  ])('refuse %j', (files, message) => {
    write(files);
    expect(errorOf(() => read(['s.yaml']))).toContain(message);
  });
});

import { describe, expect, test } from 'vitest';
import { allFiles, importsOf, productFiles } from './sources.ts';

/**
 * What each folder may import, from the bottom up: a folder only ever names ones that stand above it in this table, so
 * that there are no cycles. Two places differ from a plain stack:
 * - report stands on runner: a report is made of what a run or a sweep yields, and the runner knows nothing of it;
 * - scenario knows the kubelet's rules, the controllers' options and the scheduler's configuration: those are what a
 *   scenario is read into.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  api: [],
  cluster: ['kernel', 'api'],
  controllers: ['kernel', 'api', 'cluster'],
  scheduler: ['kernel', 'api', 'cluster'],
  kubelet: ['kernel', 'api', 'cluster'],
  metrics: ['kernel', 'api', 'cluster'],
  scenario: ['kernel', 'api', 'cluster', 'controllers', 'scheduler', 'kubelet'],
  runner: ['kernel', 'api', 'cluster', 'controllers', 'scheduler', 'kubelet', 'metrics', 'scenario'],
  report: ['metrics', 'scenario', 'runner'],
  cli: ['kernel', 'api', 'metrics', 'scenario', 'runner', 'report'],
};

/** Packages, and the folder that each belongs to: behind one door they can be exchanged. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'd3-random': ['kernel'],
  'pure-rand': ['kernel'],
  croner: ['api'],
  yaml: ['api', 'scenario', 'report'],
  'js-yaml': ['api'],
  zod: ['scenario', 'runner'],
  piscina: ['runner'],
  'csv-stringify': ['report'],
  commander: ['cli'],
};

/** Files below `cli` that touch the machine, and what for. */
const BUILTINS: Readonly<Record<string, { readonly modules: readonly string[]; readonly reason: string }>> = {
  'scenario/input.ts': { modules: ['node:fs', 'node:path'], reason: 'reads the files of a scenario' },
  'runner/provenance.ts': { modules: ['node:crypto', 'node:fs'], reason: 'version of the tool, hash of the input' },
  'runner/decide/reference.ts': { modules: ['node:util'], reason: 'compares built scenarios in all their fields' },
};

const imports = productFiles.flatMap(importsOf);

describe('layers', () => {
  test('the table names only folders above, and every folder is in it', () => {
    const names = Object.keys(LAYERS);
    for (const [index, name] of names.entries()) {
      for (const below of LAYERS[name]!) expect(names.slice(0, index)).toContain(below);
    }
    const folders = new Set(productFiles.map(({ layer }) => layer));
    expect([...folders].sort()).toEqual([...names].sort());
  });

  test('nothing is imported that the table does not allow', () => {
    const wrong = imports
      .filter(({ from, layer }) => layer !== '' && layer !== from.layer && !LAYERS[from.layer]!.includes(layer))
      .map(({ from, target }) => `${from.path} imports ${target}`);
    expect(wrong).toEqual([]);
  });

  test('the table allows nothing that nobody imports', () => {
    const used = new Set(imports.map(({ from, layer }) => `${from.layer} ${layer}`));
    const unused = Object.entries(LAYERS).flatMap(([name, below]) =>
      below.filter((layer) => !used.has(`${name} ${layer}`)).map((layer) => `${name} ${layer}`),
    );
    expect(unused).toEqual([]);
  });

  test('nothing that is shipped imports what only tests use', () => {
    const product = new Set(productFiles.map(({ path }) => path));
    const wrong = imports.filter(({ target, layer }) => layer !== '' && !product.has(target));
    expect(wrong.map(({ from, target }) => `${from.path} imports ${target}`)).toEqual([]);
  });
});

describe('packages', () => {
  test('are used by the folder that they belong to', () => {
    const wrong = imports.filter(({ from, target, layer }) => {
      if (layer !== '' || target.startsWith('node:') || target.startsWith('kubernetes-types/')) return false;
      return !PACKAGES[target.split('/')[0]!]?.includes(from.layer);
    });
    expect(wrong.map(({ from, target }) => `${from.path} imports ${target}`)).toEqual([]);
  });

  test('kubernetes-types are types alone: they are no dependency of the built tool', () => {
    for (const { path, code } of productFiles) {
      for (const statement of code.match(/import [^;]*'kubernetes-types\/[^;]*;/g) ?? []) {
        expect(statement, path).toMatch(/^import type /);
      }
    }
  });

  test('of Node are used below the command line only where it says why', () => {
    const used = imports.filter(({ from, target }) => target.startsWith('node:') && from.layer !== 'cli');
    const wrong = used.filter(({ from, target }) => !BUILTINS[from.path]?.modules.includes(target));
    expect(wrong.map(({ from, target }) => `${from.path} imports ${target}`)).toEqual([]);
    expect(Object.keys(BUILTINS).sort()).toEqual([...new Set(used.map(({ from }) => from.path))].sort());
  });
});

test('imports name the file, with its ending', () => {
  const paths = new Set(allFiles.map(({ path }) => path));
  const wrong = allFiles
    .flatMap(importsOf)
    .filter(({ target, layer }) => layer !== '' && layer !== '..' && !paths.has(target));
  expect(wrong.map(({ from, target }) => `${from.path} imports ${target}`)).toEqual([]);
});

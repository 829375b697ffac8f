import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { readyScenarioPath, readyScenarios } from './readyScenarios.ts';
import { Playground } from './testing/command.ts';

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
  playground.write('shop.yaml', `# A shop.\n${SCENARIO}`);
  playground.write('surge/wide.yaml', `## Surge.\n${SCENARIO}`);
  playground.write('surge/manifest.yaml', 'kind: Deployment\n');
  playground.write('conformance/case.yaml', SCENARIO);
});

afterAll(() => playground.remove());

it('finds scenarios by topic, without manifests and recordings', () => {
  const found = readyScenarios(playground.folder);
  expect(found.map(({ name, description }) => [name, description])).toEqual([
    ['shop', 'A shop.'],
    ['surge/wide', 'Surge.'],
  ]);
});

it('has none without the folder', () => expect(readyScenarios(playground.path('nowhere'))).toEqual([]));

it('finds one by its name', () => {
  expect(readyScenarioPath('surge/wide', playground.folder)).toMatch(/surge\/wide\.yaml$/);
  expect(readyScenarioPath('nowhere', playground.folder)).toBeUndefined();
  expect(readyScenarioPath('../shop', playground.folder)).toBeUndefined();
});

it('prefers a folder or file of that name', () => {
  playground.write('src.yaml', SCENARIO);
  expect(readyScenarioPath('src', playground.folder)).toBeUndefined();
});

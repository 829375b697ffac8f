import { afterEach, expect, it } from 'vitest';
import { scenarioFiles } from './scenarioFiles.ts';
import { Playground } from './testing/command.ts';

const HEAD = 'apiVersion: rollsim/v1alpha1\nkind: Scenario\n';
const playgrounds: Playground[] = [];

afterEach(() => {
  for (const playground of playgrounds.splice(0)) playground.remove();
});

it('a file that only says how pods behave is no scenario of its own', () => {
  const playground = new Playground();
  playgrounds.push(playground);
  playground.write('all/a.yaml', `# what it shows\n${HEAD}seed: 1\n`);
  playground.write('all/behavior.yaml', `${HEAD}behavior:\n  - match: {image: "web:*"}\n`);
  playground.write('all/pod.yaml', 'apiVersion: v1\nkind: Pod\n');
  const found = scenarioFiles([playground.path('all')]);
  expect(found.map(({ path, description }) => [path.split('/').at(-1), description])).toEqual([
    ['a.yaml', 'what it shows'],
  ]);
});

import { expect, it } from 'vitest';
import { parseVary } from '../../scenario/index.ts';
import { SCENARIO } from '../testing/scenario.ts';
import { ownSettings } from './reference.ts';

function own(...varies: string[]) {
  return ownSettings({
    input: { files: [{ file: 's.yaml', text: SCENARIO }] },
    build: {},
    axes: varies.map(parseVary),
    seeds: [1],
  });
}

it("the reference is the scenario's own setting, written or default, however it is written", () => {
  expect(own('deployment/web:maxSurge=0,25%', 'nodes=1,3', 'behavior[0].start=1s,0.5s')).toEqual({
    'deployment/web:maxSurge': '25%',
    nodes: '3',
    'behavior[0].start': '0.5s',
  });
});

it('the reference is the first variant where the grid has not all of that', () => {
  expect(own('deployment/web:maxSurge=0,25%', 'nodes=4,5')).toEqual({ 'deployment/web:maxSurge': '0', nodes: '4' });
});

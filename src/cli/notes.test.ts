import { afterEach, expect, it, vi } from 'vitest';
import { makeRollout, makeSweep, makeVariant } from '../runner/testing/results.ts';
import { printNothingRollsOut, printScenarioNotes, printWarnings } from './notes.ts';

const written: string[] = [];
vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
afterEach(() => void written.splice(0));

const many = { assumptions: ['one node'], notSimulated: ['a', 'b', 'c', 'd', 'e', 'f'] };

it('prints a handful, and where the rest is', () => {
  printScenarioNotes(many, ['s.yaml'], {});
  expect(written).toHaveLength(6);
  expect(written[0]).toBe('assumed: one node\n');
  expect(written[5]).toBe('… and 2 more (rollsim validate s.yaml -v lists all)\n');
});

it('prints all when asked to, and nothing when asked not to', () => {
  printScenarioNotes(many, ['s.yaml'], { verbose: true });
  expect(written).toHaveLength(7);
  printScenarioNotes(many, ['s.yaml'], { quiet: true });
  expect(written).toHaveLength(7);
});

it('prints a warning of many runs once', () => {
  printWarnings([{ warnings: ['x'] }, { warnings: ['x', 'y'] }], {});
  expect(written).toEqual(['warning: x (2 of 2 runs)\n', 'warning: y (1 of 2 runs)\n']);
});

it('warns of a sweep in which nothing rolls out, and says how to change that', () => {
  const created = (...names: string[]) => names.map((workload) => makeRollout({ workload, cause: 'create' }));
  const sweepOf = (path: string, rollouts: ReturnType<typeof created>) =>
    makeSweep([makeVariant({ [path]: '1' }, [rollouts])]);
  printNothingRollsOut(sweepOf('deploy/b:maxSurge', created('deployment/a', 'deployment/b')), {});
  printNothingRollsOut(sweepOf('nodes', created('shop/deployment/a')), {});
  printNothingRollsOut(sweepOf('nodes', created('deployment/a', 'deployment/b')), {});
  const line = 'warning: nothing rolls out: only first rollouts were measured';
  expect(written).toEqual([
    `${line} (--restart deployment/b)\n`,
    `${line} (--restart shop/deployment/a)\n`,
    `${line} (--restart deployment/NAME)\n`,
  ]);
  printNothingRollsOut(sweepOf('nodes', [...created('deployment/a'), makeRollout()]), {});
  printNothingRollsOut(sweepOf('nodes', created('deployment/a')), { quiet: true });
  expect(written).toHaveLength(3);
});

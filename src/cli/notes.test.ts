import { afterEach, expect, it, vi } from 'vitest';
import { printScenarioNotes, printWarnings } from './notes.ts';

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

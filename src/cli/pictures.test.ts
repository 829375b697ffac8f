import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './testing/command.ts';

let playground: Playground;

beforeAll(() => {
  playground = new Playground();
});

afterAll(() => playground.remove());

describe('--export-svg', () => {
  it('draws the picture of the documentation', () => {
    const { stdout, stderr, status } = playground.run(['run', 'shop', '--export-svg', 'rollout.svg']);
    const wanted = readFileSync(new URL('../../docs/images/rollout.svg', import.meta.url), 'utf8');
    const isAlike = readFileSync(playground.path('rollout.svg'), 'utf8') === wanted;
    expect(isAlike, 'docs/images/rollout.svg: rollsim run shop --export-svg docs/images/rollout.svg').toBe(true);
    expect(stdout).toContain('deployment/frontend');
    expect(stderr).toContain('wrote rollout.svg');
    expect(status).toBe(0);
  });

  it.each([
    ['--export-svg .: is a folder', 'shop', '--export-svg', '.'],
    ['--export-svg: plays a scenario in one way', 'shop', '--export-svg', 'a.svg', '--compare-versions', '1.33'],
    ['--export-svg: needs a single scenario', 'incidents', '--export-svg', 'a.svg'],
  ])('refuses: %s', (message, ...args) => {
    const { stderr, status } = playground.run(['run', ...args]);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { KubectlResult, StepResult } from '../metrics/result.ts';
import { makeRun } from '../runner/testing/results.ts';
import { SCENARIO } from '../runner/testing/scenario.ts';
import { buildScenario } from '../scenario/index.ts';
import { failuresOf, givenSteps, printFailedSteps, printIdleSteps, printStepOutput } from './stepNotes.ts';

const written: string[] = [];
vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
  written.push(String(text));
  return true;
});
afterEach(() => void written.splice(0));

const options = { kubectl: ['kubectl get pods'], restart: ['deployment/web'] };
const given = givenSteps(buildScenario({ files: [{ file: 's.yaml', text: SCENARIO }] }, options));

function step(kubectl: string, result: Partial<StepResult> = {}): KubectlResult {
  return { beganSeconds: 61.25, endedSeconds: 62, out: '', error: '', ...result, kubectl };
}

describe('a failed step', () => {
  const restart = step('rollout restart deployment/web', { error: 'no\nway' });
  const own = step('set image deployment/web nope=web:v2', { error: 'no such container' });

  it('of the command line is an error, even with -q', () => {
    expect(printFailedSteps([[restart]], given, { quiet: true })).toBe(true);
    expect(written).toEqual(['error: --restart deployment/web: no; way\n']);
  });

  it('of a file is a warning', () => {
    expect(printFailedSteps([[own]], given, {})).toBe(false);
    expect(printFailedSteps([[own]], given, { quiet: true })).toBe(false);
    expect(written).toEqual(['warning: kubectl set image deployment/web nope=web:v2: no such container\n']);
  });

  it('in some of the runs is a warning', () => {
    expect(printFailedSteps([[restart], [], [restart, restart]], given, {})).toBe(false);
    expect(written).toEqual(['warning: --restart deployment/web: no; way (2 of 3 runs)\n']);
  });

  it('may be one that the end of the run came before', () => {
    const run = { ...makeRun([]), steps: [step('get pods')], end: 'until' as const };
    const error = 'not done when the run ended, at 95.2 s (until)';
    expect(failuresOf(run, given)).toEqual([{ kubectl: 'rollout restart deployment/web', error }]);
    expect(failuresOf({ ...run, end: 'quiet' }, given)).toEqual([]);
  });
});

it('a step that changed nothing is noted', () => {
  const steps = [
    step('apply -f -', { out: 'deployment.apps/web unchanged' }),
    step('set image deployment/web app=web:v1'),
    step('label deploy web a=b', { out: 'deployment.apps/web not labeled' }),
    step('rollout undo deploy web', { out: 'deployment.apps/web skipped rollback (current template already matches)' }),
    step('patch deploy web -p {}', { out: 'deployment.apps/web patched (no change)' }),
    step('set env deploy web a=c', { out: 'deployment.apps/web env updated' }),
    step('apply -f -', { out: 'deployment.apps/a unchanged\ndeployment.apps/b configured' }),
    step('-n shop get pods'),
    step('set image deployment/web nope=web:v1', { error: 'no such container' }),
  ];
  printIdleSteps([{ steps }, { steps }], {});
  expect(written.map((line) => /^note: kubectl (\w+ ?\w*).* changed nothing\n$/.exec(line)?.[1])).toEqual([
    'apply ',
    'set image',
    'label deploy',
    'rollout undo',
    'patch deploy',
  ]);
});

it('what a question of the command line printed is shown, and all with -v', () => {
  const steps = [step('set image deployment/web app=web:v2', { out: 'updated' }), step('get pods', { out: 'NAME' })];
  printStepOutput([{ seed: 1, steps }], given, {});
  expect(written.splice(0)).toEqual(['61.3 s: kubectl get pods\n', 'NAME\n']);
  printStepOutput([{ seed: 1, steps }], given, { quiet: true });
  expect(written).toEqual([]);
  printStepOutput(
    [1, 2].map((seed) => ({ seed, steps })),
    given,
    { verbose: true },
  );
  expect(written).toHaveLength(8);
  expect(written[4]).toBe('seed 2, 61.3 s: kubectl set image deployment/web app=web:v2\n');
});

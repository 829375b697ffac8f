import { describe, expect, it } from 'vitest';
import { makeRollout, makeRun } from './testing/results.ts';
import { compileThresholds } from './thresholds.ts';

const place = { file: 's.yaml', line: 3, column: 5 };

function verdict(metric: string, expression: string, durations: (number | null)[]) {
  const runs = durations.map((durationSeconds, index) =>
    makeRun([makeRollout({ durationSeconds, outcome: durationSeconds === null ? 'stalled' : 'complete' })], index),
  );
  return compileThresholds([{ metric, expression, place }])[0]!.evaluate(runs);
}

const DURATION = 'rollout.durationSeconds';

describe('thresholds', () => {
  it.each([
    ['p(95)<120', true, 30],
    ['p(50)<=20', true, 20],
    ['max<30', false, 30],
    ['min>=10', true, 10],
    ['avg==20', true, 20],
    ['med!=20', false, 20],
    ['count>2', true, 3],
    ['<30', false, 30],
    ['>10', false, 10],
    ['>=10', true, 10],
  ])('%s over 10, 20, 30: %s', (expression, ok, actual) => {
    expect(verdict(DURATION, expression, [20, 10, 30])).toEqual({ metric: DURATION, expression, ok, actual });
  });

  it('counts a rollout that did not complete as longer than any limit', () => {
    expect(verdict(DURATION, 'max<1000', [10, null])).toMatchObject({ ok: false, actual: null });
    expect(verdict(DURATION, 'p(50)<1000', [10, null])).toMatchObject({ ok: true, actual: 10 });
  });

  it('leaves out a rollout that was replaced', () => {
    const runs = [makeRun([makeRollout({ outcome: 'superseded', durationSeconds: null }), makeRollout()])];
    const [threshold] = compileThresholds([{ metric: DURATION, expression: 'max<60', place }]);
    expect(threshold!.evaluate(runs).ok).toBe(true);
  });

  it('looks at updates, not at how the starting state came up', () => {
    const runs = [makeRun([makeRollout({ cause: 'create', availableMin: 0 }), makeRollout({ availableMin: 9 })])];
    const [threshold] = compileThresholds([{ metric: 'rollout.availableMin', expression: '>=9', place }]);
    expect(threshold!.evaluate(runs)).toMatchObject({ ok: true, actual: 9 });
  });

  it('is breached when there is nothing to measure', () => {
    expect(verdict(DURATION, 'max<60', [])).toMatchObject({ ok: false, actual: null });
  });

  it('reads percentiles over pods', () => {
    expect(verdict('rollout.pendingSeconds.p95', '<1', [10])).toMatchObject({ ok: true, actual: 0.004 });
  });

  it('refuses a metric that does not exist', () => {
    expect(() => compileThresholds([{ metric: 'rollout.durationSecond', expression: '<1', place }])).toThrow(
      expect.objectContaining({
        message: 'unknown metric "rollout.durationSecond"',
        hint: 'did you mean "rollout.durationSeconds"?',
        place,
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { makeRollout, makeRun } from './testing/results.ts';
import { compareLifted, rolloutKeys } from './whatIf.ts';

const unfinished = { outcome: 'unfinished', durationSeconds: null } as const;

function runs(...durations: (number | null)[]) {
  return durations.map((durationSeconds, seed) =>
    makeRun([makeRollout(durationSeconds === null ? unfinished : { durationSeconds })], seed + 1),
  );
}

describe('rollouts without a bound', () => {
  it('are told by what they save, in the mean over the seeds', () => {
    const [web] = compareLifted(runs(30, 50), [
      { bound: 'start', runs: runs(29, 49) },
      { bound: 'image-pull', runs: runs(10, 40) },
      { bound: 'capacity', runs: runs(34, 52) },
    ]);
    expect(web).toMatchObject({ workload: 'deployment/web', ordinal: 1, runs: 2, complete: 2, durationSeconds: 40 });
    expect(web!.bounds.map((row) => [row.without, row.durationSeconds, row.savedSeconds, row.savedShare])).toEqual([
      ['image-pull', 25, 15, 0.375],
      ['start', 39, 1, 0.025],
      ['capacity', 43, -3, -0.075],
    ]);
  });

  it('are compared only where both were completed, and what completes more comes first', () => {
    const [web] = compareLifted(runs(30, null), [
      { bound: 'start', runs: runs(20, null) },
      { bound: 'capacity', runs: runs(30, 90) },
      { bound: 'quota', runs: runs(null, null) },
    ]);
    expect(web!.bounds.map((row) => [row.without, row.complete, row.durationSeconds, row.savedSeconds])).toEqual([
      ['capacity', 2, 60, 0],
      ['start', 1, 20, 10],
      ['quota', 0, null, null],
    ]);
  });

  it('tell what became of availability, and what the critical path had of it', () => {
    const path = Object.fromEntries(['start', 'imagePull'].map((phase) => [phase, 7]));
    const before = makeRun([makeRollout({ availableMin: 8, criticalPathSeconds: path as never })]);
    const after = makeRun([makeRollout({ availableMin: 6 })]);
    const [web] = compareLifted([before], [{ bound: 'image-pull', runs: [after] }]);
    expect(web!.bounds[0]).toMatchObject({
      availableMin: 6,
      availableMinChange: -2,
      phase: 'imagePull',
      criticalPathSeconds: 7,
    });
  });

  it('need not take place at all', () => {
    const [web] = compareLifted(runs(30), [{ bound: 'quota', runs: [makeRun([])] }]);
    expect(web!.bounds[0]).toMatchObject({
      complete: 0,
      durationSeconds: null,
      savedSeconds: null,
      availableMin: null,
    });
  });
});

describe('the rollouts that runs are about', () => {
  it('are numbered by workload, first rollouts included', () => {
    const api = { workload: 'deployment/api' };
    const run = makeRun([
      makeRollout({ cause: 'create' }),
      makeRollout({ ...api, cause: 'create' }),
      makeRollout(),
      makeRollout(api),
      makeRollout(),
    ]);
    expect(rolloutKeys([run, run])).toEqual([
      { workload: 'deployment/web', ordinal: 2 },
      { workload: 'deployment/api', ordinal: 2 },
      { workload: 'deployment/web', ordinal: 3 },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { JobResult, ServiceResult } from '../metrics/result.ts';
import { type SweepVariant, summarizeRun, sweepRows } from '../runner/sweepResult.ts';
import { makeRollout, makeRun, makeSweep } from '../runner/testing/results.ts';
import { sweepFormats } from './formats.ts';
import { plainStyle } from './textTable.ts';

const options = { headers: true, style: plainStyle };

function makeJob(changes: Partial<JobResult>): JobResult {
  return {
    job: 'job/index',
    cronJob: '',
    outcome: 'complete',
    reason: 'CompletionsReached',
    startSeconds: 0.1,
    durationSeconds: 40,
    podsCreated: 8,
    succeeded: 8,
    failed: 0,
    activeMax: 2,
    ...changes,
  };
}

function makeService(changes: Partial<ServiceResult>): ServiceResult {
  return {
    service: 'service/web',
    readyMin: 3,
    unservedSeconds: 0,
    errorShareMax: 0,
    errorShareMean: 0,
    staleEndpointSeconds: 0,
    lostRequestSeconds: 0,
    lostRequests: null,
    servedPodSeconds: {},
    ...changes,
  };
}

/** A variant whose runs have these Jobs and Services, and no rollout. */
function makeVariant(parallelism: string, runs: readonly Partial<{ jobs: JobResult[]; services: ServiceResult[] }>[]) {
  const summaries = runs.map((run, index) => summarizeRun({ ...makeRun([], index + 1), ...run }));
  const settings = { 'job/index:parallelism': parallelism };
  return { settings, runs: summaries, rows: [], thresholds: [] } satisfies SweepVariant;
}

describe('a sweep with Jobs', () => {
  it('has a row for each, over all seeds, and no columns of rollouts that there are none of', () => {
    const failed = makeJob({ outcome: 'failed', durationSeconds: 90, podsCreated: 11, failed: 3 });
    const open = makeJob({ outcome: 'unfinished', durationSeconds: null });
    const variants = [
      makeVariant('2', [{ jobs: [makeJob({})] }, { jobs: [failed] }]),
      makeVariant('4', [{ jobs: [makeJob({ durationSeconds: 20, activeMax: 4 })] }, { jobs: [open] }]),
    ];
    expect(sweepFormats.table(makeSweep(variants, 2), options)).toMatchInlineSnapshot(`
      "PARALLELISM  JOB        OUTCOME                   DURATION    P95  PODS  FAILED  AT ONCE
                2  job/index  complete 1, failed 1         65.0s  90.0s    11       3        2
                4  job/index  complete 1, unfinished 1     20.0s  20.0s     8       0        4

      DURATION and AVAIL MEAN are medians of 2 seeds, P95 is of DURATION; the other figures are the worst seed's.
      shop: 2 variants, 2 seeds (1 to 2), Kubernetes 1.37; times are simulated.
      "
    `);
  });

  it('leaves out what the axes are not about, unless the table is wide', () => {
    const run = { ...makeRun([makeRollout()]), jobs: [makeJob({}), makeJob({ job: 'job/other' })] };
    const sweepOf = (path: string) => {
      const runs = [summarizeRun(run)];
      return makeSweep([{ settings: { [path]: '1' }, runs, rows: sweepRows(runs), thresholds: [] }]);
    };
    const jobsIn = (text: string) => ['job/index', 'job/other'].filter((name) => text.includes(name));
    expect(jobsIn(sweepFormats.table(sweepOf('deployment/web:replicas'), options))).toEqual([]);
    expect(jobsIn(sweepFormats.table(sweepOf('job/index:parallelism'), options))).toEqual(['job/index']);
    expect(jobsIn(sweepFormats.table(sweepOf('nodes'), options))).toEqual(['job/index', 'job/other']);
    expect(jobsIn(sweepFormats.wide(sweepOf('deployment/web:replicas'), options))).toEqual(['job/index', 'job/other']);
  });

  it('adds up those of a CronJob', () => {
    const jobs = [1, 2].map((minute) => makeJob({ job: `shop/job/tick-${minute}`, cronJob: 'tick' }));
    const table = sweepFormats.table(makeSweep([makeVariant('1', [{ jobs }])]), { ...options, headers: false });
    expect(table.split('\n')[0]).toMatch(/^1 {2}shop\/cronjob\/tick {2}complete {2}40\.0s /);
  });
});

describe('a sweep with Services', () => {
  const bad = makeService({ readyMin: 0, unservedSeconds: 4, errorShareMax: 0.25, errorShareMean: 0.1 });
  const other = makeService({ service: 'service/calm' });
  const variants = [
    makeVariant('1', [{ services: [makeService({}), other] }]),
    makeVariant('2', [{ services: [bad, other] }]),
  ];

  it('compares those whose clients met errors or nobody in any variant', () => {
    expect(sweepFormats.table(makeSweep(variants), options)).toMatchInlineSnapshot(`
      "PARALLELISM  OUTCOME
                1  no rollout
                2  no rollout

      PARALLELISM  SERVICE      READY MIN  UNSERVED  ERRORS MAX  ERRORS MEAN
                1  service/web          3     0.00s          0%           0%
                2  service/web          0     4.00s         25%          10%

      shop: 2 variants, seed 1, Kubernetes 1.37; times are simulated.
      "
    `);
  });

  it('shows all of them in the wide table, below the rollouts', () => {
    const run = summarizeRun({ ...makeRun([makeRollout()]), services: [other] });
    const wide = sweepFormats.wide(
      makeSweep([{ settings: { x: '1' }, runs: [run], rows: [], thresholds: [] }]),
      options,
    );
    expect(wide).toContain(
      '\nX  SERVICE       READY MIN  UNSERVED  ERRORS MAX  ERRORS MEAN\n1  service/calm          3     0.00s          0%           0%\n',
    );
  });
});

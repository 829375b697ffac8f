import { describe, expect, it } from 'vitest';
import type { ImagePullsResult, JobResult, ServiceResult } from '../metrics/result.ts';
import { makeReport, makeRollout, makeRun } from '../runner/testing/results.ts';
import { renderImagePulls, renderJobs, renderServices, renderUnavailable } from './runSections.ts';
import { plainStyle } from './textTable.ts';

const OPTIONS = { headers: true, style: plainStyle };

const JOB: JobResult = {
  job: 'job/batch',
  cronJob: '',
  outcome: 'failed',
  reason: 'BackoffLimitExceeded',
  startSeconds: 0.139,
  durationSeconds: 33.5,
  podsCreated: 3,
  succeeded: 0,
  failed: 3,
  activeMax: 1,
};

const SERVICE: ServiceResult = {
  service: 'service/web',
  readyMin: 9,
  unservedSeconds: 0,
  errorShareMax: 0.05,
  errorShareMean: 0.0123,
  staleEndpointSeconds: 3,
  lostRequestSeconds: 0.4,
  lostRequests: null,
  servedPodSeconds: { 'web:v1': 90, 'web:v2': 10 },
};

function withSpans(count: number) {
  const unavailable = Array.from({ length: count }, (_, i) => ({
    place: `db-${i}`,
    fromSeconds: i,
    toSeconds: i + 0.5,
  }));
  return makeReport([makeRun([makeRollout({ workload: 'statefulset/db', unavailable })])]);
}

describe('sections of a run', () => {
  it('tell of Jobs', () => {
    expect(renderJobs(makeReport([{ ...makeRun([]), jobs: [JOB] }]), OPTIONS)).toMatchInlineSnapshot(`
      "JOB        OUTCOME  REASON                START  DURATION  PODS  SUCCEEDED  FAILED  AT ONCE
      job/batch  failed   BackoffLimitExceeded  0.14s     33.5s     3          0       3        1
      "
    `);
    expect(renderJobs(makeReport([makeRun([])]), OPTIONS)).toBe('');
  });

  it('tell of images that were pulled, where some were', () => {
    const pulled = { pulls: 4, failedPulls: 1, pulledBytes: 2 * 1024 ** 3, pullSeconds: 50, pullSecondsMax: 20.5 };
    const of = (imagePulls: ImagePullsResult) =>
      renderImagePulls(makeReport([{ ...makeRun([]), imagePulls }]), OPTIONS);
    expect(of(pulled)).toMatchInlineSnapshot(`
      "IMAGE PULLS  FAILED  PULLED  TIME MEAN  TIME MAX
                4       1     2Gi      12.5s     20.5s
      "
    `);
    expect(of({ ...pulled, pulls: 0 })).toContain('-');
    expect(of({ ...pulled, pulls: 0, failedPulls: 0 })).toBe('');
    expect(renderImagePulls(makeReport([makeRun([])]), OPTIONS)).toBe('');
  });

  it('tell of Services whose clients met errors', () => {
    const fine = { ...SERVICE, service: 'service/fine', errorShareMax: 0, errorShareMean: 0 };
    const report = makeReport([{ ...makeRun([]), services: [SERVICE, fine] }]);
    expect(renderServices(report, OPTIONS, false)).toMatchInlineSnapshot(`
      "SERVICE      READY MIN  UNSERVED  ERRORS MAX  ERRORS MEAN  SERVED BY
      service/web          9     0.00s          5%        1.23%  web:v1 90%, web:v2 10%
      "
    `);
    expect(renderServices(report, OPTIONS, true)).toContain('service/fine');
  });

  it('tell what was unavailable when, at length only if asked', () => {
    expect(renderUnavailable(withSpans(2), false)).toBe(
      'Unavailable, statefulset/db: db-0 0.00s–0.50s, db-1 1.00s–1.50s.\n',
    );
    expect(renderUnavailable(withSpans(20), false)).toContain(' and 9 more times (-o wide)');
    expect(renderUnavailable(withSpans(20), true)).toContain('db-19 19.0s–19.5s.');
    expect(renderUnavailable(withSpans(0), false)).toBe('');
  });
});

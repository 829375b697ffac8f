import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import type { RolloutResult } from '../../metrics/result.ts';
import { makeReport, makeRollout, makeRun } from '../testing/results.ts';
import { compareResults } from './compareResults.ts';
import { comparable, readStoredResult, refuseIncomparable } from './storedResult.ts';

/** A run for each change of its rollout, with seeds from 1 on or as given. */
function result(changes: readonly Partial<RolloutResult>[], firstSeed = 1) {
  return comparable(makeReport(changes.map((change, index) => makeRun([makeRollout(change)], firstSeed + index))));
}

function durations(...seconds: (number | null)[]): Partial<RolloutResult>[] {
  return seconds.map((durationSeconds) => ({
    durationSeconds,
    outcome: durationSeconds === null ? 'stalled' : 'complete',
  }));
}

function figureOf(before: ReturnType<typeof result>, after: ReturnType<typeof result>, name: string, noise = 0.01) {
  const { figures } = compareResults(before, after, { noiseThreshold: noise });
  return figures.find((figure) => figure.name === `rollout.${name}`)!;
}

const FIVE = result(durations(10, 20, 30, 40, 50));

describe('comparing two results', () => {
  it('pairs seeds, so that what differs between them does not hide a change', () => {
    const figure = figureOf(FIVE, result(durations(11, 21, 31, 41, 51)), 'durationSeconds');
    expect(figure).toMatchObject({ verdict: 'regressed', basis: 'paired', change: 1, interval: { low: 1, high: 1 } });
    expect(figureOf(FIVE, result(durations(9, 19, 29, 39, 49)), 'durationSeconds').verdict).toBe('improved');
  });

  it('takes for noise what is at most the threshold, and what points both ways', () => {
    const later = result(durations(11, 21, 31, 41, 51));
    expect(figureOf(FIVE, later, 'durationSeconds', 0.04).verdict).toBe('unchanged');
    expect(figureOf(FIVE, result(durations(9, 25, 25, 50, 55)), 'durationSeconds').verdict).toBe('unchanged');
  });

  it('has no verdict from one seed, or four, unless nothing changed', () => {
    const one = result(durations(10));
    expect(figureOf(one, result(durations(20)), 'durationSeconds').verdict).toBe('unclear');
    expect(figureOf(one, one, 'durationSeconds').verdict).toBe('unchanged');
    const four = result(durations(10, 20, 30, 40));
    expect(figureOf(four, result(durations(20, 30, 40, 50)), 'durationSeconds').verdict).toBe('unclear');
  });

  it('has one from two seeds where all seeds give the same figures', () => {
    const figure = figureOf(result(durations(10, 10)), result(durations(12, 12)), 'durationSeconds');
    expect(figure).toMatchObject({ verdict: 'regressed', basis: 'deterministic', changeShare: 0.2 });
  });

  it('knows that more available pods are better', () => {
    const lower = result([{ availableMin: 7 }, { availableMin: 7 }]);
    const higher = result([{ availableMin: 8 }, { availableMin: 8 }]);
    expect(figureOf(lower, higher, 'availableMin').verdict).toBe('improved');
    expect(figureOf(higher, lower, 'availableMin').verdict).toBe('regressed');
  });

  it('compares without pairs where no seed is the same, and then asks for more', () => {
    const other = (...seconds: number[]) => result(durations(...seconds), 100);
    const figure = figureOf(FIVE, other(11, 21, 31, 41, 51), 'durationSeconds');
    expect(figure).toMatchObject({ verdict: 'unchanged', basis: 'unpaired' });
    expect(figureOf(FIVE, other(91, 92, 93, 94, 95), 'durationSeconds').verdict).toBe('regressed');
  });

  it('counts rollouts that no longer complete, and does not take one of five for a change', () => {
    const one = figureOf(FIVE, result(durations(10, 20, 30, 40, null)), 'complete');
    expect(one.verdict).toBe('unclear');
    const all = result(durations(null, null, null, null, null));
    expect(figureOf(FIVE, all, 'complete').verdict).toBe('regressed');
    expect(figureOf(FIVE, all, 'durationSeconds')).toBeUndefined();
  });

  it('says what the two do not have in common', () => {
    const { seeds: _, ...rest } = makeReport([makeRun([makeRollout({ workload: 'deployment/api' })])]);
    const later = comparable({ ...rest, seeds: [1], kubernetes: '1.36', scenarioHash: 'other' });
    const { unmatched, differences } = compareResults(FIVE, later, { noiseThreshold: 0 });
    expect(unmatched).toEqual(['deployment/api: not in the baseline', 'deployment/web: only in the baseline']);
    expect(differences).toEqual([
      'the files of the scenario are not the same',
      'Kubernetes: 1.37 before, 1.36 now',
      'seeds: 1 to 5 before, 1 now',
    ]);
  });
});

describe('chance', () => {
  /** Of the times that nothing changed but every seed differs, how often a verdict says otherwise. */
  function falseVerdicts(seeds: number, experiments: number): number {
    const random = xoroshiro128plus(7);
    const seconds = () => uniformFloat64(random) * 100;
    const draw = () => result(durations(...Array.from({ length: seeds }, seconds)));
    let wrong = 0;
    for (let index = 0; index < experiments; index++) {
      const { figures } = compareResults(draw(), draw(), ONLY_DURATION);
      if (figures[0]!.verdict !== 'unchanged') wrong++;
    }
    return wrong / experiments;
  }

  const ONLY_DURATION = { noiseThreshold: 0, metrics: ['rollout.durationSeconds'] };

  it.each([5, 12, 20])('passes for a change in at most 7 of 100 comparisons of %i seeds', (seeds) => {
    expect(falseVerdicts(seeds, 600)).toBeLessThanOrEqual(0.08);
  });

  it('does not hide a change of a quarter behind seeds that differ by far more', () => {
    const random = xoroshiro128plus(8);
    const before = Array.from({ length: 12 }, () => 10 + 90 * uniformFloat64(random));
    const after = before.map((seconds) => seconds * (1.2 + 0.1 * uniformFloat64(random)));
    const { figures } = compareResults(result(durations(...before)), result(durations(...after)), ONLY_DURATION);
    expect(figures[0]!.verdict).toBe('regressed');
  });
});

describe('a stored result', () => {
  const report = makeReport([makeRun([makeRollout()])]);
  const read = (value: unknown) => readStoredResult('a.json', JSON.stringify(value));

  it('is read as it was written', () => {
    expect(read(report)).toEqual(comparable(report));
  });

  it('is refused with the place and a hint when it is something else', () => {
    expect(() => readStoredResult('a.json', '# no')).toThrow('is no JSON');
    expect(() => read({ ...report, schemaVersion: 99 })).toThrow('has schemaVersion 99, this rollsim 1');
    expect(() => read({ ...report, runs: [{}] })).toThrow('is no result of run or sweep');
    const other = comparable({ ...report, scenario: 'other' });
    expect(() => refuseIncomparable('a.json', other, comparable(report))).toThrow('about scenario "other", not "shop"');
  });
});

import { describe, expect, it } from 'vitest';
import { CRITICAL_PATH_PHASES, type CriticalPathPhase, type RolloutResult } from '../../metrics/result.ts';
import type { SweepVariant } from '../sweepResult.ts';
import { makeRollout, makeSweep, makeVariant } from '../testing/results.ts';
import { recommend } from './recommendation.ts';

const ANY = { availability: 0, headroom: 0 };
const WORKLOAD = 'deployment/web';

/** One rollout a seed. */
function variant(surge: string, changes: Partial<RolloutResult>, durations = [10, 11, 12, 13, 14]): SweepVariant {
  const rollouts = durations.map((durationSeconds) =>
    makeRollout({ cause: 'update', desiredReplicas: 10, availableMin: 8, durationSeconds, ...changes }),
  );
  return makeVariant(
    { surge },
    rollouts.map((rollout) => [rollout]),
  );
}

function withPath(phases: Partial<Record<CriticalPathPhase, number>>): Partial<RolloutResult> {
  const none = Object.fromEntries(CRITICAL_PATH_PHASES.map((phase) => [phase, 0])) as Record<CriticalPathPhase, number>;
  return { criticalPathSeconds: { ...none, ...phases } };
}

const doubled = [20, 22, 24, 26, 28];

describe('recommend', () => {
  it('names the fastest in the median, the next one, and how they compare seed by seed', () => {
    const sweep = makeSweep([variant('a', {}, doubled), variant('b', {}), variant('c', {}, [30, 30, 30, 30, 30])], 5);
    const { best, runnerUp, margin, candidates } = recommend(sweep, WORKLOAD, ANY);
    expect(best).toMatchObject({ variant: 1, durationSeconds: 12 });
    expect(runnerUp).toMatchObject({ variant: 0, durationSeconds: 24 });
    expect(margin).toMatchObject({ pairs: 5, timesFaster: 2, verdict: 'faster' });
    expect(candidates).toHaveLength(3);
  });

  it('takes the worst seed for what has to be kept', () => {
    const dips = variant('a', {});
    const [first, ...rest] = dips.runs;
    const low = { ...first!, rollouts: first!.rollouts.map((rollout) => ({ ...rollout, availableMin: 7 })) };
    const sweep = makeSweep([{ ...dips, runs: [low, ...rest] }, variant('b', {}, doubled)], 5);
    expect(recommend(sweep, WORKLOAD, { availability: 0.8, headroom: 0 })).toMatchObject({
      best: { variant: 1 },
      runnerUp: null,
      margin: null,
      rejections: [{ variant: 0, reason: 'availability', has: 0.7 }],
    });
  });

  it('leaves out what was refused, does not complete, breaches thresholds, or fills the cluster', () => {
    const full = variant('d', {});
    const crowded = full.runs.map((run) => ({ ...run, cluster: { ...run.cluster, memoryMaxShare: 0.95 } }));
    const threshold = { metric: 'rollout.durationSeconds', expression: '<1', value: 12, ok: false };
    const sweep = makeSweep(
      [
        { ...variant('a', {}), refused: 'no', rows: [], runs: [] },
        variant('b', { outcome: 'stalled', durationSeconds: null }),
        { ...variant('c', {}), thresholds: [threshold] as never },
        { ...full, runs: crowded },
      ],
      5,
    );
    const { best, rejections } = recommend(sweep, WORKLOAD, { availability: 0, headroom: 0.1 });
    expect(best).toBeNull();
    expect(rejections.map(({ reason }) => reason)).toEqual(['refused', 'incomplete', 'thresholds', 'headroom']);
    expect(rejections[3]!.has).toBeCloseTo(0.05);
  });

  it('takes the one with fewer pods of two that are equally fast', () => {
    const sweep = makeSweep(
      [variant('a', { podsMaxWithTerminating: 20 }), variant('b', { podsMaxWithTerminating: 15 })],
      5,
    );
    expect(recommend(sweep, WORKLOAD, ANY).best!.variant).toBe(1);
  });

  it('tells what the best one waits for, longest first', () => {
    const sweep = makeSweep([variant('a', withPath({ readiness: 3, apiLimit: 9 }))], 5);
    expect(recommend(sweep, WORKLOAD, ANY).limits).toEqual([
      { phase: 'apiLimit', seconds: 9 },
      { phase: 'readiness', seconds: 3 },
    ]);
  });
});

import type { RolloutResult, RunResult } from '../metrics/result.ts';

/**
 * The rollouts that a set of runs is about: the updates; where there was none, the first rollouts. Bringing up the
 * starting state is no rollout that anybody wants judged, unless it is all there is.
 */
export function relevantRollouts(runs: readonly Pick<RunResult, 'rollouts'>[]): RolloutResult[] {
  const all = runs.flatMap((run) => run.rollouts);
  const updates = all.filter((rollout) => rollout.cause === 'update');
  return updates.length > 0 ? updates : all;
}

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { DeploymentLine } from '../../metrics/log/logLine.ts';
import { lastRollout, type Played, play, type Sketch } from '../play.ts';
import { replay, replayInstants } from '../replay.ts';
import { busyRollout, limitsOf, roomyRollout, undisturbedRollout } from './arbitraries.ts';
import { rolloutFigures } from './rolloutFigures.ts';

const RUNS = 100;

const anyRollout = fc.oneof({ weight: 3, arbitrary: undisturbedRollout() }, { weight: 1, arbitrary: busyRollout() });

function workloadOf(sketch: Sketch) {
  return { replicas: sketch.replicas!, minReadySeconds: sketch.spec!.minReadySeconds as number };
}

function isComplete({ generation, observed, spec, updated, replicas, available }: DeploymentLine): boolean {
  return observed >= generation && updated === spec && replicas === spec && available === spec;
}

describe('a rolling update that nothing disturbs', () => {
  test.prop([anyRollout], { numRuns: RUNS })('never asks for more than replicas + maxSurge pods', (sketch) => {
    const most = sketch.replicas! + limitsOf(sketch).maxSurge;
    replay(play(sketch).log, (now) => expect(now.specSum()).toBeLessThanOrEqual(most));
  });

  /** Of the pods that exist as of those that statuses tell of: a status may lag behind, but only on the safe side. */
  test.prop([anyRollout], { numRuns: RUNS })(
    'never leaves fewer than replicas - maxUnavailable pods available, once all were',
    (sketch) => {
      const { replicas, minReadySeconds } = workloadOf(sketch);
      const least = replicas - limitsOf(sketch).maxUnavailable;
      let wasComplete = false;
      replay(play(sketch).log, (now) => {
        const status = now.deployments.get('web');
        if (status === undefined) return;
        wasComplete ||= isComplete(status);
        if (!wasComplete) return;
        expect(status.available).toBeGreaterThanOrEqual(least);
        expect(now.available(minReadySeconds)).toBeGreaterThanOrEqual(least);
      });
    },
  );

  test.prop([roomyRollout()], { numRuns: RUNS })('completes, with pods of the new image alone', (sketch) => {
    const played = play(sketch);
    expect(lastRollout(played).outcome).toBe('complete');
    const end = replay(played.log, () => {});
    expect(end.pods.size).toBe(sketch.replicas);
    for (const pod of end.active()) expect(pod.image).toBe('web:v2');
  });

  test.prop([undisturbedRollout()], { numRuns: RUNS })('has the figures that its event log tells', (sketch) => {
    const played = play(sketch);
    const { result, log } = played;
    const rollout = lastRollout(played);
    const logged = rolloutFigures(log, workloadOf(sketch), result.simulatedSeconds);
    for (const [name, value] of Object.entries(logged)) {
      const measured = rollout[name as keyof typeof logged];
      if (typeof value === 'number') expect(measured, name).toBeCloseTo(value, 5);
      else expect(measured, name).toBe(value);
    }
    expect(rollout.requestedCpuMax).toBeCloseTo(rollout.podsMaxWithTerminating * 0.1, 9);
    expect(rollout.requestedMemoryMax).toBe(rollout.podsMaxWithTerminating * 64 * 2 ** 20);
    expect(result.pods).toEqual(countPods(played));
  });
});

/**
 * maxSurge bounds what ReplicaSets ask for, not what exists. A pod that its ReplicaSet has given up exists until its
 * DELETE has arrived, and the new ReplicaSet may be faster: recordings of a real control plane show it too (14 pods
 * where the limit is 13, in rolling-n10-30-10). So what holds is:
 * - the new ReplicaSet never has more pods than its size; what is beyond the limit is old pods that were given up;
 * - they are gone as soon as their DELETEs can be: within a round trip, behind the client's 20 requests a second.
 *   Without limits and latency, no instant ends with a pod too many.
 */
describe('pods that are not terminating, beyond replicas + maxSurge', () => {
  test.prop([undisturbedRollout(['unlimited'])], { numRuns: RUNS })(
    'exist at the end of no instant, when nothing takes time',
    (sketch) => {
      const most = sketch.replicas! + limitsOf(sketch).maxSurge;
      replayInstants(play(sketch).log, (now) => expect(now.active().length).toBeLessThanOrEqual(most));
    },
  );

  test.prop([undisturbedRollout(['lifted'])], { numRuns: RUNS })(
    'are old pods whose DELETE is under way, for some milliseconds',
    (sketch) => {
      expect(secondsBeyondLimit(sketch)).toBeLessThan(0.02);
    },
  );

  test.prop([undisturbedRollout(['default'])], { numRuns: RUNS })(
    'are old pods whose DELETE waits behind the client limits, no longer than it takes to write every pod once',
    (sketch) => {
      const most = sketch.replicas! + limitsOf(sketch).maxSurge;
      expect(secondsBeyondLimit(sketch)).toBeLessThan(0.05 + most / 20);
    },
  );
});

/** The longest time for which there are too many pods; all of them must be pods that an old ReplicaSet has given up. */
function secondsBeyondLimit(sketch: Sketch): number {
  const limit = sketch.replicas! + limitsOf(sketch).maxSurge;
  let since: number | undefined;
  let longest = 0;
  replay(play(sketch).log, (now) => {
    const newest = now.replicaSets.get('web@2');
    if (newest !== undefined) expect(now.active('web@2').length).toBeLessThanOrEqual(newest.spec);
    if (now.active().length <= limit) since = undefined;
    else since ??= now.t;
    if (since !== undefined) longest = Math.max(longest, now.t - since);
  });
  return longest;
}

function countPods({ log }: Played): { created: number; maxAtOnce: number } {
  let created = 0;
  let maxAtOnce = 0;
  replay(log, (now, line) => {
    if (line.kind === 'Pod' && line.event === 'created') created++;
    maxAtOnce = Math.max(maxAtOnce, now.pods.size);
  });
  return { created, maxAtOnce };
}

import { test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { parseBytes, parseCpuMilli } from '../../api/quantity.ts';
import type { JsonObject } from '../../api/types.ts';
import { type Played, play, type Sketch, UNLIMITED } from '../play.ts';
import { type Replay, replay } from '../replay.ts';
import { anyRun } from './arbitraries.ts';
import { isRolledOut } from './rolloutFigures.ts';

const RUNS = 120;

describe('whatever is done to a Deployment', () => {
  /** Replaying a log fails for a pod that is made or bound twice, or does something without being there. */
  test.prop([anyRun()], { numRuns: RUNS })(
    'time never goes back, and a pod is made and bound at most once',
    (sketch) => {
      const { log, result } = play(sketch);
      const created = new Set<string>();
      const end = replay(log, (_now, line) => {
        if (line.kind === 'Pod' && line.event === 'created') {
          expect(created).not.toContain(line.name);
          created.add(line.name);
        }
      });
      expect(result.pods.created).toBe(created.size);
      expect(end.t).toBeLessThanOrEqual(result.simulatedSeconds + 0.001);
    },
  );

  test.prop([anyRun()], { numRuns: RUNS })('no node has more than it can take', (sketch) => {
    const { cpu, memory, pods } = sketch.nodes!.allocatable as Record<string, string>;
    const most = Math.min(
      Math.floor(parseCpuMilli(cpu!) / 100),
      Math.floor(parseBytes(memory!) / (64 * 2 ** 20)),
      Number(pods),
    );
    replay(play(sketch).log, (now, line) => {
      if (line.kind !== 'Pod' || line.event !== 'bound') return;
      const onNode = [...now.pods.values()].filter((pod) => pod.node === line.node);
      expect(onNode.length).toBeLessThanOrEqual(most);
    });
  });

  test.prop([anyRun()], { numRuns: RUNS })('a rollout that is done has pods of its own image alone', (sketch) => {
    const { log, result } = play(sketch);
    const ends = result.rollouts.flatMap(({ startSeconds, durationSeconds }) =>
      durationSeconds === null ? [] : [startSeconds + durationSeconds],
    );
    const checked = new Set<number>();
    replay(log, (now, line) => {
      if (line.kind !== 'Deployment' || !isRolledOut(line)) return;
      const end = ends.find((seconds) => !checked.has(seconds) && Math.abs(seconds - line.t) < 0.001);
      if (end === undefined) return;
      checked.add(end);
      // The Deployment's own revision may follow a sync later.
      const [current] = [...now.replicaSets.values()].sort((a, b) => Number(b.revision) - Number(a.revision));
      for (const pod of now.active()) expect(pod.owner).toBe(current?.name);
    });
    expect(checked.size).toBe(new Set(ends).size);
  });

  test.prop([anyRun()], { numRuns: RUNS })(
    'once nothing happens any more, statuses tell of the pods there are',
    (sketch) => {
      const played = play(sketch);
      if (played.result.end !== 'quiet') return;
      const end = replay(played.log, () => {});
      for (const { name, ...status } of end.replicaSets.values()) {
        const pods = end.active(name);
        expect(pods.length, name).toBe(status.spec);
        expect({ replicas: status.replicas, ready: status.ready, available: status.available }, name).toEqual({
          replicas: pods.length,
          ready: pods.filter((pod) => pod.isReady).length,
          available: pods.filter((pod) => pod.isReady).length,
        });
      }
      const { generation, observed, replicas, available } = end.deployments.get('web')!;
      expect({ observed, replicas, available }).toEqual({
        observed: generation,
        replicas: end.active().length,
        available: readyPods(end),
      });
      for (const pod of end.pods.values()) expect(pod.isTerminating).toBe(false);
    },
  );

  test.prop([anyRun()], { numRuns: RUNS })('the phases of a critical path add up to the duration', (sketch) => {
    for (const { durationSeconds, criticalPathSeconds } of play(sketch).result.rollouts) {
      expect(criticalPathSeconds === null).toBe(durationSeconds === null);
      const micros = Object.values(criticalPathSeconds ?? {}).map((seconds) => Math.round(seconds * 1e6));
      expect(micros.every((value) => value >= 0)).toBe(true);
      expect(micros.reduce((sum, value) => sum + value, 0)).toBe(Math.round((durationSeconds ?? 0) * 1e6));
    }
  });

  test.prop([anyRun()], { numRuns: RUNS })('without limits and latencies nothing waits for these', (sketch) => {
    for (const { criticalPathSeconds } of play({ ...sketch, controlPlane: UNLIMITED }).result.rollouts) {
      expect(criticalPathSeconds?.apiLimit ?? 0).toBe(0);
    }
  });

  test.prop([anyRun()], { numRuns: RUNS })('the same seed gives the same bytes', (sketch) => {
    expect(bytesOf(play(sketch, 7))).toBe(bytesOf(play(sketch, 7)));
  });
});

test('another seed gives another run, where there is chance', () => {
  const ready: JsonObject = { uniform: { min: '0s', max: '5s' } };
  const sketch: Sketch = { replicas: 10, behavior: { ready } };
  expect(bytesOf(play(sketch, 1))).not.toBe(bytesOf(play(sketch, 2)));
});

function bytesOf(played: Played): string {
  return JSON.stringify([played.result, played.log]);
}

function readyPods(now: Replay): number {
  return now.active().filter((pod) => pod.isReady).length;
}

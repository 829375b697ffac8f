/** The timeline of a run, held against what its event log tells. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { maxSurge, maxUnavailable } from '../../controllers/deployment/replicaMath.ts';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import type { RunResult } from '../../metrics/result.ts';
import { rolloutLimits } from '../../metrics/rolloutLimits.ts';
import { POD_STATES, type RolloutTimeline } from '../../metrics/timelineResult.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario } from '../../scenario/index.ts';
import { daemonSet, rollingUpdate } from '../daemonSets.ts';
import { storedDeployment } from '../objects.ts';
import { type Sketch, scenarioText, UNLIMITED } from '../play.ts';
import { replayInstants } from '../replay.ts';
import { busyRollout, undisturbedRollout } from './arbitraries.ts';

interface Timed {
  readonly result: RunResult;
  readonly log: readonly LogEntry[];
  readonly timelines: readonly RolloutTimeline[];
}

function playTimed(sketch: Sketch): Timed {
  const scenario = buildScenario({ files: [{ file: 'test.yaml', text: scenarioText(sketch) }] }, {});
  const log: LogEntry[] = [];
  const onLogLine = (line: object): unknown => 'kind' in line && log.push(line as LogEntry);
  const result = runScenario({ scenario, seed: 1, onLogLine, timeline: true });
  return { result, log, timelines: result.timelines! };
}

/** Index of the change point that holds at a time of the log, which has whole milliseconds. */
function pointAt({ seconds }: RolloutTimeline, t: number): number {
  let point = seconds.length - 1;
  while (point > 0 && Math.round(seconds[point]! * 1000) > Math.round(t * 1000)) point--;
  return point;
}

function sumAt(timeline: RolloutTimeline, point: number, states: readonly (typeof POD_STATES)[number][]): number {
  return timeline.revisions.reduce(
    (sum, revision) => sum + states.reduce((own, state) => own + revision[state][point]!, 0),
    0,
  );
}

describe('the timeline of a Deployment', () => {
  test.prop([fc.oneof(undisturbedRollout(), busyRollout())], { numRuns: 60 })(
    'has at each instant the pods that its event log tells of',
    (sketch) => {
      const { log, timelines } = playTimed(sketch);
      const [timeline] = timelines;
      const minReadySeconds = (sketch.spec?.minReadySeconds as number | undefined) ?? 0;
      replayInstants(log, (now) => {
        const point = pointAt(timeline!, now.t);
        const pods = [...now.pods.values()];
        const active = now.active();
        expect({
          available: sumAt(timeline!, point, ['available']),
          ready: sumAt(timeline!, point, ['available', 'ready']),
          pending: sumAt(timeline!, point, ['pending']),
          active: sumAt(timeline!, point, ['available', 'ready', 'starting', 'pending']),
          all: sumAt(timeline!, point, POD_STATES),
        }).toEqual({
          available: now.available(minReadySeconds),
          ready: active.filter(({ isReady }) => isReady).length,
          pending: active.filter(({ node }) => node === undefined).length,
          active: active.length,
          all: pods.length,
        });
      });
    },
  );

  test.prop([undisturbedRollout()], { numRuns: 30 })('has columns of one length, and every point changes', (sketch) => {
    const [timeline] = playTimed(sketch).timelines;
    const columns = timeline!.revisions.flatMap((revision) => POD_STATES.map((state) => revision[state]));
    columns.push(timeline!.desired, timeline!.fewestAvailable, timeline!.mostPods, timeline!.updated);
    for (const column of columns) expect(column).toHaveLength(timeline!.seconds.length);
    timeline!.seconds.forEach((seconds, point) => {
      if (point === 0) return;
      expect(seconds).toBeGreaterThan(timeline!.seconds[point - 1]!);
      expect(columns.some((column) => column[point] !== column[point - 1])).toBe(true);
    });
  });

  test.prop([undisturbedRollout()], { numRuns: 20 })('costs the run nothing else', (sketch) => {
    const { timelines: _timelines, ...timed } = playTimed(sketch).result;
    const scenario = buildScenario({ files: [{ file: 'test.yaml', text: scenarioText(sketch) }] }, {});
    expect(timed).toEqual(runScenario({ scenario, seed: 1 }));
  });

  test('names its revisions, and says which is the present template', () => {
    const steps = { '30s': 'set image deployment/web app=web:v2', '90s': 'rollout undo deployment/web' };
    const [timeline] = playTimed({ replicas: 2, controlPlane: UNLIMITED, steps }).timelines;
    expect(timeline!.revisions.map(({ name, images }) => [name, images])).toEqual([
      ['3', ['web:v1']],
      ['2', ['web:v2']],
    ]);
    expect(timeline!.updated[pointAt(timeline!, 29)]).toBe(0);
    expect(timeline!.updated[pointAt(timeline!, 89)]).toBe(1);
    expect(timeline!.updated.at(-1)).toBe(0);
  });
});

describe('the limits of a strategy', () => {
  test.prop([fc.nat(60), fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 100 }), fc.boolean()])(
    'are those that the Deployment controller keeps to',
    (replicas, surge, unavailable, isPercent) => {
      const text = (value: number) => (isPercent ? `${value}%` : value);
      const strategy = { maxSurge: text(surge), maxUnavailable: text(Math.max(unavailable, surge === 0 ? 1 : 0)) };
      const deployment = storedDeployment({ replicas, strategy });
      expect(rolloutLimits(deployment, true)).toEqual({
        fewestAvailable: replicas - maxUnavailable(deployment),
        mostPods: replicas + maxSurge(deployment),
      });
    },
  );

  test('of a DaemonSet are held against the nodes that it is for', () => {
    const objects = [daemonSet(rollingUpdate({ maxSurge: '50%', maxUnavailable: 0 }))];
    const steps = { '30s': 'set image daemonset/agent agent=agent:v2' };
    const [timeline] = playTimed({ objects, steps, nodes: { count: 3 } }).timelines;
    const last = timeline!.seconds.length - 1;
    expect(timeline).toMatchObject({ workload: 'daemonset/agent' });
    expect([timeline!.desired[last], timeline!.fewestAvailable[last], timeline!.mostPods[last]]).toEqual([3, 3, 5]);
    expect(timeline!.revisions).toHaveLength(2);
    expect(timeline!.revisions[1]!.available[last]).toBe(3);
  });
});

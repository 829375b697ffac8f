import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { availableAtMicros } from '../cluster/availability.ts';
import { isActive, isActiveAndReady, POD_FAILED } from '../cluster/podTable.ts';
import { PodMeter } from './podMeter.ts';
import { isPresent } from './podPresence.ts';
import { HandDrivenCluster } from './testing/handDrivenCluster.ts';

const SECOND = 1_000_000;

/** A meter over all pods of a cluster with one ReplicaSet. */
function setUp(minReadySeconds: number, desired: number) {
  const driven = new HandDrivenCluster();
  driven.createNode('node');
  driven.kernel.run();
  const { cluster } = driven;
  const meter = new PodMeter(cluster, minReadySeconds, desired, 0);
  cluster.observePods((pod, before, after, at) => meter.change(pod, before, after, at));
  return { driven, cluster, meter, replicaSet: driven.createReplicaSet(-1) };
}

describe('PodMeter', () => {
  test('integrates availability, shortfall and surge', () => {
    const { driven, cluster, meter, replicaSet } = setUp(0, 2);
    let first = -1;
    driven.at(1, () => {
      first = driven.createReadyPod(replicaSet);
      driven.createReadyPod(replicaSet);
      driven.createReadyPod(replicaSet);
    });
    driven.at(2, () => meter.restart(2 * SECOND));
    driven.at(4, () => cluster.deletePod(first));
    driven.at(5, () => cluster.setPodRunning(first + 1, false));
    driven.at(7, () => cluster.removePod(first));
    driven.run(12);
    expect(meter.figures(12 * SECOND)).toEqual({
      availableMin: 1,
      availableMean: (2 * 3 + 1 * 2 + 7 * 1) / 10,
      unavailablePodSeconds: 7,
      podsMax: 3,
      podsMaxWithTerminating: 3,
      requestedCpuMax: 1.5,
      requestedMemoryMax: 3 * 2 ** 30,
      surgePodSeconds: 5,
    });
  });

  test('counts a pod as available from the moment in which minReadySeconds are over, without any event', () => {
    const { driven, meter, replicaSet } = setUp(3, 1);
    // Ready at 1.7 s, stored as 1 s: available at 4 s.
    driven.at(1.7, () => driven.createReadyPod(replicaSet));
    driven.run(10);
    const figures = meter.figures(10 * SECOND);
    expect(figures.unavailablePodSeconds).toBe(4);
    expect(figures.availableMean).toBe(0.6);
  });

  test('a pod that loses readiness while it waits starts over', () => {
    const { driven, cluster, meter, replicaSet } = setUp(3, 1);
    driven.at(1, () => driven.createReadyPod(replicaSet));
    driven.at(2, () => cluster.setPodRunning(0, false));
    driven.at(3, () => cluster.setPodRunning(0, true));
    driven.run(10);
    expect(meter.figures(10 * SECOND).unavailablePodSeconds).toBe(6);
  });

  test('a changed minReadySeconds is applied to the pods that are ready', () => {
    const { driven, meter, replicaSet } = setUp(0, 1);
    driven.at(1, () => driven.createReadyPod(replicaSet));
    driven.at(2, () => meter.setMinReadySeconds(5, [0], 2 * SECOND));
    driven.run(10);
    const figures = meter.figures(10 * SECOND);
    expect(figures.unavailablePodSeconds).toBe(1 + 4);
    expect(figures.availableMin).toBe(0);
  });

  test('a state that is left within the same microsecond counts for the extremes', () => {
    const { driven, cluster, meter, replicaSet } = setUp(0, 1);
    driven.at(1, () => driven.createReadyPod(replicaSet));
    driven.at(2, () => meter.restart(2 * SECOND));
    driven.at(3, () => {
      cluster.deletePod(0);
      driven.createReadyPod(replicaSet);
    });
    driven.run(4);
    const figures = meter.figures(4 * SECOND);
    expect(figures.availableMin).toBe(0);
    expect(figures.podsMax).toBe(1);
    expect(figures.podsMaxWithTerminating).toBe(2);
    expect(figures.unavailablePodSeconds).toBe(0);
  });

  test('a finished pod holds nothing', () => {
    const { driven, cluster, meter, replicaSet } = setUp(0, 1);
    driven.at(1, () => driven.createReadyPod(replicaSet));
    driven.at(2, () => cluster.setPodFinished(0, POD_FAILED));
    driven.at(3, () => meter.restart(3 * SECOND));
    driven.run(4);
    expect(meter.figures(4 * SECOND)).toMatchObject({ podsMax: 0, podsMaxWithTerminating: 0, requestedCpuMax: 0 });
  });

  const step = fc.record({
    /** Odd microseconds too, and many steps at one time. */
    micros: fc.oneof(fc.integer({ min: 0, max: 8 * SECOND }), fc.constantFrom(SECOND, 2 * SECOND, 4 * SECOND)),
    action: fc.constantFrom('create', 'bind', 'ready', 'unready', 'delete', 'remove', 'scale', 'restart'),
    pod: fc.nat(7),
    replicas: fc.nat(5),
  });

  test.prop([fc.constantFrom(0, 1, 3), fc.array(step, { maxLength: 60 })])(
    'agrees with a recount from the log of changes',
    (minReadySeconds, steps) => {
      const { driven, cluster, meter, replicaSet } = setUp(minReadySeconds, 2);
      const recount = new Recount(minReadySeconds, 2);
      cluster.observePods((pod, _before, after, at) => recount.pod(pod, after, cluster.pods.readyMicros[pod]!, at));
      let created = 0;
      for (const { micros, action, pod, replicas } of steps) {
        driven.at(micros / SECOND, () => {
          if (action === 'scale') {
            meter.setDesired(replicas, micros);
            recount.scale(replicas, micros);
          } else if (action === 'restart') {
            meter.restart(micros);
            recount.restart(micros);
          } else if (action === 'create') {
            driven.createPod(replicaSet);
            created = cluster.pods.rowCount;
          } else if (pod < created && cluster.pods.state[pod] !== 0) takeStep(cluster, action, pod);
        });
      }
      driven.run(10);
      expect(meter.figures(10 * SECOND)).toEqual(recount.figures(10 * SECOND));
    },
  );
});

function takeStep(cluster: HandDrivenCluster['cluster'], action: string, pod: number): void {
  if (action === 'bind') cluster.bindPod(pod, 0);
  else if (action === 'ready') cluster.setPodRunning(pod, true);
  else if (action === 'unready') cluster.setPodRunning(pod, false);
  else if (action === 'delete') cluster.deletePod(pod);
  else cluster.removePod(pod);
}

interface Moment {
  readonly at: number;
  readonly states: ReadonlyMap<number, { readonly state: number; readonly readyMicros: number }>;
  readonly desired: number;
}

/** Keeps the whole state after every change and computes everything from scratch. */
class Recount {
  private moments: Moment[];
  private readonly minReadySeconds: number;

  constructor(minReadySeconds: number, desired: number) {
    this.minReadySeconds = minReadySeconds;
    this.moments = [{ at: 0, states: new Map(), desired }];
  }

  pod(pod: number, state: number, readyMicros: number, at: number): void {
    const { states, desired } = this.moments.at(-1)!;
    this.moments.push({ at, desired, states: new Map(states).set(pod, { state, readyMicros }) });
  }

  scale(desired: number, at: number): void {
    this.moments.push({ at, desired, states: this.moments.at(-1)!.states });
  }

  restart(at: number): void {
    this.moments = [{ ...this.moments.at(-1)!, at }];
  }

  figures(end: number) {
    const start = this.moments[0]!.at;
    let [available, unavailable, surge] = [0, 0, 0];
    for (const [index, moment] of this.moments.entries()) {
      const until = this.moments[index + 1]?.at ?? end;
      const cuts = [...new Set([moment.at, until, ...this.availableTimes(moment, until)])].sort((a, b) => a - b);
      for (const [i, cut] of cuts.slice(0, -1).entries()) {
        const micros = cuts[i + 1]! - cut;
        const now = this.available(moment, cut);
        available += now * micros;
        unavailable += Math.max(0, moment.desired - now) * micros;
        surge += Math.max(0, count(moment, isPresent) - moment.desired) * micros;
      }
    }
    const presentMax = Math.max(...this.moments.map((moment) => count(moment, isPresent)));
    return {
      availableMin: Math.min(...this.moments.map((moment) => this.available(moment, moment.at))),
      availableMean: end === start ? this.available(this.moments.at(-1)!, end) : available / (end - start),
      unavailablePodSeconds: unavailable / SECOND,
      podsMax: Math.max(...this.moments.map((moment) => count(moment, isActive))),
      podsMaxWithTerminating: presentMax,
      requestedCpuMax: (presentMax * 500) / 1000,
      requestedMemoryMax: presentMax * 2 ** 30,
      surgePodSeconds: surge / SECOND,
    };
  }

  private available(moment: Moment, at: number): number {
    const isAvailable = (state: number, readyMicros: number) =>
      isActiveAndReady(state) && availableAtMicros(readyMicros, this.minReadySeconds) <= at;
    return [...moment.states.values()].filter(({ state, readyMicros }) => isAvailable(state, readyMicros)).length;
  }

  private availableTimes(moment: Moment, until: number): number[] {
    return [...moment.states.values()]
      .map(({ readyMicros }) => availableAtMicros(readyMicros, this.minReadySeconds))
      .filter((at) => at > moment.at && at < until);
  }
}

function count(moment: Moment, holds: (state: number) => boolean): number {
  return [...moment.states.values()].filter(({ state }) => holds(state)).length;
}

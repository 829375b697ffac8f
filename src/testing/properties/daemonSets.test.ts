import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { daemonSet, followPods, type NodePod, placesOf, rollingUpdate } from '../daemonSets.ts';
import { LIFTED, type Played, play, UNLIMITED } from '../play.ts';

const RUNS = 100;

type Share = number | string;

interface AnyRoll {
  /** How many nodes the DaemonSet wants, and how many it does not. */
  readonly workers: number;
  readonly others: number;
  /** One of them is zero. */
  readonly limits: { readonly maxUnavailable: Share; readonly maxSurge: Share };
  readonly minReadySeconds: number;
  readonly behavior: JsonObject;
  /** Pauses in milliseconds before the changes of the image. */
  readonly pauses: readonly number[];
}

/** None of them comes to nothing. */
const anyShare: fc.Arbitrary<Share> = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
);

const anyDelay = (maxMillis: number) =>
  fc
    .array(
      fc.integer({ min: 0, max: maxMillis }).map((value) => `${value}ms`),
      { minLength: 1, maxLength: 6 },
    )
    .map((sequence) => ({ sequence }));

const anyRoll: fc.Arbitrary<AnyRoll> = fc.record({
  workers: fc.integer({ min: 1, max: 8 }),
  others: fc.integer({ min: 0, max: 2 }),
  limits: fc.oneof(
    anyShare.map((maxUnavailable) => ({ maxUnavailable, maxSurge: 0 })),
    anyShare.map((maxSurge) => ({ maxUnavailable: 0, maxSurge })),
  ),
  minReadySeconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 })),
  behavior: fc.record({ start: anyDelay(2_000), ready: anyDelay(6_000), terminate: anyDelay(8_000) }),
  pauses: fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 5 }),
});

function playRoll(roll: AnyRoll, controlPlane: JsonObject, more: JsonObject = {}): Played {
  const { workers, others, limits, minReadySeconds, behavior, pauses } = roll;
  const steps: Record<string, string[]> = { '0s': [`label nodes ${workersOf(roll).join(' ')} role=worker`] };
  let at = 30_000;
  for (const [index, pause] of pauses.entries()) {
    at += pause;
    steps[`${at}ms`] = [...(steps[`${at}ms`] ?? []), `set image daemonset/agent agent=agent:v${index + 2}`];
  }
  return play({
    nodes: { count: workers + others },
    objects: [daemonSet({ ...rollingUpdate(limits), minReadySeconds }, { nodeSelector: { role: 'worker' } })],
    behavior: { ...behavior, ...more },
    steps,
    controlPlane,
  });
}

function workersOf({ workers }: AnyRoll): string[] {
  return Array.from({ length: workers }, (_, index) => `node-${index}`);
}

function countOf(share: Share, workers: number): number {
  return typeof share === 'number' ? share : Math.ceil((parseInt(share, 10) * workers) / 100);
}

/**
 * The most nodes that are down at once because an available pod was deleted there. A pod that was not available is
 * deleted whatever the limit is; one that has just become so, too, as the controller may not know it yet.
 */
function mostDown({ log }: Played, { minReadySeconds }: AnyRoll, slackSeconds: number): number {
  // The times of conditions are whole seconds, and taken somewhat before they are written.
  const since = ({ readySince }: NodePod) => Math.max(0, Math.floor(readySince - slackSeconds)) + minReadySeconds;
  const isAvailable = (pod: NodePod, t: number) => pod.isReady && !pod.isTerminating && since(pod) <= t;
  const down = new Set<string>();
  let before: NodePod[] = [];
  let most = 0;
  followPods(log, (pods, t) => {
    for (const old of before) {
      const isLost = pods.get(old.name)?.isTerminating ?? true;
      if (isLost && isAvailable(old, t - 2 * slackSeconds)) down.add(old.node);
    }
    before = [...pods.values()].map((pod) => ({ ...pod }));
    for (const pod of before) if (isAvailable(pod, t)) down.delete(pod.node);
    most = Math.max(most, down.size);
  });
  return most;
}

describe('a rolling update of a DaemonSet', () => {
  test.prop([anyRoll], { numRuns: RUNS })('takes down no more nodes than it may', (roll) => {
    const { maxUnavailable } = roll.limits;
    const most = countOf(maxUnavailable, roll.workers);
    expect(mostDown(playRoll(roll, UNLIMITED), roll, 0)).toBeLessThanOrEqual(most);
    expect(mostDown(playRoll(roll, LIFTED), roll, 0.1)).toBeLessThanOrEqual(most);
  });

  test.prop([anyRoll], { numRuns: RUNS })('takes down no more of them when pods fail meanwhile', (roll) => {
    const failing = { unready: { sequence: ['never', '9s', '25s'] } };
    const most = countOf(roll.limits.maxUnavailable, roll.workers);
    expect(mostDown(playRoll(roll, LIFTED, failing), roll, 0.1)).toBeLessThanOrEqual(most);
  });

  /** With surge and minReadySeconds it may stop before, as upstream's does: see the controller's tests. */
  const anyThatEnds = anyRoll.filter(({ limits, minReadySeconds }) => limits.maxSurge === 0 || minReadySeconds === 0);

  test.prop([anyThatEnds], { numRuns: RUNS })('ends with one pod of the last template on each of its nodes', (roll) => {
    const wanted = workersOf(roll).map((node) => `${node} agent:v${roll.pauses.length + 1}`);
    for (const controlPlane of [UNLIMITED, LIFTED]) {
      expect(placesOf(followPods(playRoll(roll, controlPlane).log))).toEqual(wanted.sort());
    }
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MAX_REPLICAS_ANNOTATION } from '../../cluster/index.ts';
import { storedDeployment, storedReplicaSet } from '../../testing/objects.ts';
import {
  deploymentComplete,
  deploymentProgressing,
  maxSurge,
  maxUnavailable,
  newReplicaSetReplicas,
  replicaSetProportion,
  resolveFenceposts,
  specReplicas,
} from './replicaMath.ts';

type Limit = number | string;

function rolling(replicas: number, surge: Limit, unavailable: Limit) {
  return storedDeployment({ replicas, strategy: { maxSurge: surge, maxUnavailable: unavailable } });
}

describe('fenceposts', () => {
  test.each<[number, Limit, Limit, number, number]>([
    [10, '25%', '25%', 3, 2],
    [1, '25%', '25%', 1, 0],
    [3, '25%', '25%', 1, 0],
    [4, '25%', '25%', 1, 1],
    [15, '25%', '25%', 4, 3],
    [100, '1%', '1%', 1, 1],
    [99, '1%', '1%', 1, 0],
    [7, 3, 2, 3, 2],
    [2, 5, 5, 5, 5],
    [0, '25%', '25%', 0, 1],
    // Both come to nothing: one may be missing after all.
    [10, 0, '5%', 0, 1],
    [10, '0%', '9%', 0, 1],
    [10, '0%', '10%', 0, 1],
    [20, '0%', '10%', 0, 2],
    [10, '110%', 0, 11, 0],
  ])('%i replicas, maxSurge %s, maxUnavailable %s: +%i, -%i', (replicas, surge, unavailable, up, down) => {
    expect(resolveFenceposts(rolling(replicas, surge, unavailable))).toEqual({ maxSurge: up, maxUnavailable: down });
  });

  test('never more are missing than there are; nothing is missing of none', () => {
    expect(maxUnavailable(rolling(2, 0, 5))).toBe(2);
    expect(maxUnavailable(rolling(0, 0, 5))).toBe(0);
    expect(maxUnavailable(rolling(0, '25%', '25%'))).toBe(0);
    expect(maxSurge(rolling(2, 5, 0))).toBe(5);
  });

  test('Recreate knows neither', () => {
    const recreate = storedDeployment({ replicas: 10, strategy: 'Recreate' });
    expect([maxSurge(recreate), maxUnavailable(recreate)]).toEqual([0, 0]);
  });
});

describe('the size of the new ReplicaSet', () => {
  const size = (replicas: number, surge: Limit, old: number, current: number) => {
    const all = [storedReplicaSet({ uid: 2, replicas: old }), storedReplicaSet({ uid: 3, replicas: current })];
    return newReplicaSetReplicas(rolling(replicas, surge, 1), specReplicas(all), current);
  };

  test.each([
    // replicas, maxSurge, old, new, and what the new one becomes.
    [10, 3, 10, 0, 3],
    [10, 3, 8, 3, 5],
    [10, 3, 8, 5, 5],
    [10, 3, 12, 5, 5],
    [10, 3, 0, 4, 10],
    [10, 3, 2, 9, 10],
    [10, 0, 10, 0, 0],
    [10, 0, 9, 0, 1],
    [1, 2, 1, 0, 1],
  ])('%i replicas, maxSurge %i, %i old and %i new: %i', (replicas, surge, old, current, next) => {
    expect(size(replicas, surge, old, current)).toBe(next);
  });

  test('Recreate makes all at once', () => {
    const recreate = storedDeployment({ replicas: 10, strategy: 'Recreate' });
    expect(newReplicaSetReplicas(recreate, 10, 0)).toBe(10);
  });

  const count = fc.integer({ min: 0, max: 50 });
  test.prop([count, count, count, count])(
    'never goes beyond the limit, nor beyond the replicas',
    (replicas, surge, old, current) => {
      const next = size(replicas, surge, old, current);
      if (current > replicas) return;
      expect(next).toBeGreaterThanOrEqual(current);
      expect(next).toBeLessThanOrEqual(replicas);
      expect(next + old).toBeLessThanOrEqual(Math.max(replicas + surge, old + current));
    },
  );
});

describe('the share of a ReplicaSet when the Deployment is scaled', () => {
  const share = (size: number, maxBefore: string, replicas: number, toAdd: number, added = 0) => {
    const replicaSet = storedReplicaSet({ replicas: size, annotations: { [MAX_REPLICAS_ANNOTATION]: maxBefore } });
    return replicaSetProportion(replicaSet, rolling(replicas, 3, 2), toAdd, added);
  };

  /** "deployment should support proportional scaling" of the conformance tests: 8 + 5 of 10 + 3 become 20 + 13 of 33. */
  test('10 to 30 replicas with maxSurge 3: 8 become 20 and 5 become 13', () => {
    expect(share(8, '13', 30, 20)).toBe(12);
    expect(share(5, '13', 30, 20, 12)).toBe(8);
  });

  test('is rounded half away from zero', () => {
    // 5 * 13 / 10 = 6.5; 5 * 5 / 10 = 2.5.
    expect(share(5, '10', 10, 5)).toBe(2);
    expect(share(5, '10', 2, -5)).toBe(-2);
  });

  test('is no more than what is left, in either direction', () => {
    expect(share(8, '13', 30, 20, 15)).toBe(5);
    expect(share(8, '13', 30, 20, 20)).toBe(0);
    expect(share(8, '13', 2, -8, -6)).toBe(-2);
  });

  test('is nothing for an empty one, and all for a Deployment without replicas', () => {
    expect(share(0, '13', 30, 20)).toBe(0);
    expect(share(8, '13', 0, -13)).toBe(-8);
  });

  test('counts from the status where the annotation is missing, and is nothing without any', () => {
    const replicaSet = storedReplicaSet({ replicas: 8 });
    const deployment = { ...rolling(30, 3, 2) };
    expect(
      replicaSetProportion(replicaSet, { ...deployment, status: { ...deployment.status, replicas: 13 } }, 20, 0),
    ).toBe(12);
    expect(replicaSetProportion(replicaSet, deployment, 20, 0)).toBe(0);
  });
});

describe('progress', () => {
  const done = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 1 };

  test.each([
    [{}, true],
    [{ replicas: 4 }, false],
    [{ updatedReplicas: 2 }, false],
    [{ availableReplicas: 2 }, false],
    [{ observedGeneration: 0 }, false],
    [{ readyReplicas: 2 }, true],
  ])('a Deployment of 3 with %o is complete: %s', (status, isComplete) => {
    const deployment = storedDeployment({ replicas: 3 });
    expect(deploymentComplete(deployment, { ...deployment.status, ...done, ...status })).toBe(isComplete);
  });

  test.each([
    [{}, false],
    [{ updatedReplicas: 4, replicas: 4 }, true],
    [{ replicas: 2, updatedReplicas: 2 }, false],
    [{ replicas: 2, updatedReplicas: 3 }, true],
    [{ readyReplicas: 4 }, true],
    [{ availableReplicas: 4 }, true],
    [{ availableReplicas: 2, readyReplicas: 2, unavailableReplicas: 9 }, false],
  ])('from 3 of everything to %o is progress: %s', (after, isProgress) => {
    const before = { ...storedDeployment().status, ...done };
    expect(deploymentProgressing(before, { ...before, ...after })).toBe(isProgress);
  });
});

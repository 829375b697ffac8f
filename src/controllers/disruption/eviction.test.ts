import { beforeEach, describe, expect, test } from 'vitest';
import { decodeObject } from '../../api/index.ts';
import type { JsonObject, PodDisruptionBudgetManifest } from '../../api/types.ts';
import {
  type ApiError,
  EMPTY_POD_DISRUPTION_BUDGET_STATUS,
  POD_DISRUPTED,
  POD_SUCCEEDED,
  POD_TERMINATING,
  type PodDisruptionBudget,
  type PodDisruptionBudgetStatus,
} from '../../cluster/index.ts';
import { HandDrivenCluster } from '../../metrics/testing/handDrivenCluster.ts';
import { EvictionRequest } from './eviction.ts';

let driven: HandDrivenCluster;
let replicaSet: number;

beforeEach(() => {
  driven = new HandDrivenCluster();
  driven.createNode('node-0');
  replicaSet = driven.createReplicaSet(driven.createDeployment(), { name: 'web-1' });
  driven.kernel.run();
});

/** A budget of all pods, as its controller last left it. */
function createBudget(status: Partial<PodDisruptionBudgetStatus>, spec: JsonObject = {}, name = 'web'): number {
  const { cluster } = driven;
  const uid = cluster.allocateUid();
  const manifest = decodeObject({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name },
    spec: { selector: {}, minAvailable: 1, ...spec },
  }) as PodDisruptionBudgetManifest;
  const error = cluster.tables.PodDisruptionBudget.create({
    ...manifest,
    uid,
    generation: 1,
    creationMicros: 0,
    ownerUid: -1,
    status: { ...EMPTY_POD_DISRUPTION_BUDGET_STATUS, observedGeneration: 1, ...status },
  });
  expect(error).toBeUndefined();
  return uid;
}

function budget(uid: number): PodDisruptionBudget {
  return driven.cluster.tables.PodDisruptionBudget.get(uid)!;
}

/** Takes steps until the eviction is decided or has to wait. */
function advance(request: EvictionRequest): EvictionRequest {
  do request.advance();
  while (request.state.kind === 'pending' && request.state.afterMicros === 0);
  return request;
}

function evict(pod: number): EvictionRequest['state'] {
  return advance(new EvictionRequest(driven.cluster, pod)).state;
}

function errorOf(state: EvictionRequest['state']): ApiError | undefined {
  return state.kind === 'refused' ? state.error : undefined;
}

const VIOLATION = {
  reason: 'TooManyRequests',
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
};

describe('an eviction', () => {
  test('without a budget marks the pod and deletes it', () => {
    const pod = driven.createReadyPod(replicaSet);
    expect(evict(pod)).toEqual({ kind: 'evicted' });
    const bits = driven.cluster.pods.state[pod]! & (POD_DISRUPTED | POD_TERMINATING);
    expect(bits).toBe(POD_DISRUPTED | POD_TERMINATING);
  });

  test('charges the budget, which remembers the pod', () => {
    const uid = createBudget({ disruptionsAllowed: 2 });
    const pod = driven.createReadyPod(replicaSet);
    expect(evict(pod).kind).toBe('evicted');
    const { disruptionsAllowed, disruptedPods } = budget(uid).status;
    expect([disruptionsAllowed, [...disruptedPods]]).toEqual([1, [[driven.cluster.pods.uid[pod], 0]]]);
  });

  test('says in the budget’s condition that it was the last one', () => {
    const uid = createBudget({ disruptionsAllowed: 1 });
    evict(driven.createReadyPod(replicaSet));
    expect(budget(uid).status.conditions).toMatchObject([{ status: 'False', reason: 'InsufficientPods' }]);
  });

  test('is refused when the budget allows none', () => {
    createBudget({ disruptionsAllowed: 0 });
    const pod = driven.createReadyPod(replicaSet);
    expect(evict(pod)).toEqual({ kind: 'refused', error: VIOLATION, retryAfterMicros: 0 });
    expect(driven.cluster.pods.state[pod]! & POD_DISRUPTED).toBe(0);
  });

  test('is to be tried again in ten seconds while the controller has not seen the budget', () => {
    createBudget({ disruptionsAllowed: 1, observedGeneration: 0 });
    const state = evict(driven.createReadyPod(replicaSet));
    expect(state).toEqual({ kind: 'refused', error: VIOLATION, retryAfterMicros: 10_000_000 });
  });

  test('of a pod of two budgets is an error', () => {
    createBudget({ disruptionsAllowed: 1 });
    createBudget({ disruptionsAllowed: 1 }, {}, 'other');
    expect(errorOf(evict(driven.createReadyPod(replicaSet)))?.reason).toBe('InternalError');
  });

  test('is refused when thousands are on their way', () => {
    const disruptedPods = new Map(Array.from({ length: 2_001 }, (_, index) => [index, 0]));
    createBudget({ disruptionsAllowed: 1, disruptedPods });
    expect(errorOf(evict(driven.createReadyPod(replicaSet)))?.reason).toBe('Forbidden');
  });

  test('of a pod that is pending, has finished or terminates already takes nothing from the budget', () => {
    const uid = createBudget({ disruptionsAllowed: 0 });
    const { cluster } = driven;
    const [pending, finished, terminating] = [
      driven.createPod(replicaSet),
      driven.createReadyPod(replicaSet),
      driven.createReadyPod(replicaSet),
    ];
    cluster.setPodFinished(finished, POD_SUCCEEDED);
    cluster.deletePod(terminating);
    for (const pod of [pending, finished, terminating]) expect(evict(pod).kind).toBe('evicted');
    expect(budget(uid).status.disruptedPods.size).toBe(0);
  });

  test('of a pod that is gone finds none', () => {
    const pod = driven.createReadyPod(replicaSet);
    const request = new EvictionRequest(driven.cluster, pod);
    driven.cluster.removePod(pod);
    expect(errorOf(advance(request).state)?.reason).toBe('NotFound');
  });
});

describe('a pod that is not ready', () => {
  const unready = (): number => {
    const pod = driven.createReadyPod(replicaSet);
    driven.cluster.setPodRunning(pod, false);
    return pod;
  };

  test('may go free of charge when enough others are healthy', () => {
    const uid = createBudget({ disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3 });
    expect(evict(unready()).kind).toBe('evicted');
    expect(budget(uid).status.disruptedPods.size).toBe(0);
  });

  test('is held like any other when they are not, or none is asked for', () => {
    createBudget({ disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 3 });
    expect(evict(unready()).kind).toBe('refused');
    driven.cluster.tables.PodDisruptionBudget.delete(driven.cluster.tables.PodDisruptionBudget.list()[0]!.uid);
    createBudget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0 });
    expect(evict(unready()).kind).toBe('refused');
  });

  test('always may go under AlwaysAllow', () => {
    const spec = { unhealthyPodEvictionPolicy: 'AlwaysAllow' };
    createBudget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 3 }, spec);
    expect(evict(unready()).kind).toBe('evicted');
    expect(evict(driven.createReadyPod(replicaSet)).kind).toBe('refused');
  });

  test('that gets ready before it is deleted stays', () => {
    createBudget({ disruptionsAllowed: 0, currentHealthy: 3, desiredHealthy: 3 });
    const pod = unready();
    const request = new EvictionRequest(driven.cluster, pod);
    request.advance();
    driven.cluster.setPodRunning(pod, true);
    expect(advance(request).state).toMatchObject({ kind: 'refused', retryAfterMicros: 10_000_000 });
  });
});

describe('two evictions that meet at a budget', () => {
  test('are granted one after the other: the second looks again after half a second', () => {
    const uid = createBudget({ disruptionsAllowed: 2 });
    const requests = [0, 1].map(() => new EvictionRequest(driven.cluster, driven.createReadyPod(replicaSet)));
    for (const request of requests) request.advance();
    for (const request of requests) request.advance();
    expect(budget(uid).status.disruptionsAllowed).toBe(1);
    const { state } = requests[1]!;
    expect(state.kind === 'pending' && state.afterMicros).toBeGreaterThanOrEqual(500_000);
    expect(state.kind === 'pending' && state.afterMicros).toBeLessThan(550_000);
    expect(advance(requests[1]!).state.kind).toBe('evicted');
    expect(budget(uid).status.disruptionsAllowed).toBe(0);
  });

  test('give up after twenty tries', () => {
    const uid = createBudget({ disruptionsAllowed: 5 });
    const request = new EvictionRequest(driven.cluster, driven.createReadyPod(replicaSet));
    for (let tries = 0; tries < 20; tries++) {
      request.advance();
      driven.cluster.tables.PodDisruptionBudget.update({ ...budget(uid) });
      request.advance();
    }
    expect(errorOf(request.state)).toEqual({
      reason: 'Timeout',
      message: `couldn't update PodDisruptionBudget "web" due to conflicts`,
    });
  });
});

/** The sig-apps tests of PodDisruptionBudgets, with upstream's names and numbers (test/e2e/apps/disruption.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { ApiError, PodDisruptionBudgetStatus } from '../../cluster/index.ts';
import { EvictionRequest } from '../../controllers/disruption/eviction.ts';
import { Stand } from '../stand.ts';
import { newPod, newReplicaSet, readyPods, replicaSetOf, WEBSERVER, waitForPods } from './replicas.ts';

const LABELS = { foo: 'bar' };
const VIOLATION = "Cannot evict pod as it would violate the pod's disruption budget.";

function createBudget(stand: Stand, spec: JsonObject): void {
  const document = { selector: { matchLabels: LABELS }, ...spec };
  stand.create({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'foo' }, spec: document });
}

function statusOf(stand: Stand): PodDisruptionBudgetStatus {
  return stand.cluster.tables.PodDisruptionBudget.find('default', 'foo')!.status;
}

/** Asks for the eviction of a pod; undefined: it was granted. */
function evict(stand: Stand, pod: number): ApiError | undefined {
  const request = new EvictionRequest(stand.cluster, pod);
  do request.advance();
  while (request.state.kind === 'pending');
  return request.state.kind === 'refused' ? request.state.error : undefined;
}

function anyReadyPod(stand: Stand): number {
  return readyPods(stand)[0]!.row;
}

/** With `isExclusive` the pods take a port of their node each, so that four nodes have room for four. */
function createReplicaSet(stand: Stand, replicas: number, isExclusive: boolean): void {
  const document = newReplicaSet('rs', replicas, LABELS, WEBSERVER);
  if (isExclusive) {
    const { containers } = (document.spec as { template: { spec: { containers: JsonObject[] } } }).template.spec;
    containers[0]!.ports = [{ hostPort: 5555, containerPort: 5555 }];
  }
  stand.create(document);
}

describe('DisruptionController', () => {
  test('should observe PodDisruptionBudget status updated', () => {
    const stand = new Stand();
    createBudget(stand, { minAvailable: 1 });
    for (const name of ['pod-0', 'pod-1', 'pod-2']) stand.create(newPod(name, LABELS));
    stand.waitFor('a disruption allowed', () => statusOf(stand).disruptionsAllowed > 0);
    waitForPods(stand, 3);
    stand.run(1);
    expect(statusOf(stand)).toMatchObject({
      disruptionsAllowed: 2,
      currentHealthy: 3,
      desiredHealthy: 1,
      expectedPods: 3,
    });
  });

  test('should block an eviction until the PDB is updated to allow it', () => {
    const stand = new Stand();
    createBudget(stand, { minAvailable: 3 });
    createReplicaSet(stand, 3, false);
    waitForPods(stand, 3);
    stand.run(1);
    const pod = anyReadyPod(stand);
    expect(evict(stand, pod)).toMatchObject({ reason: 'TooManyRequests', message: VIOLATION });
    // Updating the budget to allow a pod to be evicted.
    stand.edit('PodDisruptionBudget', 'foo', (spec) => {
      spec.minAvailable = 2;
    });
    stand.waitFor('3 healthy pods', () => statusOf(stand).disruptionsAllowed === 1);
    expect(evict(stand, pod)).toBeUndefined();
    // Patching it to disallow one.
    stand.edit('PodDisruptionBudget', 'foo', (spec) => {
      delete spec.minAvailable;
      spec.maxUnavailable = 0;
    });
    waitForPods(stand, 3);
    const other = anyReadyPod(stand);
    expect(evict(stand, other)?.message).toBe(VIOLATION);
    // Deleting it.
    stand.delete('PodDisruptionBudget', 'foo');
    waitForPods(stand, 3);
    expect(evict(stand, other)).toBeUndefined();
    expect(replicaSetOf(stand, 'rs').spec.replicas).toBe(3);
  });

  interface EvictionCase {
    readonly description: string;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
    readonly podCount?: number;
    readonly replicaSetSize?: number;
    readonly isExclusive?: boolean;
    readonly isDenied: boolean;
  }

  const EVICTIONS: readonly EvictionCase[] = [
    { description: 'no PDB', podCount: 1, isDenied: false },
    { description: 'too few pods, absolute', minAvailable: 2, podCount: 2, isDenied: true },
    { description: 'enough pods, absolute', minAvailable: 2, podCount: 3, isDenied: false },
    { description: 'enough pods, replicaSet, percentage', minAvailable: '90%', replicaSetSize: 10, isDenied: false },
    {
      description: 'too few pods, replicaSet, percentage',
      minAvailable: '90%',
      replicaSetSize: 10,
      isExclusive: true,
      isDenied: true,
    },
    {
      description: 'maxUnavailable allow single eviction, percentage',
      maxUnavailable: '10%',
      replicaSetSize: 10,
      isDenied: false,
    },
    {
      description: 'maxUnavailable deny evictions, integer',
      maxUnavailable: 1,
      replicaSetSize: 10,
      isExclusive: true,
      isDenied: true,
    },
  ];

  const nameOf = ({ description, isDenied }: EvictionCase) =>
    `evictions: ${description} => ${isDenied ? 'should not allow an eviction' : 'should allow an eviction'}`;

  test.each(EVICTIONS.map((one): [string, EvictionCase] => [nameOf(one), one]))(
    '%s',
    (_, { minAvailable, maxUnavailable, podCount = 0, replicaSetSize = 0, isExclusive = false, isDenied }) => {
      const stand = new Stand();
      for (let index = 0; index < podCount; index++) stand.create(newPod(`pod-${index}`, LABELS));
      if (replicaSetSize > 0) createReplicaSet(stand, replicaSetSize, isExclusive);
      if (minAvailable !== undefined) createBudget(stand, { minAvailable });
      if (maxUnavailable !== undefined) createBudget(stand, { maxUnavailable });
      waitForPods(stand, isExclusive ? 4 : podCount + replicaSetSize);
      stand.run(1);
      expect(evict(stand, anyReadyPod(stand))?.message).toBe(isDenied ? VIOLATION : undefined);
    },
  );

  interface PolicyCase {
    readonly policy: string | undefined;
    readonly isReady: boolean;
    readonly evictions: number;
  }

  const POLICIES: readonly [string, PolicyCase][] = [
    ['should evict ready pods with Default', { policy: undefined, isReady: true, evictions: 1 }],
    ['should evict ready pods with IfHealthyBudget', { policy: 'IfHealthyBudget', isReady: true, evictions: 1 }],
    ['should evict ready pods with AlwaysAllow', { policy: 'AlwaysAllow', isReady: true, evictions: 1 }],
    ['should not evict unready pods with Default', { policy: undefined, isReady: false, evictions: 0 }],
    ['should not evict unready pods with IfHealthyBudget', { policy: 'IfHealthyBudget', isReady: false, evictions: 0 }],
    ['should evict unready pods with AlwaysAllow', { policy: 'AlwaysAllow', isReady: false, evictions: 3 }],
  ];

  test.each(POLICIES)('%s UnhealthyPodEvictionPolicy', (_, { policy, isReady, evictions }) => {
    const stand = new Stand();
    if (!isReady) stand.breakPodsWhere(() => true);
    createBudget(stand, { minAvailable: 2, ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }) });
    createReplicaSet(stand, 3, false);
    stand.waitFor('3 running pods', () => stand.pods().filter(({ phase }) => phase === 'Running').length === 3);
    stand.run(1);
    const answers = stand.pods().map(({ row }) => evict(stand, row));
    expect(answers.filter((error) => error === undefined)).toHaveLength(evictions);
  });

  test('unmanaged pods: a percentage counts none of them, and none may be evicted', () => {
    const stand = new Stand();
    createBudget(stand, { maxUnavailable: '100%' });
    for (const name of ['pod-0', 'pod-1']) stand.create(newPod(name, LABELS));
    waitForPods(stand, 2);
    stand.run(1);
    expect(statusOf(stand)).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0, currentHealthy: 2 });
    expect(stand.events.some(({ reason }) => reason === 'UnmanagedPods')).toBe(true);
    expect(evict(stand, anyReadyPod(stand))?.message).toBe(VIOLATION);
  });
});

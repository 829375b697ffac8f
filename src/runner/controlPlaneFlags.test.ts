import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { play } from '../testing/play.ts';

const SLOW_API = { api: '200ms' };
const POD = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'web:v1' }] },
};
const SELECTED = { selector: { matchLabels: { app: 'web' } } };

function objects(apiVersion: string, kind: string, count: number, spec: JsonObject): JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const labels = { app: `web-${index}` };
    const template = {
      ...POD,
      metadata: { labels },
      spec: { ...POD.spec, ...(kind === 'Job' && { restartPolicy: 'Never' }) },
    };
    const selector =
      kind === 'Job' ? {} : { selector: kind === 'ReplicationController' ? labels : { matchLabels: labels } };
    return { apiVersion, kind, metadata: { name: `web-${index}` }, spec: { ...spec, ...selector, template } };
  });
}

/** When the last pod was created, or reached another event. */
function lastSeconds(controlPlane: JsonObject, given: JsonObject[], event = 'created'): number {
  const { log } = play({ objects: given, nodes: { count: 4 }, behavior: { ready: '1s' }, controlPlane, until: '5m' });
  return Math.max(...log.flatMap((line) => (line.kind === 'Pod' && line.event === event ? [line.t] : [])));
}

describe('a flag that says how many objects are synced at a time', () => {
  test.each([
    ['concurrent-deployment-syncs', 'apps/v1', 'Deployment', { replicas: 7 }],
    ['concurrent-replicaset-syncs', 'apps/v1', 'ReplicaSet', { replicas: 7 }],
    ['concurrent-rc-syncs', 'v1', 'ReplicationController', { replicas: 7 }],
    [
      'concurrent-statefulset-syncs',
      'apps/v1',
      'StatefulSet',
      { replicas: 7, serviceName: 'web', podManagementPolicy: 'Parallel' },
    ],
    ['concurrent-daemonset-syncs', 'apps/v1', 'DaemonSet', {}],
    ['concurrent-job-syncs', 'batch/v1', 'Job', { parallelism: 7, completions: 7 }],
  ] as const)('%s', (flag, apiVersion, kind, spec) => {
    const given = objects(apiVersion, kind, 6, spec);
    const seconds = (syncs: number) =>
      lastSeconds({ preset: 'unlimited', latency: SLOW_API, 'kube-controller-manager': { [flag]: syncs } }, given);
    const [one, two, six] = [seconds(1), seconds(2), seconds(6)];
    // Objects come 0.2 s apart, and a sync that creates in batches of 1, 2 and 4 takes longer than two such.
    expect(one - six).toBeGreaterThan(1);
    expect(two).toBeLessThan(one);
    expect(two).toBeGreaterThanOrEqual(six);
  });
});

describe("a client's limits", () => {
  const set = { ...SELECTED, replicas: 60, template: POD };
  const web: JsonObject[] = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec: set }];

  test.each([
    ['kube-controller-manager', 'created'],
    ['kube-scheduler', 'bound'],
    ['kubelet', 'ready'],
  ] as const)('of %s hold up when pods are %s', (component, event) => {
    const seconds = (qps: number, burst: number) =>
      lastSeconds({ preset: 'unlimited', [component]: { 'kube-api-qps': qps, 'kube-api-burst': burst } }, web, event);
    const unlimited = seconds(-1, 1);
    expect(seconds(10, 5) - unlimited).toBeGreaterThan(1);
    // Twice the rate, at most half the wait; a bucket that holds enough for all makes none wait.
    expect((seconds(10, 1) - unlimited) / (seconds(20, 1) - unlimited)).toBeGreaterThan(1.95);
    expect(seconds(10, 300)).toBeCloseTo(unlimited, 6);
  });

  test("of one controller are not used by another's requests", () => {
    const limits = { 'kube-controller-manager': { 'kube-api-qps': 10, 'kube-api-burst': 1 } };
    const job = objects('batch/v1', 'Job', 1, { parallelism: 20, completions: 20 });
    const alone = lastSeconds({ preset: 'unlimited', ...limits }, web);
    expect(lastSeconds({ preset: 'unlimited', ...limits }, [...web, ...job])).toBeCloseTo(alone, 6);
  });
});

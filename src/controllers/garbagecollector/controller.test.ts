import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry } from '../../metrics/log/logLine.ts';
import { deployment, type Played, play, podTemplate, SET_IMAGE, UNLIMITED } from '../../testing/play.ts';
import { replay } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '3s' } };

/** Times at which objects went, by `Deployment/web`, `ReplicaSet/web@1`, `Pod`. */
function gone(log: readonly LogEntry[]): [string, number][] {
  return log.flatMap((line): [string, number][] => {
    if (line.kind === 'Pod') return line.event === 'deleted' ? [['Pod', line.t]] : [];
    const isGone = (line.kind === 'Deployment' || line.kind === 'ReplicaSet') && line.deleted === true;
    return isGone ? [[`${line.kind}/${line.name}`, line.t]] : [];
  });
}

describe('deleting a Deployment', () => {
  test('deletes its ReplicaSets at once, and its pods as they stop', () => {
    const { log, result } = play({ ...BEHAVIOR, steps: { '10s': 'delete deployment/web' } });
    const end = replay(log, (now) => {
      if (now.t > 10) expect(now.active()).toEqual([]);
    });
    expect([end.deployments.size, end.replicaSets.size, end.pods.size]).toEqual([0, 0, 0]);
    expect(gone(log)).toEqual([['Deployment/web', 10], ['ReplicaSet/web@1', 10], ...Array(3).fill(['Pod', 13])]);
    expect(result.end).toBe('quiet');
  });

  test('in the foreground lets it go last, and scales nothing meanwhile', () => {
    const steps = { '10s': SET_IMAGE, '10500ms': 'delete deployment/web --cascade=foreground' };
    const { log, result } = play({ ...BEHAVIOR, steps });
    const created = log.filter((line) => line.kind === 'Pod' && line.event === 'created' && line.t > 10.5);
    expect(created).toEqual([]);
    expect(gone(log)).toEqual([
      ...Array(4).fill(['Pod', 13.5]),
      ['ReplicaSet/web@1', 13.5],
      ['ReplicaSet/web@2', 13.5],
      ['Deployment/web', 13.5],
    ]);
    expect(result.steps.at(-1)).toMatchObject({ out: 'deployment.apps "web" deleted', endedSeconds: 13.5 });
  });

  test('in the foreground, in a version whose status tells of terminating pods, tells of them', () => {
    const { log } = play({ ...BEHAVIOR, steps: { '10s': 'delete deployment/web --cascade=foreground' } });
    const last = log.filter((line) => line.kind === 'Deployment' && line.deleted !== true).at(-1);
    expect(last).toMatchObject({ replicas: 0, available: 0, terminating: 0 });
    const statuses = log.filter((line) => line.kind === 'Deployment' && line.t === 10);
    expect(statuses.at(-1)).toMatchObject({ replicas: 0, terminating: 3 });
  });

  test('with --cascade=orphan leaves a ReplicaSet that a later Deployment takes over, with the same pods', () => {
    const apply = { kubectl: 'apply -f -', stdin: JSON.stringify(deployment()) };
    const { log, result } = play({
      ...BEHAVIOR,
      steps: { '10s': 'delete deployment/web --cascade=orphan', '20s': apply },
    });
    const end = replay(log, () => {});
    expect([...end.replicaSets.values()].map(({ spec }) => spec)).toEqual([3]);
    expect(end.pods.size).toBe(3);
    expect(result.pods.created).toBe(3);
    expect(gone(log)).toEqual([['Deployment/web', 10]]);
  });

  test('that is not ready yet leaves no pod behind', () => {
    const { log } = play({
      ...BEHAVIOR,
      replicas: 100,
      controlPlane: {},
      nodes: { count: 4 },
      steps: { '1500ms': 'delete deployment/web' },
    });
    const end = replay(log, () => {});
    expect([end.replicaSets.size, end.pods.size]).toEqual([0, 0]);
  });

  test('takes a read and a write for each dependent, at twice the other controllers’ rate', () => {
    const limits = { 'kube-controller-manager': { 'kube-api-qps': 20, 'kube-api-burst': 30 } };
    const controlPlane = { ...UNLIMITED, ...limits };
    const behavior = { ready: '0s', terminate: '0s' };
    const { log } = play({ replicas: 100, behavior, controlPlane, steps: { '60s': 'delete deployment/web' } });
    // 30 at once, the others 40 a second: two requests for each of 101 objects, and two for owners that are not there.
    expect(gone(log).at(-1)![1]).toBeCloseTo(60 + (2 * 101 + 2 - 30) / 40, 0);
  });
});

test('a ReplicaSet that is deleted with --cascade=orphan leaves its pods, which the next one adopts', () => {
  const cache: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'cache' },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: podTemplate() },
  };
  const steps = {
    '10s': 'delete rs/cache --cascade=orphan',
    '20s': { kubectl: 'apply -f -', stdin: JSON.stringify({ ...cache, metadata: { name: 'other' } }) },
  };
  const { log, result } = play({ ...BEHAVIOR, objects: [cache], steps });
  expect(gone(log)).toEqual([['ReplicaSet/cache', 10]]);
  expect(result.pods.created).toBe(3);
});

test('a deleted ReplicaSet of a Deployment is made again, under its name and with its revision', () => {
  const name = play({ steps: { '1s': 'get replicasets -o name' } })
    .result.steps.at(-1)!
    .out.trim();
  const { log, result } = play({ ...BEHAVIOR, steps: { '10s': `delete ${name}`, '20s': 'get replicasets -o name' } });
  const end = replay(log, () => {});
  expect(result.steps.at(-1)!.out.trim()).toBe(name);
  expect([...end.replicaSets.values()].map(({ spec, revision }) => [spec, revision])).toEqual([[3, '1']]);
  expect(result.pods.created).toBe(6);
});

describe('what belongs to other kinds goes with them', () => {
  const meta = { name: 'web' };
  const labels = { matchLabels: { app: 'web' } };
  const container = { name: 'app', image: 'web:v1' };
  const jobTemplate = { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } };

  const OWNERS: Readonly<Record<string, JsonObject>> = {
    replicationcontroller: {
      apiVersion: 'v1',
      spec: { replicas: 3, selector: { app: 'web' }, template: podTemplate() },
    },
    statefulset: {
      apiVersion: 'apps/v1',
      spec: { replicas: 3, serviceName: 'web', selector: labels, template: podTemplate() },
    },
    daemonset: { apiVersion: 'apps/v1', spec: { selector: labels, template: podTemplate() } },
    job: { apiVersion: 'batch/v1', spec: { parallelism: 3, ...jobTemplate.spec } },
    cronjob: { apiVersion: 'batch/v1', spec: { schedule: '* * * * *', jobTemplate } },
  };
  const KINDS: Readonly<Record<string, string>> = {
    replicationcontroller: 'ReplicationController',
    statefulset: 'StatefulSet',
    daemonset: 'DaemonSet',
    job: 'Job',
    cronjob: 'CronJob',
  };
  const GET = 'get replicationcontrollers,statefulsets,daemonsets,jobs,cronjobs,controllerrevisions,pods -o name';

  function deleted(kind: string, cascade: string): Played {
    const object = { kind: KINDS[kind]!, metadata: meta, ...OWNERS[kind] };
    const steps = { '100s': [GET, `delete ${kind} web --cascade=${cascade}`], '130s': GET };
    return play({ behavior: { ready: '1s', terminate: '3s', run: '1h' }, objects: [object], steps, until: '140s' });
  }

  test.each(
    Object.keys(OWNERS).flatMap((kind) => [
      [kind, 'background'],
      [kind, 'foreground'],
    ]),
  )('%s, in the %s', (kind, cascade) => {
    const { result } = deleted(kind!, cascade!);
    const [before, , after] = result.steps.slice(1).map(({ out }) => out);
    expect(before).toContain('pod/');
    expect(after).toBe('');
  });

  test.each(Object.keys(OWNERS))('but not when %s leaves them as orphans', (kind) => {
    const { result } = deleted(kind, 'orphan');
    const [before, , after] = result.steps.slice(1).map(({ out }) => out);
    const left = before!.split('\n').filter((name) => !name.startsWith(`${kind}.`) && !name.startsWith(`${kind}/`));
    expect(left.length).toBeGreaterThan(0);
    expect(after!.split('\n').sort()).toEqual(left.sort());
  });
});

describe('a claim whose end is another object’s', () => {
  const policy = (whenDeleted: string, whenScaled: string) => ({
    persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
  });
  const set = (fields: JsonObject): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'web' } },
      template: podTemplate(),
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
      ...fields,
    },
  });
  const claims = ({ result }: Played) =>
    result.steps
      .at(-1)!
      .out.split('\n')
      .filter((name) => name !== '');
  const claimsAfter = (fields: JsonObject, command: string) =>
    claims(play({ ...BEHAVIOR, objects: [set(fields)], steps: { '60s': command, '90s': 'get pvc -o name' } }));

  test('goes with its StatefulSet', () => {
    expect(claimsAfter(policy('Delete', 'Retain'), 'delete statefulset db')).toEqual([]);
    expect(claimsAfter(policy('Retain', 'Retain'), 'delete statefulset db')).toHaveLength(3);
    expect(claimsAfter(policy('Delete', 'Retain'), 'delete statefulset db --cascade=foreground')).toEqual([]);
    expect(claimsAfter(policy('Delete', 'Retain'), 'delete statefulset db --cascade=orphan')).toHaveLength(3);
  });

  test('goes with its pod when the StatefulSet is scaled down', () => {
    const scaled = claimsAfter(policy('Retain', 'Delete'), 'scale statefulset db --replicas=1');
    expect(scaled).toEqual(['persistentvolumeclaim/data-db-0']);
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { EventLine, LogEntry } from '../../metrics/log/logLine.ts';
import { deployment, type Played, play, SET_IMAGE, type Sketch } from '../../testing/play.ts';
import { conditionCourse, replay } from '../../testing/replay.ts';

const BEHAVIOR = { behavior: { ready: '1s', terminate: '5s' } };
const SURGE = { maxSurge: 1, maxUnavailable: 0 };
const IN_PLACE = { maxSurge: 0, maxUnavailable: 1 };

function quota(hard: JsonObject, name = 'team'): JsonObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard } };
}

function apply(...objects: JsonObject[]): { kubectl: string; stdin: string } {
  return { kubectl: 'apply -f -', stdin: objects.map((object) => JSON.stringify(object)).join('\n---\n') };
}

/** A Deployment under a quota that was there before it. */
function limited(hard: JsonObject, sketch: Sketch = {}): Played {
  return play({ ...BEHAVIOR, until: '5m', ...sketch, objects: [quota(hard), deployment(sketch)] });
}

function refusals(log: readonly LogEntry[]): EventLine[] {
  return log.filter((line): line is EventLine => line.kind === 'Event' && line.reason === 'FailedCreate');
}

/** What `kubectl get resourcequota` printed under REQUEST and LIMIT, by step. */
function usage({ result }: Played): string[] {
  const steps = result.steps.filter(({ kubectl = '' }) => kubectl.startsWith('get resourcequota'));
  return steps.map(({ out }) => out.split('\n')[1]!.split(/ {2,}/).slice(1, -1).join(' | ').trim());
}

describe('a pod beyond a quota', () => {
  test('is refused in the API server’s words, and its ReplicaSet says so', () => {
    const { log } = limited({ pods: 2 });
    const end = replay(log, () => {});
    expect(end.active()).toHaveLength(2);
    expect(refusals(log)[0]!.message).toMatch(
      /^Error creating: pods "web@1-[a-z0-9]{5}" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2$/,
    );
    expect(conditionCourse(log, 'ReplicaFailure').map(([, reason]) => reason)).toEqual(['True/FailedCreate']);
  });

  test('names all resources that it goes beyond, each in its own notation, and no other', () => {
    const hard = { pods: 10, 'requests.cpu': '250m', memory: '150Mi', 'limits.memory': '1Gi' };
    const container = { resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } } };
    expect(refusals(limited(hard, { container }).log)[0]!.message).toMatch(
      /exceeded quota: team, requested: memory=64Mi,requests.cpu=100m, used: memory=128Mi,requests.cpu=200m, limited: memory=150Mi,requests.cpu=250m$/,
    );
  });

  test('is refused when a container says nothing of a cpu or memory that is limited', () => {
    const hard = { 'requests.cpu': 4, 'limits.memory': '4Gi' };
    const pod = { initContainers: [{ name: 'init', image: 'i', resources: { requests: { cpu: '1' } } }] };
    expect(refusals(limited(hard, { pod }).log)[0]!.message).toMatch(
      /forbidden: failed quota: team: must specify limits.memory for: app,init$/,
    );
    const silent = limited(hard, { pod, container: { resources: { limits: { memory: '1Gi' } } } });
    expect(refusals(silent.log)[0]!.message).toMatch(
      /failed quota: team: must specify limits.memory for: init; requests.cpu for: app$/,
    );
  });

  test('is refused by any quota of the namespace, and held against none of the others', () => {
    const objects = [quota({ pods: 10 }, 'a'), quota({ pods: 2 }, 'b'), deployment()];
    const played = play({ ...BEHAVIOR, objects, until: '60s', steps: { '30s': 'get resourcequota a' } });
    expect(refusals(played.log)[0]!.message).toContain('exceeded quota: b,');
    expect(usage(played)).toEqual(['pods: 2/10']);
  });

  test('of another namespace is not its business', () => {
    const elsewhere = { ...quota({ pods: 1 }), metadata: { name: 'team', namespace: 'other' } };
    expect(refusals(play({ ...BEHAVIOR, objects: [elsewhere, deployment()] }).log)).toEqual([]);
  });

  test('that a user makes is refused too', () => {
    const pod = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'x' }] },
    });
    const { result } = play({ objects: [quota({ pods: 1 })], steps: { '1s': apply(pod('a')), '2s': apply(pod('b')) } });
    expect(result.steps.at(-1)!.error).toContain(
      'pods "b" is forbidden: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1',
    );
  });
});

describe('a rollout under a quota of just its replicas', () => {
  test('cannot begin with a surge', () => {
    const { log } = limited({ pods: 3 }, { strategy: SURGE, steps: { '10s': SET_IMAGE } });
    const end = replay(log, () => {});
    expect(end.active('web@1')).toHaveLength(3);
    expect(end.active('web@2')).toHaveLength(0);
  });

  test('waits in place until each old pod is gone, and for the back-off then', () => {
    const { log } = limited({ pods: 3 }, { strategy: IN_PLACE, steps: { '10s': SET_IMAGE } });
    let most = 0;
    const end = replay(log, (now) => {
      most = Math.max(most, now.pods.size);
    });
    expect(most).toBe(3);
    expect(end.active('web@2')).toHaveLength(3);
    // The first old pod is gone at 15 s; the ReplicaSet's tries double their distance: 5 ms, 10 ms … 5.12 s, 10.24 s.
    const created = log.filter((line) => line.kind === 'Pod' && line.event === 'created' && line.t > 10);
    expect(created[0]!.t).toBeCloseTo(15.115, 1);
    expect(created[0]!.t).toBeGreaterThan(15);
  });
});

describe('the use of a quota', () => {
  const GET = 'get resourcequota';

  test('is that of pods that have not ended; terminating ones count until they are gone', () => {
    const hard = { pods: 10, 'requests.memory': '1Gi', 'limits.cpu': 2, 'count/pods': 20 };
    const container = { resources: { requests: { memory: '64Mi' }, limits: { cpu: '500m' } } };
    const steps = { '9s': GET, '10s': 'scale deployment/web --replicas=1', '12s': GET, '20s': GET };
    expect(usage(limited(hard, { container, steps }))).toEqual([
      'count/pods: 3/20, pods: 3/10, requests.memory: 192Mi/1Gi | limits.cpu: 1500m/2',
      'count/pods: 3/20, pods: 3/10, requests.memory: 192Mi/1Gi | limits.cpu: 1500m/2',
      'count/pods: 1/20, pods: 1/10, requests.memory: 64Mi/1Gi | limits.cpu: 500m/2',
    ]);
  });

  test('counts what was there before it', () => {
    const steps = { '10s': apply(quota({ pods: 5, 'count/replicasets.apps': 5 })), '11s': GET };
    const played = play({ ...BEHAVIOR, steps });
    expect(usage(played)).toEqual(['count/replicasets.apps: 1/5, pods: 3/5']);
  });

  test('of a quota that is raised leaves room at once; nobody tells the ReplicaSet', () => {
    const steps = { '20s': 'patch resourcequota team -p \'{"spec":{"hard":{"pods":"3"}}}\'' };
    const { log } = limited({ pods: 2 }, { steps });
    const third = log.filter((line) => line.kind === 'Pod' && line.event === 'created')[2]!;
    expect(third.t).toBeGreaterThan(20.1);
    expect(third.t).toBeLessThan(41.1);
  });

  test('of a quota that is gone is not asked for', () => {
    const steps = { '20s': 'delete resourcequota team', '21s': 'scale deployment/web --replicas=6' };
    expect(replay(limited({ pods: 2 }, { steps }).log, () => {}).active()).toHaveLength(6);
  });

  test('of a quota that was lowered below it only keeps new pods out', () => {
    const steps = {
      '10s': 'patch resourcequota team -p \'{"spec":{"hard":{"pods":"1"}}}\'',
      '20s': 'scale deployment/web --replicas=4',
      '30s': GET,
    };
    const played = limited({ pods: 3 }, { steps });
    expect(usage(played)).toEqual(['pods: 3/1']);
    expect(refusals(played.log)[0]!.message).toContain('used: pods=3, limited: pods=1');
  });
});

describe('the use of pods with resources as a whole', () => {
  const hard = { 'requests.cpu': '10', 'limits.cpu': '10' };
  const steps = { '10s': 'get resourcequota' };
  const container = { resources: { requests: { cpu: '1' } } };

  test('is what they ask for as a whole, or what their containers do beneath a limit of the whole', () => {
    const whole = limited(hard, { container, steps, pod: { resources: { requests: { cpu: 2 }, limits: { cpu: 3 } } } });
    expect(usage(whole)).toEqual(['requests.cpu: 6/10 | limits.cpu: 9/10']);
    const beneath = limited(hard, { container, steps, pod: { resources: { limits: { cpu: 3 } } } });
    expect(usage(beneath)).toEqual(['requests.cpu: 3/10 | limits.cpu: 9/10']);
  });

  test('is that of the containers where the gate is off, as before 1.34', () => {
    const pod = { resources: { requests: { cpu: 2 } } };
    for (const older of [{ kubernetes: '1.33' }, { featureGates: { PodLevelResources: false } }]) {
      expect(usage(limited({ 'requests.cpu': '10' }, { container, steps, pod, ...older }))).toEqual([
        'requests.cpu: 3/10',
      ]);
    }
  });
});

describe('a quota on objects', () => {
  test('counts what came before its first status only with the next full sync, every five minutes', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
    const steps = { '1s': 'get resourcequota', '301s': 'get resourcequota' };
    const played = play({ objects: [quota({ services: 3 }), service], steps });
    expect(usage(played)).toEqual(['services: 0/3', 'services: 1/3']);
  });

  test('refuses a Deployment, which leaves no trace', () => {
    const objects = [quota({ 'count/deployments.apps': 0 })];
    const { result, log } = play({ objects, steps: { '1s': apply(deployment()) } });
    expect(result.steps.at(-1)!.error).toContain(
      'deployments.apps "web" is forbidden: exceeded quota: team, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
    );
    expect(replay(log, () => {}).deployments.size).toBe(0);
  });

  test('refuses the new ReplicaSet of a Deployment, whose condition says so', () => {
    const { log } = limited({ 'count/replicasets.apps': 1 }, { steps: { '10s': SET_IMAGE } });
    expect(conditionCourse(log, 'Progressing', 10).map(([, reason]) => reason)).toContain(
      'False/ReplicaSetCreateError',
    );
  });

  test('counts claims and what they ask for, also by their class', () => {
    const claim: JsonObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'gold', resources: { requests: { storage: '10Gi' } } },
    };
    const hard = { persistentvolumeclaims: 5, 'gold.storageclass.storage.k8s.io/requests.storage': '15Gi' };
    const second = { ...claim, metadata: { name: 'more' } };
    const { result } = play({ objects: [quota(hard)], steps: { '1s': apply(claim), '2s': apply(second) } });
    expect(result.steps.at(-1)!.error).toContain(
      'requested: gold.storageclass.storage.k8s.io/requests.storage=10Gi, used: gold.storageclass.storage.k8s.io/requests.storage=10Gi, limited: gold.storageclass.storage.k8s.io/requests.storage=15Gi',
    );
  });
});

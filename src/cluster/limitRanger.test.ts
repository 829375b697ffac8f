import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { KubectlRig } from '../scenario/kubectl/testing/kubectlRig.ts';
import { deployment, play } from '../testing/play.ts';

function limitRange(...limits: JsonObject[]): JsonObject {
  return { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } };
}

/** A namespace with these limits, and what a pod with these containers is answered. */
function made(limits: JsonObject[], ...containers: JsonObject[]): { rig: KubectlRig; answer: string } {
  const rig = new KubectlRig(JSON.stringify(limitRange(...limits)));
  const [app = {}, ...init] = containers;
  const document = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: {
      containers: [{ name: 'app', image: 'a', ...app }],
      initContainers: init.map((container, index) => ({ name: `init-${index}`, image: 'a', ...container })),
    },
  };
  const { error } = rig.run('create -f -', JSON.stringify(document));
  return { rig, answer: error };
}

const requests = (amounts: JsonObject) => ({ resources: { requests: amounts } });
const limits = (amounts: JsonObject, asked: JsonObject = {}) => ({ resources: { limits: amounts, requests: asked } });
const refused = (message: string) => `pods "p" is forbidden: ${message}`;

describe('a pod', () => {
  test('gets the defaults for what its containers do not say', () => {
    const item = { type: 'Container', default: { cpu: '500m', memory: '1Gi' }, defaultRequest: { cpu: '100m' } };
    const { rig, answer } = made([item], limits({ memory: '2Gi' }), requests({ cpu: '200m' }));
    expect(answer).toBe('');
    const resources = (path: string) => JSON.parse(rig.out(`get pod p -o jsonpath={.spec.${path}.resources}`));
    expect(resources('containers[0]')).toEqual({
      limits: { cpu: '500m', memory: '2Gi' },
      requests: { cpu: '100m', memory: '2Gi' },
    });
    expect(resources('initContainers[0]')).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '200m', memory: '1Gi' },
    });
    expect(rig.cluster.templateOf(rig.pod('p')).requests).toMatchObject({ cpuMilli: 200, memoryBytes: 2 * 2 ** 30 });
  });

  test('may be applied again as it was', () => {
    const rig = new KubectlRig(JSON.stringify(limitRange({ type: 'Container', default: { cpu: '500m' } })));
    const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: app, image: a}]}\n';
    expect([rig.out('apply -f -', pod), rig.out('apply -f -', pod)]).toEqual(['pod/p created', 'pod/p unchanged']);
  });

  test.each<[string, JsonObject, JsonObject[], string]>([
    [
      'too little',
      { min: { cpu: 1 } },
      [limits({ cpu: '0.5' })],
      'minimum cpu usage per Container is 1, but request is 500m',
    ],
    [
      'too much',
      { max: { memory: '1Gi' } },
      [limits({ memory: '2048Mi' })],
      'maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ],
    [
      'too much and too little',
      { max: { memory: '1Gi' }, min: { cpu: 1 } },
      [limits({ memory: '2Gi', cpu: '500m' })],
      '[minimum cpu usage per Container is 1, but request is 500m, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
    ],
    [
      'too far from its limit',
      { maxLimitRequestRatio: { cpu: 2 } },
      [limits({ cpu: 3 }, { cpu: 1 })],
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ],
    [
      'without a request to go by',
      { maxLimitRequestRatio: { cpu: 2 } },
      [{}],
      'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
  ])('whose container asks for %s is refused', (_name, item, containers, message) => {
    expect(made([{ type: 'Container', ...item }], ...containers).answer).toBe(refused(message));
  });

  test.each<[JsonObject, JsonObject[], string]>([
    [{ max: { cpu: 2 } }, [{}], 'maximum cpu usage per Pod is 2.  No limit is specified'],
    [{ min: { cpu: 2 } }, [{}], 'minimum cpu usage per Pod is 2.  No request is specified'],
    [{ max: { cpu: 2 } }, [limits({ cpu: 1 }), limits({ cpu: 3 })], 'maximum cpu usage per Pod is 2, but limit is 3'],
    [
      { max: { cpu: 2 } },
      [limits({ cpu: '1500m' }), { ...limits({ cpu: 1 }), restartPolicy: 'Always' }],
      'maximum cpu usage per Pod is 2, but limit is 2500m',
    ],
  ])('as a whole is held against %j', (item, containers, message) => {
    expect(made([{ type: 'Pod', ...item }], ...containers).answer).toBe(refused(message));
  });

  test('that asks for more than the limit that it gets is invalid', () => {
    const item = { type: 'Container', default: { cpu: 1 }, defaultRequest: { cpu: 1 } };
    expect(made([item], requests({ cpu: 2 })).answer).toBe(
      'Pod "p" is invalid: spec.containers[0].resources.requests.cpu: Invalid value: 2: must be less than or equal to cpu limit of 1',
    );
  });
});

test('a claim is held against what its type may ask for', () => {
  const claim = (storage: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `c${storage.toLowerCase()}` },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  });
  const item = { type: 'PersistentVolumeClaim', min: { storage: '2Gi' }, max: { storage: '4Gi' } };
  const rig = new KubectlRig(JSON.stringify(limitRange(item)));
  const create = (storage: string) => rig.run('create -f -', JSON.stringify(claim(storage))).error;
  expect([create('1Gi'), create('3Gi'), create('5Gi')]).toEqual([
    'persistentvolumeclaims "c1gi" is forbidden: minimum storage usage per PersistentVolumeClaim is 2Gi, but request is 1Gi',
    '',
    'persistentvolumeclaims "c5gi" is forbidden: maximum storage usage per PersistentVolumeClaim is 4Gi, but request is 5Gi',
  ]);
});

test('a workload meets a refusal as FailedCreate, and gets its pods when the range is gone', () => {
  const range = limitRange({ type: 'Container', max: { cpu: '50m' } });
  const { log, result } = play({
    objects: [range, deployment({ replicas: 2, requests: { cpu: '100m' } })],
    behavior: { ready: '1s' },
    steps: { '10s': 'delete limits l' },
    until: '60s',
  });
  const events = log.flatMap((line) => (line.kind === 'Event' && line.reason === 'FailedCreate' ? [line.message] : []));
  expect(events[0]).toMatch(
    /^Error creating: Pod "web@1-[a-z0-9]{5}" is invalid: spec.containers\[0\].resources.requests.cpu: Invalid value: "100m": must be less than or equal to cpu limit of 50m$/,
  );
  expect(result.rollouts[0]!.outcome).toBe('complete');
});

test('pods of a StatefulSet, whose claims are not in its template, get the defaults too', () => {
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  };
  const { result } = play({
    objects: [limitRange({ type: 'Container', defaultRequest: { cpu: '300m' } }), set],
    behavior: { ready: '1s' },
    steps: { '30s': 'get pod db-0 -o jsonpath={.spec.containers[0].resources.requests.cpu}{.spec.volumes[0].name}' },
    until: '60s',
  });
  expect(result.steps.at(-1)!.out).toBe('300mdata');
});

test('a quota counts what a range has made of a pod', () => {
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q' },
    spec: { hard: { 'requests.cpu': 1 } },
  };
  const { result } = play({
    objects: [
      limitRange({ type: 'Container', defaultRequest: { cpu: '300m' } }),
      quota,
      deployment({ replicas: 5, requests: {} }),
    ],
    behavior: { ready: '1s' },
    steps: { '30s': 'get resourcequota q' },
    until: '60s',
  });
  expect(result.steps.at(-1)!.out).toContain('requests.cpu: 900m/1');
});

import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../api/document.ts';
import { parseSelectorFlag } from '../../api/selector.ts';
import type { JsonObject } from '../../api/types.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario } from '../build.ts';
import { type ImportedState, importDump } from './index.ts';

const AT = '2026-11-25T06:00:00Z';
const BEFORE = '2026-11-25T05:00:00Z';

function meta(name: string, more: JsonObject = {}): JsonObject {
  const server = { uid: `uid-${name}`, creationTimestamp: BEFORE, resourceVersion: '17' };
  return { name, namespace: 'shop', ...server, managedFields: [{ manager: 'kubectl', time: AT }], ...more };
}

function ownedBy(kind: string, name: string): JsonObject {
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return {
    ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true, blockOwnerDeletion: true }],
  };
}

function node(name: string, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { ...meta(name), namespace: '' },
    spec: { podCIDR: '10.0.0.0/24', ...(more.spec as JsonObject) },
    status: {
      allocatable: { cpu: '3920m', memory: '12Gi', pods: '110' },
      nodeInfo: { kubeletVersion: 'v1.33.4-gke.12' },
      conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: AT, lastTransitionTime: BEFORE }],
      images: [
        { names: ['web:v1', 'web@sha256:12'], sizeBytes: 1000 },
        { names: ['other:v3'], sizeBytes: 2000 },
      ],
    },
  };
}

/** As the API server gives it: with a token that Kubernetes mounts, and what an operator put into the environment. */
function podSpec(image = 'web:v1', token = 'TOP-SECRET'): JsonObject {
  return {
    containers: [
      {
        name: 'app',
        image,
        args: [`--password=${token}`],
        env: [{ name: 'TOKEN', value: token }],
        resources: { requests: { cpu: '100m' } },
        readinessProbe: { exec: { command: ['check', token] }, periodSeconds: 5 },
        volumeMounts: [{ name: 'kube-api-access-x7k2p', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
        terminationMessagePath: '/dev/termination-log',
      },
    ],
    volumes: [{ name: 'kube-api-access-x7k2p', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }],
    serviceAccountName: 'web',
  };
}

function pod(name: string, more: { meta?: JsonObject; spec?: JsonObject; status?: JsonObject } = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, { labels: { app: 'web' }, ...more.meta }),
    spec: { ...podSpec(), nodeName: 'n1', ...more.spec },
    status: {
      phase: 'Running',
      startTime: BEFORE,
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: BEFORE }],
      containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: { startedAt: BEFORE } } }],
      ...more.status,
    },
  };
}

function set(kind: string, name: string, status: JsonObject, more: JsonObject = {}): JsonObject {
  const labels = { app: 'web' };
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec() }, ...more };
  return { apiVersion: 'apps/v1', kind, metadata: meta(name, { generation: 3, labels }), spec, status };
}

function read(items: readonly JsonObject[], options: Partial<Parameters<typeof importDump>[1]> = {}): ImportedState {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  return importDump(readDocuments(text, 'dump.json'), { name: 'shop', ...options });
}

/** Plays it for a minute. */
function run({ scenario, objects }: ImportedState, more: JsonObject = {}) {
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [{ ...scenario, until: '60s', ...more }, ...objects],
  });
  return runScenario({ scenario: buildScenario({ files: [{ file: 'shop.json', text }] }, {}), seed: 1 });
}

describe('a dump', () => {
  test('begins at its latest time, in the version of its kubelets', () => {
    const { scenario } = read([node('n1'), pod('a')]);
    expect(scenario).toMatchObject({ kubernetes: '1.33', metadata: { name: 'shop' }, state: { at: AT } });
    const early = read([node('n1')], { atEpochMicros: 0 });
    expect(early.scenario.state).toEqual({ at: '1970-01-01T00:00:00Z' });
    expect(early.notes).toEqual([expect.stringContaining(`later times than --now, up to ${AT}`)]);
  });

  test('keeps nothing that is secret or the bookkeeping of the server', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': 'TOP-SECRET', vault: 'TOP-SECRET' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: meta('s'), data: { a: 'TOP-SECRET' } };
    const deployment = set('Deployment', 'web', {});
    const imported = read([node('n1'), pod('a', { meta: { annotations } }), deployment, secret]);
    const text = JSON.stringify(imported.objects);
    for (const word of ['TOP-SECRET', 'managedFields', 'resourceVersion', 'kube-api-access', 'other:v3']) {
      expect(text).not.toContain(word);
    }
    expect(imported.notes).toContain('not imported: Secret (1)');
  });

  test('tells templates apart that differ in what is left out', () => {
    const templates = ['A', 'A', 'B'].map((token, index) => {
      const template = { metadata: { labels: { app: 'web' } }, spec: podSpec('web:v1', token) };
      const [, replicaSet] = read([node('n1'), set('ReplicaSet', `web-${index}`, {}, { template })]).objects;
      return JSON.stringify((replicaSet!.spec as JsonObject).template);
    });
    expect(templates[0]).toBe(templates[1]);
    expect(templates[0]).not.toBe(templates[2]);
  });

  test('needs nodes, times, uids, and the nodes that its pods are on', () => {
    expect(() => read([pod('a')])).toThrow('no Node in the dump');
    const { managedFields: _, creationTimestamp: __, ...bare } = meta('n1');
    expect(() => read([{ apiVersion: 'v1', kind: 'Node', metadata: bare }])).toThrow('no time in the dump');
    expect(() => read([{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }])).toThrow('Required value');
    expect(() => read([node('n2'), pod('a'), pod('b')])).toThrow(
      'pod a is on node "n1", which is not in the dump, and 1 more are on nodes that are not in the dump',
    );
  });
});

describe('what is left out by namespace or labels', () => {
  const elsewhere = pod('b', { meta: { namespace: 'billing', labels: { app: 'bill' } } });

  test('still takes its room on the nodes', () => {
    const { objects, notes } = read([node('n1'), pod('a'), elsewhere], { namespace: 'shop' });
    expect(objects.map(({ metadata }) => (metadata as JsonObject).name)).toEqual(['n1', 'a']);
    expect((objects[0]!.status as JsonObject).allocatable).toEqual({ cpu: '3820m', memory: '12Gi', pods: '109' });
    expect(notes).toEqual([expect.stringContaining('the room that 1 running pods take')]);
  });

  test('takes its volumes with it', () => {
    const claims = ['shop', 'billing'].flatMap((namespace) => {
      const spec = {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        volumeName: namespace,
      };
      const claimRef = { namespace, name: 'data', uid: `uid-${namespace}` };
      const volume = { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, claimRef, nfs: { server: 'a' } };
      return [
        { kind: 'PersistentVolumeClaim', metadata: meta('data', { namespace, uid: `uid-${namespace}` }), spec },
        { kind: 'PersistentVolume', metadata: { ...meta(namespace), uid: `uid-pv-${namespace}` }, spec: volume },
      ].map((one): JsonObject => ({ apiVersion: 'v1', ...one }));
    });
    const { objects } = read([node('n1'), pod('a'), ...claims], { namespace: 'shop' });
    expect(objects.map(({ metadata }) => (metadata as JsonObject).uid)).toEqual([
      'uid-n1',
      'uid-a',
      'uid-shop',
      'uid-pv-shop',
    ]);
  });

  test('cannot be all', () => {
    expect(() => read([node('n1'), pod('a')], { namespace: 'shpo' })).toThrow(
      expect.objectContaining({
        message: 'no object of the dump is in the namespace "shpo"',
        hint: 'did you mean "shop"?',
      }),
    );
    expect(() => read([node('n1'), pod('a')], { selector: parseSelectorFlag('app=wbe') })).toThrow('--selector');
  });

  test('is not what a selected object controls', () => {
    const labels = { app: 'bill' };
    const child = pod('b', { meta: { labels, ...ownedBy('ReplicaSet', 'web') } });
    const items = [node('n1'), set('ReplicaSet', 'web', {}), child, pod('c', { meta: { labels } })];
    const { objects } = read(items, { selector: parseSelectorFlag('app=web') });
    expect(objects.map(({ metadata }) => (metadata as JsonObject).name)).toEqual(['n1', 'web', 'b']);
  });
});

describe('pods of a dump', () => {
  test('that crash stay so, and hold up no step', () => {
    const waiting = { waiting: { reason: 'CrashLoopBackOff' } };
    const status = {
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: BEFORE }],
      containerStatuses: [{ name: 'app', ready: false, restartCount: 9, state: waiting, lastState: {} }],
    };
    const imported = read([node('n1'), pod('a', { status })]);
    expect(imported.notes).toEqual([expect.stringContaining('crash or have no image: 1')]);
    const steps = [{ at: '30s', kubectl: 'get pods -n shop' }];
    expect(run(imported, { steps }).steps.at(-1)!.out).toMatch(/a +0\/1 +CrashLoopBackOff +9/);
  });

  test('that are being deleted have the rest of their grace period', () => {
    const deletion = { deletionTimestamp: '2026-11-25T06:00:20Z', deletionGracePeriodSeconds: 30 };
    const imported = read([node('n1'), pod('a', { meta: deletion })]);
    const behavior = [{ terminate: '28s' }];
    const get = (at: string) => ({ at, kubectl: 'get pods -n shop' });
    const { steps } = run(imported, { behavior, steps: [get('16s'), get('19s')] });
    expect(steps[0]!.out).toMatch(/a +1\/1 +Terminating/);
    expect(steps[1]!.out).not.toContain('Terminating');
  });

  test('of Jobs have run already for some of their time', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: meta('batch', { generation: 1 }),
      spec: {
        completions: 1,
        parallelism: 1,
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'uid-batch' } },
        template: {
          metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'uid-batch' } },
          spec: { ...podSpec(), restartPolicy: 'Never' },
        },
      },
      status: { active: 1, ready: 1, startTime: BEFORE, terminating: 0, uncountedTerminatedPods: {} },
    };
    const labels = { 'batch.kubernetes.io/controller-uid': 'uid-batch' };
    const finalizers = ['batch.kubernetes.io/job-tracking'];
    const child = pod('batch-x', {
      meta: { labels, finalizers, ...ownedBy('Job', 'batch') },
      spec: { restartPolicy: 'Never' },
    });
    const { jobs } = run(read([node('n1'), job, child]), { behavior: [{ run: '3610s' }] });
    expect(jobs).toMatchObject([{ job: 'shop/job/batch', outcome: 'complete', podsCreated: 0, succeeded: 1 }]);
    // Its controller looks at finished pods a second later.
    expect(jobs[0]!.durationSeconds).toBeCloseTo(3611, 0);
  });
});

describe('pods that something else controls', () => {
  const owner = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'StrimziPodSet',
    name: 'web',
    uid: 'uid-set',
    controller: true,
  };
  const foreign = pod('a', { meta: { ownerReferences: [owner] } });
  const replicaSet = set('ReplicaSet', 'web', { replicas: 0, observedGeneration: 3 }, { replicas: 1 });

  test('run on, and nobody adopts them', () => {
    const imported = read([node('n1'), replicaSet, foreign]);
    expect(imported.notes).toContain(
      'pods of controllers that are not in the state: 1 (StrimziPodSet); they run on, and nobody replaces them',
    );
    // Orphans with its labels a ReplicaSet would take for its own.
    expect(run(imported).pods.created).toBe(1);
    expect(run(read([node('n1'), replicaSet, pod('a')])).pods.created).toBe(0);
  });

  test('are left alone by drain where they are the kubelet’s own', () => {
    const annotations = { 'kubernetes.io/config.mirror': 'b2c1' };
    const reference = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'uid-n1', controller: true };
    const mirror = pod('etcd', { meta: { annotations, ownerReferences: [reference] } });
    const steps = [
      { at: '20s', kubectl: 'drain n1' },
      { at: '30s', kubectl: 'get pods -n shop' },
    ];
    const { steps: done } = run(read([node('n1'), mirror]), { steps });
    expect(done[0]!).toMatchObject({ error: '' });
    expect(done[1]!.out).toMatch(/etcd +1\/1 +Running/);
  });

  test('are drained without --force', () => {
    const steps = [{ at: '30s', kubectl: 'drain n1' }];
    expect(run(read([node('n1'), foreign]), { steps }).steps.at(-1)!.out).toContain('pod/a evicted');
    expect(run(read([node('n1'), pod('a')]), { steps }).steps.at(-1)!.error).toContain('declare no controller');
  });
});

describe('revisions that a dump lacks', () => {
  const status = {
    observedGeneration: 3,
    replicas: 2,
    readyReplicas: 2,
    availableReplicas: 2,
    updatedReplicas: 2,
    currentReplicas: 2,
  };

  test('of StatefulSets have the names of the status: no pod is made anew', () => {
    const names = { ...status, currentRevision: 'web-77', updateRevision: 'web-77' };
    const pods = [0, 1].map((ordinal) => {
      const identity = {
        'statefulset.kubernetes.io/pod-name': `web-${ordinal}`,
        'apps.kubernetes.io/pod-index': String(ordinal),
        'controller-revision-hash': 'web-77',
      };
      return pod(`web-${ordinal}`, { meta: { labels: { app: 'web', ...identity }, ...ownedBy('StatefulSet', 'web') } });
    });
    const items = [node('n1'), set('StatefulSet', 'web', names, { replicas: 2, serviceName: '' }), ...pods];
    const { pods: counts, rollouts } = run(read(items));
    expect({ created: counts.created, rollouts }).toEqual({ created: 0, rollouts: [] });
  });

  test('of DaemonSets are those of their pods', () => {
    const counts = {
      observedGeneration: 3,
      desiredNumberScheduled: 1,
      currentNumberScheduled: 1,
      numberReady: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
      numberMisscheduled: 0,
    };
    const labels = { app: 'web', 'controller-revision-hash': '5f9', 'pod-template-generation': '3' };
    const child = pod('web-x', { meta: { labels, ...ownedBy('DaemonSet', 'web') } });
    const result = run(read([node('n1'), set('DaemonSet', 'web', counts), child]));
    expect({ created: result.pods.created, rollouts: result.rollouts }).toEqual({ created: 0, rollouts: [] });
  });
});

test('priority classes that are not in the dump have the priority of their pods', () => {
  const spec = { priorityClassName: 'gold', priority: 700 };
  const imported = read([node('n1'), pod('a', { spec })]);
  expect(imported.objects[0]).toMatchObject({ kind: 'PriorityClass', metadata: { name: 'gold' }, value: 700 });
  expect(imported.notes).toEqual([expect.stringContaining('PriorityClasses that are not in the dump')]);
});

test('nodes that are not ready are silent, and cordoned ones take no pods', () => {
  const silent = node('n1');
  const conditions = [{ type: 'Ready', status: 'Unknown', lastTransitionTime: BEFORE }];
  (silent.status as JsonObject).conditions = conditions;
  const cordoned = node('n2', { spec: { unschedulable: true } });
  const steps = [{ at: '1s', kubectl: 'get nodes' }];
  const { out } = run(read([silent, cordoned]), { steps }).steps.at(-1)!;
  expect(out).toMatch(/n1 +NotReady/);
  expect(out).toMatch(/n2 +Ready,SchedulingDisabled/);
});

test('namespaces keep their labels, and nodes the number of volumes that their drivers attach', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: meta('shop', { labels: { team: 'a' } }) };
  const drivers = [{ name: 'ebs', nodeID: 'i-1', topologyKeys: ['zone'], allocatable: { count: 25 } }];
  const csiNode = { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: meta('n1'), spec: { drivers } };
  expect(read([node('n1'), { ...csiNode, metadata: meta('n1', { uid: 'csi' }) }, namespace]).objects.slice(1)).toEqual([
    {
      ...csiNode,
      metadata: { name: 'n1' },
      spec: { drivers: [{ name: 'ebs', nodeID: 'i-1', allocatable: { count: 25 } }] },
    },
    { ...namespace, metadata: { name: 'shop', labels: { team: 'a' } } },
  ]);
});

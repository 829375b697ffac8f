import { describe, expect, test } from 'vitest';
import type { ContainerStatus, PodStatus } from '../../../cluster/podStatus.ts';
import { JOB_TRACKING_FINALIZER, POD_FAILED, POD_SUCCEEDED } from '../../../cluster/podTable.ts';
import { DAEMON_SET, JOB, KubectlRig, NODE, STATEFUL_SET } from '../testing/kubectlRig.ts';

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  initContainers:
    - {name: first, image: a}
    - {name: proxy, image: b, restartPolicy: Always}
  containers:
    - {name: app, image: c}
    - {name: side, image: d}
`;

/** A pod on a node, of which the kubelet has reported nothing yet. */
function bound(pod = POD): KubectlRig {
  const rig = new KubectlRig(`${NODE}---${pod}`);
  rig.cluster.bindPod(rig.pod('bare'), rig.cluster.nodes.rowOf('node-0'));
  return rig;
}

function container(name: string, fields: Partial<ContainerStatus> = {}): ContainerStatus {
  const running = { state: 'running', reason: '', ready: true, started: true } as const;
  return { name, ...running, exitCode: -1, restartCount: 0, finishedMicros: -1, ...fields };
}

const waiting = (name: string, reason: string, fields: Partial<ContainerStatus> = {}): ContainerStatus =>
  container(name, { state: 'waiting', reason, ready: false, started: false, ...fields });
const ended = (name: string, exitCode: number): ContainerStatus =>
  container(name, {
    state: 'terminated',
    reason: exitCode === 0 ? 'Completed' : 'Error',
    ready: false,
    started: false,
    exitCode,
    finishedMicros: 0,
  });

const DONE = [ended('first', 0), container('proxy')];
const NOT_YET = [waiting('app', 'PodInitializing'), waiting('side', 'PodInitializing')];

function report(
  rig: KubectlRig,
  initContainers: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  fields: Partial<PodStatus> = {},
): void {
  const isRunning = containers.some(({ state }) => state === 'running');
  const isReady = containers.every(({ ready }) => ready);
  const status = { initContainers, containers, reason: '', message: '', ...fields };
  rig.cluster.setPodStatus(rig.pod('bare'), isRunning, isReady, status);
}

/** READY, STATUS and RESTARTS. */
function row(rig: KubectlRig): string[] {
  return rig.out('get pod bare --no-headers').split(/ {3,}/).slice(1, 4);
}

describe('STATUS of a pod', () => {
  test('before a kubelet has seen it, and before it has reported anything', () => {
    expect(row(new KubectlRig(POD))).toEqual(['0/3', 'Pending', '0']);
    expect(row(new KubectlRig(POD.replace('spec:', 'spec:\n  schedulingGates: [{name: hold}]')))).toEqual([
      '0/3',
      'SchedulingGated',
      '0',
    ]);
    expect(row(bound())).toEqual(['0/3', 'Init:0/2', '0']);
    const simple = '\napiVersion: v1\nkind: Pod\nmetadata: {name: bare}\nspec: {containers: [{name: app, image: a}]}\n';
    const rig = bound(simple);
    expect(row(rig)).toEqual(['0/1', 'ContainerCreating', '0']);
    rig.cluster.setPodRunning(rig.pod('bare'), false);
    expect(row(rig)).toEqual(['0/1', 'Running', '0']);
    rig.cluster.setPodRunning(rig.pod('bare'), true);
    expect(row(rig)).toEqual(['1/1', 'Running', '0']);
    rig.cluster.setPodFinished(rig.pod('bare'), POD_SUCCEEDED);
    expect(row(rig)).toEqual(['0/1', 'Completed', '0']);
  });

  test('init containers, one after the other', () => {
    const rig = bound();
    report(rig, [container('first', { ready: false }), waiting('proxy', 'PodInitializing')], NOT_YET);
    expect(row(rig)).toEqual(['0/3', 'Init:0/2', '0']);
    report(rig, [ended('first', 1), waiting('proxy', 'PodInitializing')], NOT_YET);
    expect(row(rig)).toEqual(['0/3', 'Init:Error', '0']);
    const back = waiting('first', 'CrashLoopBackOff', { restartCount: 2, exitCode: 1, finishedMicros: 0 });
    rig.wait(15_000_000);
    report(rig, [back, waiting('proxy', 'PodInitializing')], NOT_YET);
    expect(row(rig)).toEqual(['0/3', 'Init:CrashLoopBackOff', '2 (15s ago)']);
    report(rig, [ended('first', 0), container('proxy', { started: false, ready: false })], NOT_YET);
    expect(row(rig)).toEqual(['0/3', 'Init:1/2', '0']);
    report(rig, DONE, NOT_YET);
    expect(row(rig)).toEqual(['1/3', 'PodInitializing', '0']);
  });

  test('containers that run, restart and end', () => {
    const rig = bound();
    report(rig, DONE, [container('app'), container('side')]);
    expect(row(rig)).toEqual(['3/3', 'Running', '0']);
    const back = waiting('side', 'CrashLoopBackOff', { restartCount: 3, exitCode: 1, finishedMicros: 0 });
    rig.wait(10_000_000);
    report(rig, DONE, [container('app'), back]);
    expect(row(rig)).toEqual(['2/3', 'CrashLoopBackOff', '3 (10s ago)']);
    report(rig, DONE, [container('app'), ended('side', 2)]);
    expect(row(rig)).toEqual(['2/3', 'Error', '0']);
    report(rig, DONE, [container('app'), ended('side', 0)]);
    expect(row(rig)).toEqual(['2/3', 'NotReady', '0']);
    report(rig, DONE, [container('app'), container('side', { ready: false })]);
    expect(row(rig)).toEqual(['2/3', 'Running', '0']);
  });

  test('a pod that failed as a whole', () => {
    const rig = bound();
    const status = { initContainers: [], containers: [], reason: 'Evicted', message: 'low on memory' };
    rig.cluster.setPodFinished(rig.pod('bare'), POD_FAILED, status);
    expect(row(rig)).toEqual(['0/3', 'Evicted', '0']);
  });

  test('Terminating, until it has finished', () => {
    const rig = new KubectlRig(`${NODE}---${JOB}`);
    const pod = rig.addPod('Job', 'import', { finalizers: JOB_TRACKING_FINALIZER }, 'node-0');
    const statusOf = () => rig.out('get pods --no-headers').split(/ {3,}/)[2];
    rig.cluster.deletePod(pod);
    expect(statusOf()).toBe('Terminating');
    rig.cluster.setPodFinished(pod, POD_SUCCEEDED);
    expect(statusOf()).toBe('Completed');
  });
});

describe('a pod as a document', () => {
  const document = (rig: KubectlRig, name: string) => JSON.parse(rig.out(`get pod ${name} -o json`));

  test('containers, conditions, phase', () => {
    const rig = bound();
    const back = waiting('side', 'CrashLoopBackOff', { restartCount: 3, exitCode: 1, finishedMicros: 5_000_000 });
    report(rig, DONE, [container('app'), back]);
    expect(document(rig, 'bare').status).toMatchObject({
      phase: 'Running',
      conditions: [
        { type: 'Initialized', status: 'True' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: 'containers with unready status: [side]',
        },
        { type: 'ContainersReady', status: 'False' },
        { type: 'PodScheduled', status: 'True', lastTransitionTime: '2000-01-01T00:00:00Z' },
      ],
      containerStatuses: [
        { name: 'app', image: 'c', ready: true, restartCount: 0, state: { running: {} } },
        {
          name: 'side',
          restartCount: 3,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error', finishedAt: '2000-01-01T00:00:05Z' } },
        },
      ],
      initContainerStatuses: [{ name: 'first', state: { terminated: { exitCode: 0 } } }, { name: 'proxy' }],
    });
  });

  test('what the scheduler says of a pod that fits nowhere', () => {
    const rig = new KubectlRig(`${NODE}---${DAEMON_SET}`);
    const pod = rig.addPod('DaemonSet', 'agent', {});
    const conditions = () => document(rig, rig.cluster.podName(pod)).status.conditions;
    rig.cluster.setPodUnschedulable(pod, 'no nodes available to schedule pods');
    expect(conditions()).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: 'no nodes available to schedule pods',
      },
    ]);
    rig.cluster.bindPod(pod, 0);
    expect(conditions().at(-1)).toMatchObject({ type: 'PodScheduled', status: 'True' });
  });

  test('a StatefulSet gives its pods names and claims', () => {
    const templates = `
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`;
    const mounting = STATEFUL_SET.replace(
      "image: 'db:v1'",
      "image: 'db:v1', volumeMounts: [{name: data, mountPath: /data}]",
    );
    const rig = new KubectlRig(`${mounting}${templates}`);
    rig.addPod('StatefulSet', 'db', { name: 'db-1', index: 1 });
    expect(document(rig, 'db-1')).toMatchObject({
      metadata: {
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', controller: true }],
      },
      spec: {
        hostname: 'db-1',
        subdomain: 'db',
        containers: [{ volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }],
      },
      status: { phase: 'Pending' },
    });
    expect(rig.out('label pod db-1 tier=a')).toBe('pod/db-1 labeled');
  });

  test('a DaemonSet pins its pods to a node', () => {
    const rig = new KubectlRig(`${NODE}---${DAEMON_SET}`);
    const pod = rig.addPod('DaemonSet', 'agent', { pinnedNode: 0 });
    const { spec } = document(rig, rig.cluster.podName(pod));
    expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution).toEqual({
      nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-0'] }] }],
    });
  });

  test('a deleted one has the end of its grace period, and what keeps it', () => {
    const rig = new KubectlRig(`${NODE}---${JOB}`);
    const pod = rig.addPod('Job', 'import', { finalizers: JOB_TRACKING_FINALIZER }, 'node-0');
    rig.wait(10_000_000);
    rig.cluster.deletePod(pod);
    expect(document(rig, rig.cluster.podName(pod)).metadata).toMatchObject({
      deletionTimestamp: '2000-01-01T00:00:40Z',
      deletionGracePeriodSeconds: 30,
      finalizers: ['batch.kubernetes.io/job-tracking'],
    });
  });
});

describe('preemption', () => {
  const document = (rig: KubectlRig) => JSON.parse(rig.out('get pod bare -o json'));

  test('shows the node that room is made on, until the pod has its node', () => {
    const rig = new KubectlRig(`${NODE}---${POD}`);
    const pod = rig.pod('bare');
    const cells = () => rig.out('get pod bare -o wide --no-headers').split(/ {3,}/);
    expect(cells().slice(-3)).toEqual(['<none>', '<none>', '<none>']);
    rig.cluster.setNominatedNode(pod, 0);
    expect(cells().slice(-3)).toEqual(['<none>', 'node-0', '<none>']);
    expect(document(rig).status).toMatchObject({ nominatedNodeName: 'node-0' });
    rig.cluster.bindPod(pod, 0);
    expect(cells().slice(-3)).toEqual(['node-0', '<none>', '<none>']);
    expect(document(rig).status).not.toHaveProperty('nominatedNodeName');
  });

  test('tells a victim why it goes', () => {
    const rig = bound();
    const why = { reason: 'PreemptionByScheduler', message: 'default-scheduler: preempting' };
    rig.wait(1_000_000);
    rig.cluster.setPodDisrupted(rig.pod('bare'), why);
    expect(document(rig).status.conditions).toContainEqual({
      type: 'DisruptionTarget',
      status: 'True',
      ...why,
      lastTransitionTime: '2000-01-01T00:00:01Z',
    });
  });
});

import { describe, expect, test } from 'vitest';
import {
  CRON_JOB,
  DAEMON_SET,
  JOB,
  KubectlRig,
  NODE,
  REPLICATION_CONTROLLER,
  SERVICE,
  STATEFUL_SET,
  WEB,
} from './testing/kubectlRig.ts';

const STORAGE = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {accessModes: [ReadWriteOnce], capacity: {storage: 10Gi}, hostPath: {path: /data}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: disks.test
`;

const POLICIES = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {pods: '10'}}
`;

const ALL = [
  WEB,
  STATEFUL_SET,
  DAEMON_SET,
  REPLICATION_CONTROLLER,
  JOB,
  CRON_JOB,
  SERVICE,
  NODE,
  STORAGE,
  POLICIES,
].join('---');

const NAMES = [
  'deployment.apps/web',
  'statefulset.apps/db',
  'daemonset.apps/agent',
  'replicationcontroller/old',
  'job.batch/import',
  'cronjob.batch/nightly',
  'service/db',
  'node/node-0',
  'persistentvolumeclaim/data',
  'persistentvolume/disk',
  'storageclass.storage.k8s.io/fast',
  'poddisruptionbudget.policy/web',
  'resourcequota/small',
];

describe('objects of every kind', () => {
  test('are applied, and applied again', () => {
    const rig = new KubectlRig();
    const answers = (word: string) => NAMES.map((name) => `${name} ${word}`).join('\n');
    expect(rig.out('apply -f -', ALL)).toBe(answers('created'));
    expect(rig.out('apply -f -', ALL)).toBe(answers('unchanged'));
  });

  test.each(NAMES)('%s is labelled, annotated, printed and deleted', (name) => {
    const rig = new KubectlRig(ALL);
    expect(rig.out(`label ${name} tier=a`)).toBe(`${name} labeled`);
    expect(rig.out(`label ${name} tier=a`)).toBe(`${name} not labeled`);
    expect(rig.out(`annotate ${name} note=b`)).toBe(`${name} annotated`);
    expect(rig.out(`patch ${name} --type=merge -p '{"metadata":{"labels":{"tier":null}}}'`)).toBe(`${name} patched`);
    const document = JSON.parse(rig.out(`get ${name} -o json`));
    expect(document.metadata).toMatchObject({ annotations: { note: 'b' }, creationTimestamp: '2000-01-01T00:00:00Z' });
    expect(document.metadata.labels?.tier).toBeUndefined();
    expect(rig.out(`get ${name} --no-headers`)).toContain(name.split('/')[1]!);
    expect(rig.out(`delete ${name} --wait=false`)).toContain('deleted');
  });
});

describe('metadata', () => {
  test('of what only controllers write', () => {
    const rig = new KubectlRig(STATEFUL_SET);
    const { meta } = rig.addControllerRevision('StatefulSet', 'db', 1);
    const name = `controllerrevision.apps/${meta.name}`;
    expect(rig.out(`annotate ${name} kubernetes.io/change-cause=why`)).toBe(`${name} annotated`);
    expect(rig.out('rollout history sts/db')).toContain('1         why');
    expect(rig.run(`patch ${name} -p '{"revision":7}'`).error).toContain(
      'only labels and annotations of a ControllerRevision can be changed',
    );
  });

  test('an object that gets no owner leaves the one that it has', () => {
    const rig = new KubectlRig(STATEFUL_SET);
    const pod = rig.addPod('StatefulSet', 'db', { name: 'db-0', index: 0 });
    expect(rig.out(`patch pod db-0 --type=json -p '[{"op":"remove","path":"/metadata/ownerReferences"}]'`)).toBe(
      'pod/db-0 patched',
    );
    expect(rig.cluster.pods.owner[pod]).toBe(-1);
    const { meta } = rig.addControllerRevision('StatefulSet', 'db', 1);
    const name = `controllerrevision/${meta.name}`;
    expect(rig.run(`patch ${name} -p '{"metadata":{"ownerReferences":[{"uid":"7"}]}}'`).error).toContain(
      'metadata.ownerReferences: Forbidden: the simulation plays no change of owners',
    );
    rig.out(`patch ${name} --type=merge -p '{"metadata":{"ownerReferences":null}}'`);
    expect(rig.stored('ControllerRevision', meta.name).ownerUid).toBe(-1);
  });

  test('what is being deleted shows it', () => {
    const rig = new KubectlRig(WEB);
    rig.wait(3_000_000);
    rig.cluster.deployments.delete(rig.deployment().uid, rig.kernel.nowMicros, 'foregroundDeletion');
    expect(JSON.parse(rig.out('get deployment web -o json')).metadata).toMatchObject({
      deletionTimestamp: '2000-01-01T00:00:03Z',
      finalizers: ['foregroundDeletion'],
    });
  });
});

describe('what cannot change', () => {
  const refusal = (yaml: string, command: string) => new KubectlRig(yaml).run(command).error;

  test.each([
    [`patch sts/db -p '{"spec":{"serviceName":"x"}}'`, 'spec: Forbidden: updates to statefulset spec for fields other'],
    [
      `patch ds/agent -p '{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}}}}}'`,
      'spec.selector: Invalid value: {"matchLabels":{"app":"agent","a":"b"}}: field is immutable',
    ],
    [
      `patch svc/db -p '{"spec":{"clusterIP":"10.0.0.1"}}'`,
      'The Service "db" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.0.1"]: may not change once set',
    ],
    [
      `patch pvc/data -p '{"spec":{"accessModes":["ReadWriteMany"]}}'`,
      'spec: Forbidden: spec is immutable after creation except resources.requests',
    ],
    [`patch pvc/data -p '{"spec":{"resources":{"requests":{"storage":"6Gi"}}}}'`, 'spec: Forbidden'],
    [
      `patch pv/disk -p '{"spec":{"hostPath":{"path":"/other"}}}'`,
      'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation',
    ],
    [`patch pv/disk -p '{"spec":{"volumeMode":"Block"}}'`, 'volumeMode: Invalid value: "Block": field is immutable'],
    [`patch sc/fast -p '{"provisioner":"x.test"}'`, 'provisioner: Forbidden: updates to provisioner are forbidden.'],
    [`patch sc/fast -p '{"volumeBindingMode":"WaitForFirstConsumer"}'`, 'field is immutable'],
  ])('%s', (command, message) => {
    expect(refusal(ALL, command)).toContain(message);
  });

  test('a Service without an address in its manifest has been given one', () => {
    const yaml = SERVICE.replace('clusterIP: None, ', '');
    expect(refusal(yaml, `patch svc/db -p '{"spec":{"clusterIP":"None"}}'`)).toContain('may not change once set');
  });

  test('a headless Service stays headless when its manifest stops saying so', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', SERVICE);
    rig.out('apply -f -', SERVICE.replace('clusterIP: None, ', ''));
    expect(rig.stored('Service', 'db').spec.isHeadless).toBe(true);
  });

  test('a bound claim may grow but not shrink', () => {
    const rig = new KubectlRig(STORAGE);
    const { spec } = rig.stored('PersistentVolumeClaim', 'data');
    rig.change('PersistentVolumeClaim', 'data', { spec: { ...spec, volumeName: 'disk' }, status: { phase: 'Bound' } });
    const resize = (size: string) =>
      rig.run(`patch pvc/data -p '{"spec":{"resources":{"requests":{"storage":"${size}"}}}}'`);
    expect(resize('6Gi')).toMatchObject({ out: 'persistentvolumeclaim/data patched', error: '' });
    expect(rig.stored('PersistentVolumeClaim', 'data').spec.volumeName).toBe('disk');
    expect(resize('4Gi').error).toContain(
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    );
  });
});

import { describe, expect, test } from 'vitest';
import {
  EMPTY_CRON_JOB_STATUS,
  EMPTY_DAEMON_SET_STATUS,
  EMPTY_JOB_STATUS,
  EMPTY_POD_DISRUPTION_BUDGET_STATUS,
  EMPTY_REPLICA_SET_STATUS,
  EMPTY_STATEFUL_SET_STATUS,
  type Endpoint,
} from '../../../cluster/objects.ts';
import {
  CRON_JOB,
  DAEMON_SET,
  JOB,
  KubectlRig,
  NODE,
  REPLICATION_CONTROLLER,
  SERVICE,
  STATEFUL_SET,
} from '../testing/kubectlRig.ts';

describe('kubectl get prints', () => {
  test('StatefulSets and their revisions', () => {
    const rig = new KubectlRig(STATEFUL_SET);
    rig.change('StatefulSet', 'db', { status: { ...EMPTY_STATEFUL_SET_STATUS, readyReplicas: 2 } });
    const { meta } = rig.addControllerRevision('StatefulSet', 'db', 1);
    expect(rig.out('get sts -o wide')).toBe(
      'NAME   READY   AGE   CONTAINERS   IMAGES\ndb     2/3     0s    db           db:v1',
    );
    expect(rig.out('get controllerrevisions --no-headers')).toBe(`${meta.name}   statefulset.apps/db   1     0s`);
  });

  test('DaemonSets', () => {
    const rig = new KubectlRig(DAEMON_SET);
    rig.change('DaemonSet', 'agent', {
      status: {
        ...EMPTY_DAEMON_SET_STATUS,
        desiredNumberScheduled: 4,
        currentNumberScheduled: 3,
        numberReady: 2,
        updatedNumberScheduled: 1,
        numberAvailable: 2,
      },
    });
    expect(rig.out('get ds')).toBe(
      [
        'NAME    DESIRED   CURRENT   READY   UP-TO-DATE   AVAILABLE   NODE SELECTOR   AGE',
        'agent   4         3         2       1            2           disk=ssd        0s',
      ].join('\n'),
    );
    expect(rig.out('get ds -o wide --no-headers')).toMatch(/agent +agent:v1 +app=agent$/);
  });

  test('ReplicationControllers', () => {
    const rig = new KubectlRig(REPLICATION_CONTROLLER);
    rig.change('ReplicationController', 'old', { status: { ...EMPTY_REPLICA_SET_STATUS, replicas: 1 } });
    expect(rig.out('get rc')).toBe('NAME   DESIRED   CURRENT   READY   AGE\nold    1         1         0       0s');
  });

  test('Jobs by how they stand', () => {
    const rig = new KubectlRig(JOB);
    const row = () => rig.out('get jobs --no-headers').split(/ {3,}/).slice(1, 4);
    expect(rig.out('get jobs')).toBe(
      'NAME     STATUS    COMPLETIONS   DURATION   AGE\nimport   Running   0/4                      0s',
    );
    const status = { ...EMPTY_JOB_STATUS, succeeded: 3, startMicros: 0 };
    rig.change('Job', 'import', { status });
    rig.wait(90_000_000);
    expect(row()).toEqual(['Running', '3/4', '90s']);
    const complete = { type: 'Complete', status: 'True', reason: '', message: '' } as const;
    const conditions = [{ ...complete, lastUpdateMicros: 0, lastTransitionMicros: 0 }];
    rig.change('Job', 'import', { status: { ...status, succeeded: 4, completionMicros: 61_000_000, conditions } });
    expect(row()).toEqual(['Complete', '4/4', '61s']);
    rig.change('Job', 'import', { status: { ...status, conditions: [{ ...conditions[0]!, type: 'Suspended' }] } });
    expect(row()[0]).toBe('Suspended');
    rig.change('Job', 'import', { deletionMicros: 0, status });
    expect(row()[0]).toBe('Terminating');
  });

  test('the selector that a Job was given', () => {
    const rig = new KubectlRig(JOB);
    const { spec, metadata } = JSON.parse(rig.out('get job import -o json'));
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } });
    expect(rig.out(`patch job import -p '{"spec": {"parallelism": 1}}'`)).toBe('job.batch/import patched');
  });

  test('completions of a work queue', () => {
    const rig = new KubectlRig(JOB.replace('completions: 4', ''));
    expect(rig.out('get jobs --no-headers')).toContain('0/1 of 2');
  });

  test('CronJobs', () => {
    const rig = new KubectlRig(CRON_JOB);
    expect(rig.out('get cj')).toBe(
      [
        'NAME      SCHEDULE    TIMEZONE        SUSPEND   ACTIVE   LAST SCHEDULE   AGE',
        'nightly   0 3 * * *   Europe/Berlin   False     0        <none>          0s',
      ].join('\n'),
    );
    rig.change('CronJob', 'nightly', { status: { ...EMPTY_CRON_JOB_STATUS, active: [1], lastScheduleMicros: 0 } });
    rig.wait(20_000_000);
    expect(rig.out('get cj -o wide --no-headers')).toMatch(/False +1 +20s +20s +job +nightly:v1 +<none>$/);
  });

  test('nodes that are cordoned or have a role', () => {
    const rig = new KubectlRig(
      NODE.replace('{name: node-0}', "{name: node-0, labels: {node-role.kubernetes.io/control-plane: ''}}") +
        'spec: {unschedulable: true}\n',
    );
    expect(rig.out('get nodes --no-headers')).toContain('Ready,SchedulingDisabled   control-plane');
  });

  test('Services', () => {
    const others = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 53, protocol: UDP}]}
---
apiVersion: v1
kind: Service
metadata: {name: lb}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
`;
    const rig = new KubectlRig(`${SERVICE}---${others}`);
    expect(rig.out('get svc')).toBe(
      [
        'NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)               AGE',
        'db     ClusterIP      None         <none>        5432/TCP              0s',
        'lb     LoadBalancer   <none>       <pending>     80/TCP                0s',
        'web    NodePort       <none>       <none>        80:30080/TCP,53/UDP   0s',
      ].join('\n'),
    );
    expect(rig.out('get svc db -o wide --no-headers')).toMatch(/ app=db$/);
  });

  test('the pods behind a headless Service by their names in the DNS', () => {
    const rig = new KubectlRig(SERVICE);
    expect(rig.out('get endpoints')).toBe('NAME   ENDPOINTS   AGE\ndb     <none>      0s');
    addSlice(rig, ['db-0', 'db-1'], 'db.default.svc.cluster.local');
    expect(rig.out('get endpoints db -o name')).toBe('endpoints/db');
    expect(rig.out('get ep --no-headers')).toBe(
      'db    db-0.db.default.svc.cluster.local:5432,db-1.db.default.svc.cluster.local:5432   0s',
    );
    expect(rig.out('get endpointslices')).toBe(
      [
        'NAME   ADDRESSTYPE   PORTS   ENDPOINTS                                                             AGE',
        'db-0   IPv4          5432    db-0.db.default.svc.cluster.local,db-1.db.default.svc.cluster.local   0s',
      ].join('\n'),
    );
  });

  test('three of many endpoints, and only ready ones', () => {
    const rig = new KubectlRig(SERVICE);
    addSlice(rig, ['a', 'b', 'c', 'd', 'e', 'not-ready'], '');
    expect(rig.out('get endpoints db --no-headers')).toContain('a:5432,b:5432,c:5432 + 2 more...');
    expect(JSON.parse(rig.out('get endpoints db -o json'))).toMatchObject({
      kind: 'Endpoints',
      subsets: [{ addresses: [{ targetRef: { name: 'a' } }, {}, {}, {}, {}], ports: [{ port: 5432 }] }],
    });
  });

  test('claims, volumes and classes', () => {
    const rig = new KubectlRig(STORAGE);
    expect(rig.out('get pvc')).toBe(
      [
        'NAME   STATUS    VOLUME   CAPACITY   ACCESS MODES   STORAGECLASS   VOLUMEATTRIBUTESCLASS   AGE',
        'data   Pending                                      fast           <unset>                 0s',
      ].join('\n'),
    );
    const { spec } = rig.stored('PersistentVolumeClaim', 'data');
    rig.change('PersistentVolumeClaim', 'data', { spec: { ...spec, volumeName: 'disk' }, status: { phase: 'Bound' } });
    const volume = rig.stored('PersistentVolume', 'disk');
    rig.change('PersistentVolume', 'disk', {
      spec: { ...volume.spec, claimRef: 'default/data' },
      status: { phase: 'Bound' },
    });
    expect(rig.out('get pvc --no-headers')).toBe('data   Bound   disk   10Gi   RWO,ROX   fast   <unset>   0s');
    expect(rig.out('get pv -o wide')).toBe(
      [
        'NAME   CAPACITY   ACCESS MODES   RECLAIM POLICY   STATUS   CLAIM          STORAGECLASS   VOLUMEATTRIBUTESCLASS   REASON   AGE   VOLUMEMODE',
        'disk   10Gi       RWO,ROX        Retain           Bound    default/data   fast           <unset>                          0s    Filesystem',
      ].join('\n'),
    );
    expect(rig.out('get sc')).toBe(
      [
        'NAME             PROVISIONER   RECLAIMPOLICY   VOLUMEBINDINGMODE      ALLOWVOLUMEEXPANSION   AGE',
        'fast (default)   disks.test    Delete          WaitForFirstConsumer   true                   0s',
      ].join('\n'),
    );
  });

  test('budgets and quotas', () => {
    const rig = new KubectlRig(POLICIES);
    rig.change('PodDisruptionBudget', 'web', {
      status: { ...EMPTY_POD_DISRUPTION_BUDGET_STATUS, disruptionsAllowed: 2 },
    });
    const { hard } = rig.stored('ResourceQuota', 'small').spec;
    rig.change('ResourceQuota', 'small', { status: { hard, used: new Map([['requests.cpu', 1500]]) } });
    expect(rig.out('get pdb')).toBe(
      'NAME   MIN AVAILABLE   MAX UNAVAILABLE   ALLOWED DISRUPTIONS   AGE\nweb    50%             N/A               2                     0s',
    );
    expect(rig.out('get quota')).toBe(
      [
        'NAME    REQUEST                             LIMIT                  AGE',
        'small   pods: 0/10, requests.cpu: 1500m/2   limits.memory: 0/4Gi   0s',
      ].join('\n'),
    );
  });
});

/** A slice as its controller makes it; `not-ready` is. */
function addSlice(rig: KubectlRig, names: readonly string[], domain: string): void {
  const { uid } = rig.stored('Service', 'db');
  const endpoints = names.map((podName, pod): Endpoint => {
    const ready = podName !== 'not-ready';
    const dnsName = domain === '' ? '' : `${podName}.${domain}`;
    return { pod, podUid: pod, podName, dnsName, ready, serving: ready, terminating: false };
  });
  rig.cluster.tables.EndpointSlice.create({
    kind: 'EndpointSlice',
    meta: { namespace: 'default', name: 'db-0', labels: {}, annotations: {} },
    serviceName: 'db',
    endpoints,
    uid: rig.cluster.allocateUid(),
    generation: 1,
    creationMicros: 0,
    ownerUid: uid,
    manifest: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: {}, addressType: 'IPv4' },
  });
  rig.kernel.run();
}

const STORAGE = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  storageClassName: fast
  accessModes: [ReadOnlyMany, ReadWriteOnce]
  capacity: {storage: 10Gi}
  hostPath: {path: /data}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
provisioner: disks.test
volumeBindingMode: WaitForFirstConsumer
allowVolumeExpansion: true
`;

const POLICIES = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {pods: '10', requests.cpu: '2', limits.memory: 4Gi}}
`;

import { describe, expect, test } from 'vitest';
import {
  CRON_JOB,
  DAEMON_SET,
  KubectlRig,
  POD,
  REPLICA_SET,
  REPLICATION_CONTROLLER,
  STATEFUL_SET,
} from '../testing/kubectlRig.ts';

const ALL = [STATEFUL_SET, DAEMON_SET, REPLICA_SET, REPLICATION_CONTROLLER, CRON_JOB].join('---');

describe.each([
  ['statefulset.apps/db', '{.spec.template.spec.containers[0]}'],
  ['daemonset.apps/agent', '{.spec.template.spec.containers[0]}'],
  ['replicaset.apps/cache', '{.spec.template.spec.containers[0]}'],
  ['replicationcontroller/old', '{.spec.template.spec.containers[0]}'],
  ['cronjob.batch/nightly', '{.spec.jobTemplate.spec.template.spec.containers[0]}'],
])('kubectl set on %s', (name, path) => {
  const containerOf = (rig: KubectlRig) => JSON.parse(rig.out(`get ${name} -o jsonpath='${path}'`));

  test('image', () => {
    const rig = new KubectlRig(ALL);
    expect(rig.out(`set image ${name} *=new:v2`)).toBe(`${name} image updated`);
    expect(containerOf(rig).image).toBe('new:v2');
    expect(rig.out(`set image ${name} *=new:v2`)).toBe('');
    expect(rig.run(`set image ${name} x=y`).error).toBe('unable to find container named "x"');
  });

  test('env and resources', () => {
    const rig = new KubectlRig(ALL);
    expect(rig.out(`set env ${name} A=b`)).toBe(`${name} env updated`);
    expect(rig.out(`set resources ${name} --requests=cpu=200m`)).toBe(`${name} resource requirements updated`);
    expect(containerOf(rig)).toMatchObject({
      env: [{ name: 'A', value: 'b' }],
      resources: { requests: { cpu: '200m' } },
    });
  });
});

test('set image of a running pod is refused', () => {
  const rig = new KubectlRig(POD);
  expect(rig.run('set image pod/bare app=bare:v2').error).toContain(
    'The Pod "bare" is invalid: spec: Forbidden: the simulation does not play changes of a running pod',
  );
});

test.each([
  ['statefulset.apps/db', 'StatefulSet', 'db'],
  ['replicaset.apps/cache', 'ReplicaSet', 'cache'],
  ['replicationcontroller/old', 'ReplicationController', 'old'],
] as const)('kubectl scale %s', (name, kind, own) => {
  const rig = new KubectlRig(ALL);
  expect(rig.out(`scale ${name} --replicas=7`)).toBe(`${name} scaled`);
  expect(rig.stored(kind, own).spec.replicas).toBe(7);
  expect(rig.run(`scale ${name} --replicas=3 --current-replicas=2`).error).toBe('Expected replicas to be 2, was 7');
});

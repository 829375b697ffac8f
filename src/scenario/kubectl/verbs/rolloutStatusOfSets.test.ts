import { describe, expect, test } from 'vitest';
import { EMPTY_DAEMON_SET_STATUS, EMPTY_STATEFUL_SET_STATUS } from '../../../cluster/objects.ts';
import { DAEMON_SET, KubectlRig, STATEFUL_SET } from '../testing/kubectlRig.ts';

function setStatus(rig: KubectlRig, fields: Partial<typeof EMPTY_STATEFUL_SET_STATUS>): void {
  const { generation } = rig.stored('StatefulSet', 'db');
  rig.change('StatefulSet', 'db', {
    status: { ...EMPTY_STATEFUL_SET_STATUS, observedGeneration: generation, ...fields },
  });
}

function daemonSetStatus(rig: KubectlRig, fields: Partial<typeof EMPTY_DAEMON_SET_STATUS>): void {
  const status = { ...EMPTY_DAEMON_SET_STATUS, observedGeneration: 1, desiredNumberScheduled: 4, ...fields };
  rig.change('DaemonSet', 'agent', { status });
}

describe('kubectl rollout status of a StatefulSet', () => {
  test('a line for each change, until the pods above the partition are updated', () => {
    const rig = new KubectlRig(
      STATEFUL_SET.replace('replicas: 3', 'replicas: 3\n  updateStrategy: {rollingUpdate: {partition: 1}}'),
    );
    const command = rig.start('rollout status sts/db');
    setStatus(rig, { readyReplicas: 1 });
    setStatus(rig, { readyReplicas: 3, updatedReplicas: 1 });
    expect(command.outcome).toBeUndefined();
    setStatus(rig, { readyReplicas: 3, updatedReplicas: 2 });
    expect(command.outcome?.out.split('\n')).toEqual([
      'Waiting for statefulset spec update to be observed...',
      'Waiting for 2 pods to be ready...',
      'Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...',
      'partitioned roll out complete: 2 new pods have been updated...',
    ]);
  });

  test('without the block, the revisions are compared', () => {
    const rig = new KubectlRig(
      STATEFUL_SET.replace('replicas: 3', 'replicas: 3\n  updateStrategy: {type: RollingUpdate}'),
    );
    expect(rig.stored('StatefulSet', 'db').spec.rollingUpdate).toBeUndefined();
    const revisions = { currentRevision: 'db-1', updateRevision: 'db-2' };
    setStatus(rig, { readyReplicas: 3, updatedReplicas: 1, currentReplicas: 2, ...revisions });
    expect(rig.out('rollout status sts/db --watch=false')).toBe(
      'waiting for statefulset rolling update to complete 1 pods at revision db-2...',
    );
    setStatus(rig, { readyReplicas: 3, updatedReplicas: 3, currentReplicas: 3, ...revisions, currentRevision: 'db-2' });
    expect(rig.out('rollout status sts/db')).toBe('statefulset rolling update complete 3 pods at revision db-2...');
  });

  test('needs RollingUpdate', () => {
    const rig = new KubectlRig(STATEFUL_SET.replace('replicas: 3', 'updateStrategy: {type: OnDelete}'));
    expect(rig.run('rollout status sts/db').error).toBe(
      'rollout status is only available for RollingUpdate strategy type',
    );
  });

  test('--timeout', () => {
    const rig = new KubectlRig(STATEFUL_SET);
    expect(rig.run('rollout status sts/db --timeout=5s').error).toBe('timed out waiting for the condition');
    expect(rig.kernel.nowMicros).toBe(5_000_000);
  });
});

describe('kubectl rollout status of a DaemonSet', () => {
  test('a line for each change, until all are updated and available', () => {
    const rig = new KubectlRig(DAEMON_SET);
    const command = rig.start('rollout status ds/agent');
    daemonSetStatus(rig, { updatedNumberScheduled: 1 });
    daemonSetStatus(rig, { updatedNumberScheduled: 4, numberAvailable: 3 });
    expect(command.outcome).toBeUndefined();
    daemonSetStatus(rig, { updatedNumberScheduled: 4, numberAvailable: 4 });
    const waiting = 'Waiting for daemon set "agent" rollout to finish:';
    expect(command.outcome?.out.split('\n')).toEqual([
      'Waiting for daemon set spec update to be observed...',
      `${waiting} 1 out of 4 new pods have been updated...`,
      `${waiting} 3 of 4 updated pods are available...`,
      'daemon set "agent" successfully rolled out',
    ]);
  });

  test('needs RollingUpdate', () => {
    const rig = new KubectlRig(
      DAEMON_SET.replace('spec:\n  selector', 'spec:\n  updateStrategy: {type: OnDelete}\n  selector'),
    );
    expect(rig.run('rollout status ds/agent').error).toBe(
      'rollout status is only available for RollingUpdate strategy type',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

const waiting = (what: string) => `Waiting for deployment "web" rollout to finish: ${what}...`;

describe('kubectl rollout status', () => {
  test('prints a line for each change until the rollout is done', () => {
    const rig = new KubectlRig(WEB);
    const command = rig.start('rollout status deployment/web');
    rig.setStatus({ replicas: 4, updatedReplicas: 2, availableReplicas: 2 });
    rig.setStatus({ replicas: 4, updatedReplicas: 3, availableReplicas: 3 });
    rig.setStatus({ replicas: 3, updatedReplicas: 3, availableReplicas: 2 });
    expect(command.outcome).toBeUndefined();
    rig.setStatus({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 });
    expect(command.outcome).toEqual({
      out: [
        'Waiting for deployment spec update to be observed...',
        waiting('2 out of 3 new replicas have been updated'),
        waiting('1 old replicas are pending termination'),
        waiting('2 of 3 updated replicas are available'),
        'deployment "web" successfully rolled out',
      ].join('\n'),
      error: '',
      isBadScenario: false,
    });
  });

  test('--watch=false prints once', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus({ replicas: 1, updatedReplicas: 1 });
    expect(rig.out('rollout status deployment/web --watch=false')).toBe(
      waiting('1 out of 3 new replicas have been updated'),
    );
  });

  test('fails when the deadline has passed', () => {
    const rig = new KubectlRig(WEB);
    const condition = {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: '',
    } as const;
    rig.setStatus({ conditions: [{ ...condition, lastUpdateMicros: 0, lastTransitionMicros: 0 }] });
    expect(rig.run('rollout status deployment/web').error).toBe('deployment "web" exceeded its progress deadline');
  });

  test('--timeout', () => {
    const rig = new KubectlRig(WEB);
    const outcome = rig.run('rollout status deployment/web --timeout=30s');
    expect(outcome.error).toBe('timed out waiting for the condition');
    expect(rig.kernel.nowMicros).toBe(30_000_000);
  });

  test('--revision', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus(
      { replicas: 3, updatedReplicas: 3, availableReplicas: 3 },
      { 'deployment.kubernetes.io/revision': '2' },
    );
    expect(rig.run('rollout status deployment/web --revision=3').error).toBe(
      'desired revision (3) is different from the running revision (2)',
    );
    expect(rig.out('rollout status deployment/web --revision=2')).toContain('successfully rolled out');
  });

  test('ends when the object is deleted, and when nothing can happen any more', () => {
    const rig = new KubectlRig(WEB);
    const command = rig.start('rollout status deployment/web');
    rig.cluster.deployments.delete(rig.deployment().uid);
    rig.kernel.run();
    expect(command.outcome?.error).toBe('object has been deleted');
    rig.add(WEB);
    const other = rig.start('rollout status deployment/web');
    expect(rig.changes.giveUp()).toBe(true);
    expect(other.outcome?.error).toBe('timed out waiting for the condition: nothing can happen any more');
    expect(rig.changes.giveUp()).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

describe('kubectl rollout pause, resume and restart', () => {
  test('pause and resume', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run('rollout resume deployment/web').error).toBe('deployments.apps "web" is not paused');
    expect(rig.out('rollout pause deployment/web')).toBe('deployment.apps/web paused');
    expect(rig.deployment()).toMatchObject({ generation: 2, spec: { paused: true } });
    expect(rig.run('rollout pause deployment/web')).toEqual({
      out: '',
      error: 'deployments.apps "web" is already paused',
      isBadScenario: false,
    });
    expect(rig.run('rollout restart deployment/web').error).toBe(
      `deployments.apps "web" can't restart paused deployment (run rollout resume first)`,
    );
    expect(rig.out('rollout resume deployment/web')).toBe('deployment.apps/web resumed');
    expect(rig.deployment()).toMatchObject({ generation: 3, spec: { paused: false } });
  });

  test('restart writes the time into the template', () => {
    const rig = new KubectlRig(WEB);
    rig.wait(90_500_000);
    expect(rig.out('rollout restart deployment')).toBe('deployment.apps/web restarted');
    const { generation, spec } = rig.deployment();
    expect(generation).toBe(2);
    expect(spec.template.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': '2000-01-01T00:01:30Z' });
    expect(rig.run('rollout restart deployment/web').error).toBe(
      'failed to create patch for web: if restart has already been triggered within the past second, please wait before attempting to trigger another',
    );
    rig.wait(1_000_000);
    expect(rig.out('rollout restart deployment/web')).toBe('deployment.apps/web restarted');
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

describe('kubectl set resources', () => {
  test('changes requests and limits', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('set resources deployment/web -c app --requests=cpu=200m,memory=1Gi --limits=cpu=1')).toBe(
      'deployment.apps/web resource requirements updated',
    );
    const [app, side] = rig.deployment().spec.template.spec.containers;
    expect(app!.requests).toMatchObject({ cpuMilli: 200, memoryBytes: 2 ** 30 });
    expect(side!.requests).toMatchObject({ cpuMilli: 0, memoryBytes: 0 });
  });

  test('prints nothing when nothing changes, and fails for an unknown container', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('set resources deployment/web -c app --requests=cpu=100m')).toBe('');
    expect(rig.run('set resources deployment/web -c x --requests=cpu=1').error).toBe(
      'unable to find container named x',
    );
    expect(rig.deployment().generation).toBe(1);
  });
});

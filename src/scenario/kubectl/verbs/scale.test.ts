import { describe, expect, test } from 'vitest';
import { KubectlRig, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

describe('kubectl scale', () => {
  test('writes the size and bumps the generation', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('scale deployment/web --replicas=5')).toBe('deployment.apps/web scaled');
    expect(rig.deployment()).toMatchObject({
      generation: 2,
      spec: { replicas: 5 },
      manifest: { spec: { replicas: 5 } },
    });
  });

  test('answers the same when the size is that already, and writes nothing', () => {
    const rig = new KubectlRig(WEB);
    const before = rig.deployment();
    expect(rig.out('scale deployment web --replicas 3')).toBe('deployment.apps/web scaled');
    expect(rig.deployment()).toBe(before);
  });

  test('scales several objects of both kinds', () => {
    const rig = new KubectlRig(`${WEB}---${REPLICA_SET}`);
    expect(rig.out('scale deploy/web rs/cache --replicas=0')).toBe(
      'deployment.apps/web scaled\nreplicaset.apps/cache scaled',
    );
    expect(rig.replicaSet('cache')).toMatchObject({ generation: 2, spec: { replicas: 0 } });
  });

  test('refuses when the size is not the expected one', () => {
    const rig = new KubectlRig(WEB);
    const outcome = rig.run('scale deployment/web --replicas=5 --current-replicas=2');
    expect(outcome).toEqual({ out: '', error: 'Expected replicas to be 2, was 3', isBadScenario: false });
    expect(rig.out('scale deployment/web --replicas=5 --current-replicas=3')).toBe('deployment.apps/web scaled');
  });

  test('an object that does not exist makes a bad scenario; the others are scaled', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run('scale deployment/web deployment/shop --replicas=1')).toEqual({
      out: 'deployment.apps/web scaled',
      error: 'deployments.apps "shop" not found',
      isBadScenario: true,
    });
  });
});

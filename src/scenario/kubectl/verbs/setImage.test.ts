import { describe, expect, test } from 'vitest';
import { KubectlRig, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

describe('kubectl set image', () => {
  test('changes the template', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('set image deployment/web app=web:v2')).toBe('deployment.apps/web image updated');
    const { spec, generation, manifest } = rig.deployment();
    expect(generation).toBe(2);
    expect(spec.template.spec.containers.map((container) => container.image)).toEqual(['web:v2', 'side:v1']);
    expect(JSON.stringify(manifest)).toContain('web:v2');
  });

  test('prints nothing and writes nothing when nothing changes', () => {
    const rig = new KubectlRig(WEB);
    const before = rig.deployment();
    expect(rig.out('set image deployment/web app=web:v1')).toBe('');
    expect(rig.deployment()).toBe(before);
  });

  test('* stands for all containers', () => {
    const rig = new KubectlRig(WEB);
    rig.out("set image deploy web '*=all:v1'");
    expect(rig.deployment().spec.template.spec.containers.map((container) => container.image)).toEqual([
      'all:v1',
      'all:v1',
    ]);
  });

  test('names an unknown container, and updates the others', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run('set image deployment/web app=web:v2 x=y')).toEqual({
      out: 'deployment.apps/web image updated',
      error: 'unable to find container named "x"',
      isBadScenario: false,
    });
  });

  test('takes ReplicaSets and --all', () => {
    const rig = new KubectlRig(`${WEB}---${REPLICA_SET}`);
    expect(rig.out('set image deployments,rs --all app=new:v1')).toBe(
      'deployment.apps/web image updated\nreplicaset.apps/cache image updated',
    );
    expect(rig.replicaSet('cache').generation).toBe(2);
  });
});

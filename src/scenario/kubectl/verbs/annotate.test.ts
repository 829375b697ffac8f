import { describe, expect, test } from 'vitest';
import { KubectlRig, POD, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

describe('kubectl annotate', () => {
  test('bumps the generation of a Deployment, not of a ReplicaSet', () => {
    const rig = new KubectlRig(`${WEB}---${REPLICA_SET}`);
    expect(rig.out('annotate deployment/web rs/cache note=b')).toBe(
      'deployment.apps/web annotated\nreplicaset.apps/cache annotated',
    );
    expect(rig.deployment()).toMatchObject({ generation: 2, meta: { annotations: { note: 'b' } } });
    expect(rig.replicaSet('cache')).toMatchObject({ generation: 1, meta: { annotations: { note: 'b' } } });
  });

  test('refuses to overwrite, but for the change cause', () => {
    const rig = new KubectlRig(WEB);
    rig.out('annotate deployment/web note=b kubernetes.io/change-cause="first try"');
    expect(rig.run('annotate deployment/web note=c').error).toBe(
      "--overwrite is false but found the following declared annotation(s): 'note' already has a value (b)",
    );
    expect(rig.out('annotate deployment/web kubernetes.io/change-cause=second note-')).toBe(
      'deployment.apps/web annotated',
    );
    expect(rig.deployment().meta.annotations).toEqual({ 'kubernetes.io/change-cause': 'second' });
    expect(rig.out('annotate deployment/web absent-')).toBe('deployment.apps/web annotated');
  });

  test("a pod's deletion cost counts at once", () => {
    const rig = new KubectlRig(POD);
    rig.out('annotate pod/bare controller.kubernetes.io/pod-deletion-cost=-5');
    expect(rig.cluster.templateOf(rig.pod('bare'))).toMatchObject({ deletionCost: -5, image: 'bare:v1' });
    rig.out('annotate pod/bare note=a');
    expect(rig.cluster.templateOf(rig.pod('bare')).deletionCost).toBe(-5);
    rig.out('annotate pod/bare controller.kubernetes.io/pod-deletion-cost-');
    expect(rig.cluster.templateOf(rig.pod('bare')).deletionCost).toBe(0);
  });
});

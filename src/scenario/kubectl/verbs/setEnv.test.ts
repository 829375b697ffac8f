import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../api/types.ts';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

function environments(rig: KubectlRig): unknown[] {
  const spec = rig.deployment().spec.template.manifest.spec as JsonObject;
  return (spec.containers as JsonObject[]).map((container) => container.env);
}

describe('kubectl set env', () => {
  test('sets, changes and removes in all containers', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('set env deployment/web A=c B=d=e')).toBe('deployment.apps/web env updated');
    const added = { name: 'B', value: 'd=e' };
    expect(environments(rig)).toEqual([
      [{ name: 'A', value: 'c' }, added],
      [{ name: 'A', value: 'c' }, added],
    ]);
    expect(rig.out('set env deployment/web A- B-')).toBe('deployment.apps/web env updated');
    expect(environments(rig)).toEqual([undefined, undefined]);
    expect(rig.deployment().generation).toBe(3);
  });

  test('-c chooses containers, with a wildcard', () => {
    const rig = new KubectlRig(WEB);
    rig.out("set env deployment/web -c 'si*' A=x");
    expect(environments(rig)).toEqual([[{ name: 'A', value: 'b' }], [{ name: 'A', value: 'x' }]]);
  });

  test('warns when no container matches, and prints nothing when nothing changes', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('set env deployment/web -c x A=x')).toBe(
      'Warning: Deployment/web does not have any containers matching "x"',
    );
    expect(rig.out('set env deployment/web -c app A=b Z-')).toBe('');
    expect(rig.deployment().generation).toBe(1);
  });
});

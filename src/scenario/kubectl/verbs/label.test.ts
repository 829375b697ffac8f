import { describe, expect, test } from 'vitest';
import { KubectlRig, NODE, POD, WEB } from '../testing/kubectlRig.ts';

describe('kubectl label', () => {
  test('sets, refuses to overwrite, overwrites, removes', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('label deployment/web team=a')).toBe('deployment.apps/web labeled');
    expect(rig.out('label deployment/web team=a')).toBe('deployment.apps/web not labeled');
    expect(rig.run('label deployment web team=b').error).toBe(
      "'team' already has a value (a), and --overwrite is false",
    );
    expect(rig.out('label deployment web team=b --overwrite')).toBe('deployment.apps/web labeled');
    expect(rig.deployment().meta.labels).toEqual({ team: 'b' });
    expect(rig.out('label deployment web team-')).toBe('deployment.apps/web unlabeled');
    expect(rig.out('label deployment web team-')).toBe('label "team" not found.\ndeployment.apps/web not labeled');
    expect(rig.deployment()).toMatchObject({ generation: 1, meta: { labels: {} } });
  });

  test('pods and nodes', () => {
    const rig = new KubectlRig(`${NODE}---${POD}`);
    expect(rig.out('label nodes --all zone=a')).toBe('node/node-0 labeled');
    expect(rig.cluster.nodeObjects.find('', 'node-0')!.meta.labels).toMatchObject({ zone: 'a' });
    expect(rig.out('label pod -l app=bare app=other --overwrite')).toBe('pod/bare labeled');
    expect(rig.cluster.labelsOf(rig.pod('bare'))).toEqual({ app: 'other' });
  });

  test('a label may be named like a property of every object', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('label deployment/web constructor=a')).toBe('deployment.apps/web labeled');
  });
});

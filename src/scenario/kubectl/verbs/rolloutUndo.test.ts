import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

/** Revisions 1 and 2, of web:v1 and web:v2. */
function withTwoRevisions(): KubectlRig {
  const rig = new KubectlRig(WEB);
  rig.addRevision('1', { 'kubernetes.io/change-cause': 'first' });
  rig.out('annotate deployment/web note=lost kubernetes.io/change-cause=second');
  rig.out('set image deployment/web app=web:v2');
  rig.addRevision('2');
  rig.setStatus({}, { 'deployment.kubernetes.io/revision': '2' });
  return rig;
}

const imageOf = (rig: KubectlRig) => rig.deployment().spec.template.spec.containers[0]!.image;

describe('kubectl rollout undo', () => {
  test('restores the template and the annotations of the revision before', () => {
    const rig = withTwoRevisions();
    const { generation } = rig.deployment();
    expect(rig.out('rollout undo deployment/web')).toBe('deployment.apps/web rolled back');
    expect(imageOf(rig)).toBe('web:v1');
    expect(rig.deployment().generation).toBe(generation + 1);
    expect(rig.deployment().spec.template.labels).toEqual({ app: 'web' });
    expect(rig.deployment().meta.annotations).toEqual({
      'deployment.kubernetes.io/revision': '2',
      'kubernetes.io/change-cause': 'first',
    });
  });

  test('skips a revision that the template matches already', () => {
    const rig = withTwoRevisions();
    expect(rig.out('rollout undo deployment/web --to-revision=2')).toBe(
      'deployment.apps/web skipped rollback (current template already matches revision 2)',
    );
    expect(rig.out('rollout undo deployment/web --to-revision=1')).toBe('deployment.apps/web rolled back');
  });

  test('fails without history, for an unknown revision, and while paused', () => {
    const rig = withTwoRevisions();
    expect(rig.run('rollout undo deployment/web --to-revision=7').error).toBe(
      'unable to find specified revision 7 in history',
    );
    rig.out('rollout pause deployment/web');
    expect(rig.run('rollout undo deployment/web').error).toBe(
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    );
    const young = new KubectlRig(WEB);
    young.addRevision('1');
    expect(young.run('rollout undo deployment/web').error).toBe('no rollout history found for deployment "web"');
  });

  test('revisions beyond 2^53 are told apart', () => {
    const rig = new KubectlRig(WEB);
    rig.addRevision('3546343826724305831');
    rig.out('set image deployment/web app=web:v2');
    rig.addRevision('3546343826724305832');
    expect(rig.out('rollout undo deployment/web --to-revision=3546343826724305831')).toContain('rolled back');
    expect(imageOf(rig)).toBe('web:v1');
  });
});

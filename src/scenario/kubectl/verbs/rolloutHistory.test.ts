import { describe, expect, test } from 'vitest';
import { KubectlRig, WEB } from '../testing/kubectlRig.ts';

describe('kubectl rollout history', () => {
  test('lists revisions by number', () => {
    const rig = new KubectlRig(WEB);
    rig.addRevision('10');
    rig.addRevision('9', { 'kubernetes.io/change-cause': 'why' });
    expect(rig.out('rollout history deployment/web')).toBe(
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n9         why\n10        <none>',
    );
  });

  test('prints the template of a revision', () => {
    const rig = new KubectlRig(WEB);
    rig.addRevision('1', { 'kubernetes.io/change-cause': 'why' });
    expect(rig.out('rollout history deployment/web --revision=1')).toBe(
      `deployment.apps/web with revision #1
Pod Template:
  Labels:	app=web
	pod-template-hash=hash1
  Annotations:	kubernetes.io/change-cause: why
  Containers:
   app:
    Image:	web:v1
    Port:	<none>
    Host Port:	<none>
    Requests:
      cpu:	100m
    Environment:
      A:	b
    Mounts:	<none>
   side:
    Image:	side:v1
    Port:	<none>
    Host Port:	<none>
    Environment:	<none>
    Mounts:	<none>
  Volumes:	<none>
  Node-Selectors:	<none>
  Tolerations:	<none>`,
    );
    expect(rig.run('rollout history deployment/web --revision=2')).toMatchObject({
      out: '',
      error: 'unable to find the specified revision',
    });
  });

  test('without any', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('rollout history deployment/web')).toBe('deployment.apps/web \nNo rollout history found.');
  });
});

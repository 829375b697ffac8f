import { describe, expect, test } from 'vitest';
import { DAEMON_SET, KubectlRig, STATEFUL_SET, WEB } from '../testing/kubectlRig.ts';
import { UsageError } from '../usageError.ts';

/** A StatefulSet and a DaemonSet with one revision each, of v1. */
function withOneRevision(): KubectlRig {
  const rig = new KubectlRig(`${STATEFUL_SET}---${DAEMON_SET}`);
  rig.addControllerRevision('StatefulSet', 'db', 1, { 'kubernetes.io/change-cause': 'first' });
  rig.addControllerRevision('DaemonSet', 'agent', 1);
  return rig;
}

function withTwoRevisions(): KubectlRig {
  const rig = withOneRevision();
  rig.out('annotate sts/db note=kept');
  rig.out('set image sts/db db=db:v2');
  rig.out('set image ds/agent agent=agent:v2');
  rig.addControllerRevision('StatefulSet', 'db', 2);
  rig.addControllerRevision('DaemonSet', 'agent', 2);
  return rig;
}

describe.each([
  ['StatefulSet', 'db', 'statefulset.apps/db'],
  ['DaemonSet', 'agent', 'daemonset.apps/agent'],
] as const)('revisions of a %s', (kind, name, printed) => {
  const imageOf = (rig: KubectlRig) => rig.stored(kind, name).spec.template.spec.containers[0]!.image;

  test('undo restores the template of the revision before', () => {
    const rig = withTwoRevisions();
    const { generation, meta } = rig.stored(kind, name);
    expect(imageOf(rig)).toBe(`${name}:v2`);
    expect(rig.out(`rollout undo ${printed}`)).toBe(`${printed} rolled back`);
    expect(imageOf(rig)).toBe(`${name}:v1`);
    expect(rig.stored(kind, name).generation).toBe(generation + 1);
    expect(rig.stored(kind, name).meta.annotations).toEqual(meta.annotations);
  });

  test('undo to a revision, or to none', () => {
    const rig = withTwoRevisions();
    expect(rig.out(`rollout undo ${printed} --to-revision=2`)).toBe(
      `${printed} skipped rollback (current template already matches revision 2)`,
    );
    expect(rig.run(`rollout undo ${printed} --to-revision=7`).error).toBe(
      'unable to find specified revision 7 in history',
    );
    expect(rig.out(`rollout undo ${printed} --to-revision=1`)).toBe(`${printed} rolled back`);
    expect(rig.out(`rollout undo ${printed}`)).toBe(
      `${printed} skipped rollback (current template already matches revision 0)`,
    );
  });

  test('with one revision there is nothing to undo', () => {
    expect(withOneRevision().run(`rollout undo ${printed}`).error).toBe('no last revision to roll back to');
  });

  test('history of one revision', () => {
    const rig = withTwoRevisions();
    const out = rig.out(`rollout history ${printed} --revision=1`);
    expect(out).toContain(`${printed} with revision #1\nPod Template:\n  Labels:\tapp=${name}\n`);
    expect(out).toContain(`Image:\t${name}:v1`);
    expect(out).not.toContain('change-cause');
    expect(rig.run(`rollout history ${printed} --revision=3`).error).toBe('unable to find the specified revision');
  });
});

test('history of a StatefulSet', () => {
  expect(withTwoRevisions().out('rollout history sts/db')).toBe(
    'statefulset.apps/db \nREVISION  CHANGE-CAUSE\n1         first\n2         <none>',
  );
  expect(new KubectlRig(STATEFUL_SET).out('rollout history sts/db')).toBe(
    'statefulset.apps/db \nNo rollout history found.',
  );
});

describe('kubectl rollout restart', () => {
  test('of all three kinds', () => {
    const rig = new KubectlRig(`${WEB}---${STATEFUL_SET}---${DAEMON_SET}`);
    rig.wait(5_000_000);
    expect(rig.out('rollout restart deployment,statefulset,daemonset')).toBe(
      'deployment.apps/web restarted\nstatefulset.apps/db restarted\ndaemonset.apps/agent restarted',
    );
    expect(rig.stored('DaemonSet', 'agent').spec.template.annotations).toEqual({
      'kubectl.kubernetes.io/restartedAt': '2000-01-01T00:00:05Z',
    });
    expect(rig.run('rollout restart sts/db').error).toContain('if restart has already been triggered');
  });
});

test.each([
  ['rollout pause sts/db', 'statefulsets.apps "db" pausing is not supported'],
  ['rollout resume ds agent', 'daemonsets.apps "agent" resuming is not supported'],
  ['rollout restart rs/web', 'replicasets.apps "web" restarting is not supported'],
  ['rollout restart pod', 'pods restarting is not supported'],
  ['rollout history rs/web', 'no history viewer has been implemented for "ReplicaSet.apps"'],
  ['rollout undo job/x', 'no rollbacker has been implemented for "Job.batch"'],
  ['rollout status pod/x', 'no status viewer has been implemented for "Pod"'],
])('%s', (commandLine, message) => {
  expect(() => new KubectlRig().run(commandLine)).toThrow(new UsageError(message));
});

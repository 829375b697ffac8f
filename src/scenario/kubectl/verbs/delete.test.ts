import { describe, expect, test } from 'vitest';
import { KubectlRig, NODE, POD, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

/** Two pods of the ReplicaSet `cache`, the first bound to node-0 and running. */
function withPods(): { rig: KubectlRig; pods: [number, number] } {
  const rig = new KubectlRig(`${NODE}---${REPLICA_SET}---${POD}`);
  const { cluster } = rig;
  const replicaSet = rig.replicaSet('cache');
  const owner = cluster.owners.get(replicaSet.uid)!;
  const template = cluster.templates.intern(replicaSet.spec.template);
  const pods: [number, number] = [cluster.createOwnedPod(owner, template), cluster.createOwnedPod(owner, template)];
  cluster.bindPod(pods[0], cluster.nodes.rowOf('node-0'));
  cluster.setPodRunning(pods[0], true);
  rig.kernel.run();
  return { rig, pods };
}

describe('kubectl delete', () => {
  test('pods by name, selector and field', () => {
    const { rig, pods } = withPods();
    const [running, pending] = pods.map((pod) => rig.cluster.podName(pod));
    expect(rig.out('delete pod -l app=cache --field-selector=status.phase=Running --wait=false')).toBe(
      `pod "${running}" deleted`,
    );
    expect(rig.out('delete pods --all --field-selector spec.nodeName= --wait=false')).toBe(
      [pending, 'bare']
        .map((name) => `pod "${name}" deleted`)
        .sort()
        .join('\n'),
    );
    expect(rig.cluster.pods.count).toBe(1);
    expect(rig.out('delete pods -l app=none')).toBe('No resources found');
  });

  test('waits until the objects are gone', () => {
    const { rig, pods } = withPods();
    const command = rig.start(`delete pod ${rig.cluster.podName(pods[0])} bare`);
    expect(command.outcome).toBeUndefined();
    rig.cluster.removePod(pods[0]);
    rig.kernel.run();
    expect(command.outcome?.out).toBe(`pod "${rig.cluster.podName(pods[0])}" deleted\npod "bare" deleted`);
  });

  test('--force does not wait for the kubelet', () => {
    const { rig, pods } = withPods();
    const name = rig.cluster.podName(pods[0]);
    const out = rig.out(`delete pod ${name} --force --grace-period=0`);
    expect(out).toContain(`Warning: Immediate deletion`);
    expect(out).toContain(`pod "${name}" force deleted`);
    expect(rig.pod(name)).toBe(-1);
  });

  test('--timeout ends the wait', () => {
    const { rig, pods } = withPods();
    const outcome = rig.run(`delete pod ${rig.cluster.podName(pods[0])} --timeout=5s`);
    expect(outcome.error).toBe('timed out waiting for the condition');
  });

  test('deployments, and missing objects', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out('delete deploy web')).toBe('deployment.apps "web" deleted');
    expect(rig.deployment()).toBeUndefined();
    expect(rig.run('delete deploy web')).toMatchObject({
      error: 'deployments.apps "web" not found',
      isBadScenario: true,
    });
    expect(rig.run('delete deploy web --ignore-not-found')).toEqual({ out: '', error: '', isBadScenario: false });
  });

  test.each([
    ['foreground', 'foregroundDeletion'],
    ['orphan', 'orphan'],
  ])(
    '--cascade=%s leaves the object to the garbage collector, and waits until that lets it go',
    (cascade, finalizer) => {
      const rig = new KubectlRig(WEB);
      const command = rig.start(`delete deployment web --cascade=${cascade}`);
      expect(command.outcome).toBeUndefined();
      const { uid, finalizers, deletionMicros } = rig.deployment();
      expect([finalizers, deletionMicros]).toEqual([[finalizer], 0]);
      rig.cluster.deployments.removeFinalizer(uid, finalizer);
      rig.kernel.run();
      expect(command.outcome).toEqual({ out: 'deployment.apps "web" deleted', error: '', isBadScenario: false });
    },
  );

  test('says that a node is in no namespace', () => {
    const rig = new KubectlRig(NODE);
    expect(rig.out('delete node node-0 -n default')).toBe(
      'Warning: deleting cluster-scoped resources, not scoped to the provided namespace\nnode "node-0" deleted',
    );
  });
});

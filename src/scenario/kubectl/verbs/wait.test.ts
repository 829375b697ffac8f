import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeObject } from '../../../api/decode/decode.ts';
import { type Condition, type DeploymentStatus, EMPTY_JOB_STATUS } from '../../../cluster/objects.ts';
import { JOB, KubectlRig, NODE, POD, STATEFUL_SET, WEB } from '../testing/kubectlRig.ts';
import { createObject } from '../writes.ts';

function condition(type: string, status: Condition['status']): Condition {
  return { type, status, reason: '', message: '', lastUpdateMicros: 0, lastTransitionMicros: 0 };
}

/** What the controller would write, from within the simulation. */
function writeStatus(rig: KubectlRig, status: Partial<DeploymentStatus>): void {
  const live = rig.deployment();
  rig.cluster.deployments.update({
    ...live,
    status: { ...live.status, observedGeneration: live.generation, ...status },
  });
}

const AVAILABLE = condition('Available', 'True');

describe('kubectl wait --for=condition', () => {
  test('waits until the condition is True', () => {
    const rig = new KubectlRig(WEB);
    rig.after(1_000_000, () => writeStatus(rig, { conditions: [condition('Available', 'False')] }));
    rig.after(40_000_000, () => writeStatus(rig, { conditions: [AVAILABLE] }));
    expect(rig.out('wait --for=condition=Available deployment/web --timeout=60s')).toBe(
      'deployment.apps/web condition met',
    );
    expect(rig.kernel.nowMicros).toBe(40_000_000);
  });

  test('for another status, whatever the case of the letters', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus({ conditions: [condition('Available', 'False')] });
    expect(rig.out('wait --for=condition=available=false deployment/web')).toBe('deployment.apps/web condition met');
  });

  test('what was said of an older generation does not count', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus({ conditions: [AVAILABLE] });
    rig.out('scale deployment/web --replicas=5');
    expect(rig.run('wait --for=condition=Available deployment/web').error).toBe(
      'timed out waiting for the condition on deployments/web',
    );
    expect(rig.kernel.nowMicros).toBe(30_000_000);
    rig.setStatus({});
    expect(rig.out('wait --for=condition=Available deployment/web')).toContain('condition met');
  });

  test('of a Job and of a pod', () => {
    const rig = new KubectlRig(`${JOB}---${POD}---${NODE}`);
    rig.change('Job', 'import', { status: { ...EMPTY_JOB_STATUS, conditions: [condition('Complete', 'True')] } });
    expect(rig.out('wait --for=condition=complete job/import')).toBe('job.batch/import condition met');
    const pod = rig.pod('bare');
    rig.cluster.bindPod(pod, rig.cluster.nodes.rowOf('node-0'));
    rig.after(3_600_000_000, () => rig.cluster.setPodRunning(pod, true));
    expect(rig.out('wait --for=condition=Ready pod/bare --timeout=-1s')).toBe('pod/bare condition met');
  });

  test('all objects within one time-out, each with its own answer', () => {
    const rig = new KubectlRig(`${WEB}---${STATEFUL_SET}`);
    rig.setStatus({ conditions: [AVAILABLE] });
    expect(rig.run('wait deployment/web sts/db --for=condition=Available --timeout=3s')).toMatchObject({
      out: 'deployment.apps/web condition met',
      error: 'timed out waiting for the condition on statefulsets/db',
    });
    expect(rig.kernel.nowMicros).toBe(3_000_000);
  });

  test('--timeout=0 looks once', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run('wait deployment/web --for=condition=Available --timeout=0').error).toBe(
      'condition not met for deployments/web',
    );
    expect(rig.kernel.nowMicros).toBe(0);
  });

  test('what is not there', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run('wait deployment/api --for=condition=Available').error).toBe('deployments.apps "api" not found');
    expect(rig.run('wait pods -l app=web --for=condition=Ready').error).toBe('no matching resources found');
  });
});

describe('kubectl wait --for=jsonpath', () => {
  test('a value', () => {
    const rig = new KubectlRig(WEB);
    rig.after(1_000_000, () => writeStatus(rig, { readyReplicas: 2 }));
    rig.after(2_000_000, () => writeStatus(rig, { readyReplicas: 3 }));
    expect(rig.out(`wait --for=jsonpath='{.status.readyReplicas}'=3 deployment/web`)).toContain('condition met');
    expect(rig.kernel.nowMicros).toBe(2_000_000);
  });

  test('any value, and a filter', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus({ conditions: [AVAILABLE] });
    expect(rig.out(`wait --for=jsonpath='{.spec.replicas}' deployment/web`)).toContain('condition met');
    const path = '{.status.conditions[?(@.type=="Available")].status}';
    expect(rig.out(`wait --for='jsonpath=${path}=True' deployment/web`)).toContain('condition met');
  });

  test('what is no single value', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run(`wait --for=jsonpath='{.spec.template}'=x deployment/web`).error).toBe(
      'jsonpath leads to a nested object or list which is not supported',
    );
    expect(rig.run(`wait --for=jsonpath='{.spec.template.spec.containers[*].name}'=x deployment/web`).error).toBe(
      'given jsonpath expression matches more than one value',
    );
  });
});

describe('kubectl wait --for=delete and --for=create', () => {
  test('until the object is gone', () => {
    const rig = new KubectlRig(`${POD}---${WEB}`);
    rig.after(1_000_000, () => rig.cluster.removePod(rig.pod('bare')));
    expect(rig.out('wait --for=delete pod/bare')).toBe('pod/bare condition met');
    expect(rig.run('wait --for=delete pod/bare')).toEqual({ out: '', error: '', isBadScenario: false });
    expect(rig.run('wait --for=delete deployment/web --timeout=2s').error).toBe(
      'timed out waiting for the condition on deployments/web',
    );
  });

  test('until the object is there', () => {
    const rig = new KubectlRig(WEB);
    rig.after(1_000_000, () => createObject(rig.cluster, decodeObject(parse(STATEFUL_SET))));
    expect(rig.out('wait --for=create sts/db --timeout=60s')).toBe('statefulset.apps/db condition met');
    expect(rig.run('wait --for=create pod/x --timeout=1s').error).toBe('timed out waiting for the condition on pods/x');
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, NODE, POD, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

describe('kubectl patch', () => {
  test('merges strategically: containers by name', () => {
    const rig = new KubectlRig(WEB);
    const patch = '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"web:v2"}]}}}}';
    expect(rig.out(`patch deployment/web -p '${patch}'`)).toBe('deployment.apps/web patched');
    expect(rig.deployment().spec.template.spec.containers.map((container) => container.image)).toEqual([
      'web:v2',
      'side:v1',
    ]);
  });

  test('tells when nothing changed', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.out(`patch deployment/web -p '{"spec":{"replicas":3}}'`)).toBe(
      'deployment.apps/web patched (no change)',
    );
    expect(rig.out(`patch deployment/web -p 'spec: {template: {spec: {restartPolicy: Always}}}'`)).toContain(
      '(no change)',
    );
    expect(rig.deployment().generation).toBe(1);
  });

  test('a label of the template is a change of the spec, a label of the object is none', () => {
    const rig = new KubectlRig(WEB);
    rig.out(`patch deployment/web -p '{"metadata":{"labels":{"a":"b"}}}'`);
    expect(rig.deployment()).toMatchObject({ generation: 1, meta: { labels: { a: 'b' } } });
    rig.out(`patch deployment/web -p '{"spec":{"template":{"metadata":{"labels":{"v":"2"}}}}}'`);
    expect(rig.deployment().generation).toBe(2);
  });

  test('merge and json patches', () => {
    const rig = new KubectlRig(WEB);
    rig.out(`patch deployment web --type=merge -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":"50%"}}}}'`);
    expect(rig.deployment().spec.maxSurge).toEqual({ value: 50, isPercent: true });
    rig.out(`patch deployment web --type json -p '[{"op":"replace","path":"/spec/replicas","value":9}]'`);
    expect(rig.deployment().spec.replicas).toBe(9);
    const failed = rig.run(`patch deployment web --type json -p '[{"op":"test","path":"/spec/replicas","value":1}]'`);
    expect(failed.error).not.toBe('');
    expect(failed.isBadScenario).toBe(false);
  });

  test('a null restores the default', () => {
    const rig = new KubectlRig(WEB);
    rig.out(`patch deployment web -p '{"spec":{"replicas":null}}'`);
    expect(rig.deployment().spec.replicas).toBe(1);
  });

  test('what is invalid is refused in the API server words', () => {
    const rig = new KubectlRig(WEB);
    expect(rig.run(`patch deployment web -p '{"spec":{"replicas":-1}}'`).error).toBe(
      'The Deployment "web" is invalid: spec.replicas: must be greater than or equal to 0',
    );
    const relabelled =
      '{"spec":{"selector":{"matchLabels":{"app":"x"}},"template":{"metadata":{"labels":{"app":"x"}}}}}';
    expect(rig.run(`patch deployment web -p '${relabelled}'`).error).toBe(
      'The Deployment "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    );
    expect(rig.run(`patch deployment web -p '{"metadata":{"name":"x"}}'`).error).toContain('does not match the name');
    expect(rig.deployment().generation).toBe(1);
  });

  test('ReplicaSets, nodes and pods', () => {
    const rig = new KubectlRig(`${REPLICA_SET}---${NODE}---${POD}`);
    rig.out(`patch rs/cache -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","image":"cache:v2"}]}}}}'`);
    expect(rig.replicaSet('cache')).toMatchObject({ generation: 2 });
    expect(rig.out(`patch node/node-0 -p '{"spec":{"unschedulable":true}}'`)).toBe('node/node-0 patched');
    expect(rig.cluster.nodeObjects.find('', 'node-0')).toMatchObject({
      unschedulable: true,
      allocatable: { pods: 110 },
    });
    expect(rig.out(`patch pod/bare -p '{"metadata":{"labels":{"a":"b"}}}'`)).toBe('pod/bare patched');
    expect(rig.cluster.labelsOf(rig.pod('bare'))).toMatchObject({ app: 'bare', a: 'b' });
    expect(rig.run(`patch pod/bare -p '{"spec":{"containers":[{"name":"app","image":"x"}]}}'`).error).toContain(
      'The Pod "bare" is invalid: spec: Forbidden',
    );
  });
});

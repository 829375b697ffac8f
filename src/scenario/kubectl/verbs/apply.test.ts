import { describe, expect, test } from 'vitest';
import { KubectlRig, NODE, POD, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

describe('kubectl apply', () => {
  test('creates, leaves and configures', () => {
    const rig = new KubectlRig();
    expect(rig.out('apply -f -', `${WEB}---${REPLICA_SET}---${POD}---${NODE}`)).toBe(
      'deployment.apps/web created\nreplicaset.apps/cache created\npod/bare created\nnode/node-0 created',
    );
    const before = rig.deployment();
    expect(before).toMatchObject({ generation: 1, ownerUid: -1, meta: { labels: {} } });
    expect(rig.out('apply -f -', `${WEB}---${REPLICA_SET}---${POD}---${NODE}`)).toBe(
      'deployment.apps/web unchanged\nreplicaset.apps/cache unchanged\npod/bare unchanged\nnode/node-0 unchanged',
    );
    expect(rig.deployment()).toBe(before);
    expect(rig.out('apply -f -', WEB.replace('web:v1', 'web:v2'))).toBe('deployment.apps/web configured');
    expect(rig.deployment().generation).toBe(2);
    expect(rig.deployment().spec.template.spec.containers[0]!.image).toBe('web:v2');
  });

  test('keeps what was applied in an annotation that does not reach the template', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', WEB);
    const { meta, spec } = rig.deployment();
    expect(JSON.parse(meta.annotations[LAST_APPLIED]!)).toMatchObject({
      metadata: { name: 'web', namespace: 'default', annotations: {} },
    });
    expect(spec.template.annotations).toEqual({});
  });

  test('a field that is no longer given gets its default; one that never was stays', () => {
    const rig = new KubectlRig();
    const without = WEB.replace('  replicas: 3\n', '');
    rig.out('apply -f -', without);
    rig.out('scale deployment/web --replicas=8');
    rig.out('apply -f -', without.replace('web:v1', 'web:v2'));
    expect(rig.deployment().spec.replicas).toBe(8);
    rig.out('apply -f -', WEB);
    expect(rig.deployment().spec.replicas).toBe(3);
    rig.out('apply -f -', without);
    expect(rig.deployment().spec.replicas).toBe(1);
  });

  test('labels of others stay, given ones go', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', WEB.replace('{name: web}', '{name: web, labels: {own: a, kept: a}}'));
    rig.out('label deployment/web other=b');
    rig.out('apply -f -', WEB.replace('{name: web}', '{name: web, labels: {kept: a}}'));
    expect(rig.deployment().meta.labels).toEqual({ kept: 'a', other: 'b' });
  });

  test('the same for pods', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', POD.replace('{app: bare}', '{app: bare, own: a}'));
    rig.out('label pod/bare other=b');
    expect(rig.out('apply -f -', POD)).toBe('pod/bare configured');
    expect(rig.cluster.labelsOf(rig.pod('bare'))).toEqual({ app: 'bare', other: 'b' });
  });

  test('warns about an object that was not made by apply', () => {
    const rig = new KubectlRig(WEB);
    const out = rig.out('apply -f -', WEB);
    expect(out).toContain('Warning: resource deployments/web is missing the kubectl.kubernetes.io/last-applied');
    expect(out).toContain('deployment.apps/web configured');
  });

  test('changing the selector is refused', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', WEB);
    const outcome = rig.run('apply -f -', WEB.replaceAll('app: web', 'app: shop'));
    expect(outcome.error).toContain('field is immutable');
    expect(outcome.isBadScenario).toBe(false);
  });

  test('strategy Recreate drops the rollingUpdate that the server filled in', () => {
    const rig = new KubectlRig();
    rig.out('apply -f -', WEB);
    rig.out('apply -f -', WEB.replace('  replicas: 3\n', '  replicas: 3\n  strategy: {type: Recreate}\n'));
    expect(rig.deployment().spec.strategyType).toBe('Recreate');
  });

  test('-n fills in the namespace', () => {
    const rig = new KubectlRig();
    rig.out('apply -n shop -f -', WEB);
    expect(rig.deployment('web', 'shop').spec.replicas).toBe(3);
  });

  test('a manifest with status and server-owned metadata', () => {
    const rig = new KubectlRig(WEB);
    const yaml = rig.out('get deployment web -o yaml');
    expect(rig.out('apply -f -', yaml)).toContain('deployment.apps/web configured');
    expect(rig.out('apply -f -', yaml)).toBe('deployment.apps/web unchanged');
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, POD, WEB } from './testing/kubectlRig.ts';

const inNamespace = (yaml: string, namespace: string) =>
  yaml.replace('metadata: {', `metadata: {namespace: ${namespace}, `);

describe('the namespace of a command', () => {
  test('-n chooses it', () => {
    const rig = new KubectlRig(`${WEB}---${inNamespace(WEB, 'shop')}`);
    rig.out('scale deployment/web --replicas=7 -n shop');
    expect(rig.deployment().spec.replicas).toBe(3);
    expect(rig.deployment('web', 'shop').spec.replicas).toBe(7);
    expect(rig.run('scale deployment/web --replicas=7 --namespace=empty').error).toBe(
      'deployments.apps "web" not found',
    );
  });

  test('is the default one where that has the object', () => {
    const rig = new KubectlRig(`${WEB}---${inNamespace(WEB, 'shop')}`);
    rig.out('scale deployment/web --replicas=7');
    expect(rig.deployment().spec.replicas).toBe(7);
  });

  test('is else the only one that has it', () => {
    const rig = new KubectlRig(inNamespace(WEB, 'shop'));
    rig.out('scale deployment/web --replicas=7');
    expect(rig.deployment('web', 'shop').spec.replicas).toBe(7);
  });

  test('has to be named when several others have it', () => {
    const rig = new KubectlRig(`${inNamespace(WEB, 'shop')}---${inNamespace(WEB, 'bar')}`);
    const outcome = rig.run('scale deployment/web --replicas=7');
    expect(outcome.error).toBe('deployments.apps "web" exist in the namespaces bar, shop: choose one with -n');
    expect(outcome.isBadScenario).toBe(true);
  });

  test('is looked for in the same way with a selector', () => {
    const rig = new KubectlRig(inNamespace(POD, 'shop'));
    expect(rig.out('get pods -l app=bare -o name')).toBe('pod/bare');
    rig.add(inNamespace(POD, 'bar'));
    expect(rig.run('get pods').error).toBe('such pods exist in the namespaces bar, shop: choose one with -n');
    expect(rig.out('get pods -A -o name')).toBe('pod/bare\npod/bare');
  });
});

describe('an object that does not exist', () => {
  test('makes a wrong scenario', () => {
    const outcome = new KubectlRig(WEB).run('delete deployment other');
    expect(outcome).toEqual({ out: '', error: 'deployments.apps "other" not found', isBadScenario: true });
  });

  test('is no mistake where it is a pod, which may have gone', () => {
    const outcome = new KubectlRig(POD).run('delete pod db-0 bare --wait=false');
    expect(outcome).toEqual({ out: 'pod "bare" deleted', error: 'pods "db-0" not found', isBadScenario: false });
  });
});

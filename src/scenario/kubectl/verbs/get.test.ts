import { describe, expect, test } from 'vitest';
import { KubectlRig, NODE, POD, REPLICA_SET, WEB } from '../testing/kubectlRig.ts';

describe('kubectl get', () => {
  test('tables', () => {
    const rig = new KubectlRig(`${WEB}---${REPLICA_SET}---${POD}---${NODE}`);
    rig.setStatus({ readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 });
    rig.wait(125_000_000);
    expect(rig.out('get deployments')).toBe(
      'NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    2/3     3            1           2m5s',
    );
    expect(rig.out('get deploy web -o wide --no-headers')).toBe(
      'web   2/3   3     1     2m5s   app,side   web:v1,side:v1   app=web',
    );
    expect(rig.out('get rs')).toBe('NAME    DESIRED   CURRENT   READY   AGE\ncache   2         0         0       2m5s');
    expect(rig.out('get pods')).toBe(
      'NAME   READY   STATUS    RESTARTS   AGE\nbare   0/1     Pending   0          2m5s',
    );
    expect(rig.out('get nodes')).toBe(
      'NAME     STATUS   ROLES    AGE    VERSION\nnode-0   Ready    <none>   2m5s   <unknown>',
    );
    expect(rig.out('get po -A --show-labels --no-headers')).toBe(
      'default   bare   0/1   Pending   0     2m5s   app=bare',
    );
    expect(rig.out('get deploy/web pod/bare --no-headers')).toBe(
      'deployment.apps/web   2/3   3     1     2m5s\n\npod/bare   0/1   Pending   0     2m5s',
    );
  });

  test('all, and several types in the order in which they are named', () => {
    const rig = new KubectlRig(`${WEB}---${REPLICA_SET}---${POD}---${NODE}`);
    const names = ['pod/bare', 'deployment.apps/web', 'replicaset.apps/cache'];
    expect(rig.out('get all -o name').split('\n')).toEqual(names);
    expect(
      rig
        .out('get all --no-headers')
        .split('\n\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(names);
    expect(
      rig
        .out('get rs,pods --no-headers')
        .split('\n\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['replicaset.apps/cache', 'pod/bare']);
  });

  test('a pod on its node', () => {
    const rig = new KubectlRig(`${POD}---${NODE}`);
    rig.cluster.bindPod(rig.pod('bare'), rig.cluster.nodes.rowOf('node-0'));
    rig.cluster.setPodRunning(rig.pod('bare'), true);
    expect(rig.out('get pod bare -o wide --no-headers')).toBe(
      'bare   1/1   Running   0     0s    <none>   node-0   <none>   <none>',
    );
    expect(rig.out('get pods --field-selector=spec.nodeName=node-0,status.phase!=Pending -o name')).toBe('pod/bare');
  });

  test('yaml and json', () => {
    const rig = new KubectlRig(WEB);
    rig.setStatus({ replicas: 3 });
    const yaml = rig.out('get deployment/web -o yaml');
    expect(yaml).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}creationTimestamp: /);
    expect(yaml).toContain('status:\n  observedGeneration: 1\n  replicas: 3');
    const list = JSON.parse(rig.out('get deployments -o json'));
    expect(list).toMatchObject({ kind: 'List', items: [{ metadata: { name: 'web', generation: 1 } }] });
  });

  test('jsonpath with ranges', () => {
    const rig = new KubectlRig(`${WEB}---${POD}`);
    const containers = '{range .spec.template.spec.containers[*]}{.name}={.image} {end}';
    expect(rig.out(`get deployment web -o jsonpath='{.metadata.name}: ${containers}'`)).toBe(
      'web: app=web:v1 side=side:v1 ',
    );
    const nested = `{range .items[*]}{.metadata.name}{"\\t"}${containers}{"\\n"}{end}`;
    expect(rig.out(`get deployments -o jsonpath='${nested}'`)).toBe('web\tapp=web:v1 side=side:v1 ');
    expect(rig.out(`get rs -o jsonpath='{range .items[*]}{.metadata.name}{end}'`)).toBe('');
  });

  test('nothing', () => {
    const rig = new KubectlRig();
    expect(rig.out('get pods')).toBe('No resources found in default namespace.');
    expect(rig.out('get nodes')).toBe('No resources found');
    expect(rig.run('get pod x').error).toBe('pods "x" not found');
    expect(rig.run('get pod x --ignore-not-found')).toEqual({ out: '', error: '', isBadScenario: false });
  });
});

import { describe, expect, test } from 'vitest';
import { KubectlRig, POD, WEB } from '../testing/kubectlRig.ts';

describe('kubectl create', () => {
  test('-f -', () => {
    const rig = new KubectlRig();
    expect(rig.out('create -f -', `${WEB}---${POD}`)).toBe('deployment.apps/web created\npod/bare created');
    expect(rig.deployment().meta.annotations).toEqual({});
    expect(rig.run('create -f -', WEB)).toEqual({
      out: '',
      error: 'deployments.apps "web" already exists',
      isBadScenario: false,
    });
  });

  test('deployment', () => {
    const rig = new KubectlRig();
    expect(
      rig.out('create deployment shop --image=reg:5000/x/My_App:v1@sha256:ab --replicas=2 --port=80 -- run me'),
    ).toBe('deployment.apps/shop created');
    const { spec, meta } = rig.deployment('shop');
    expect(meta.labels).toEqual({ app: 'shop' });
    expect(spec).toMatchObject({ replicas: 2, selector: { canonical: 'app=shop' } });
    expect(spec.template.manifest).toMatchObject({
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'my-app', command: ['run', 'me'], ports: [{ containerPort: 80 }] }] },
    });
    expect(rig.run('create deployment shop --image=a').error).toBe('deployments.apps "shop" already exists');
  });

  test('a deployment with several images', () => {
    const rig = new KubectlRig();
    rig.out('create deployment shop --image=nginx:1 --image=redis');
    expect(rig.deployment('shop').spec.template.spec.containers.map(({ name }) => name)).toEqual(['nginx', 'redis']);
  });
});

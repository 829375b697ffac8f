import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, PodManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

describe('a Pod', () => {
  const pod = (spec: JsonObject): PodManifest => {
    return decodeObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
    }) as PodManifest;
  };

  it('gets the defaults that only pods get', () => {
    const containers = [{ name: 'c', image: 'i', ports: [{ containerPort: 5 }], resources: { limits: { cpu: 1 } } }];
    const { manifest, template } = pod({ hostNetwork: true, restartPolicy: 'Never', containers });
    expect(manifest.spec).toMatchObject({
      enableServiceLinks: true,
      containers: [{ resources: { requests: { cpu: 1 } }, ports: [{ hostPort: 5 }] }],
    });
    expect(template.labels).toEqual({ a: 'b' });
    expect(template.spec).toMatchObject({ restartPolicy: 'Never', hostPorts: [{ port: 5 }] });
  });

  it('may ask for resources as a whole', () => {
    expect(pod({ resources: { requests: { cpu: 2 }, limits: { memory: '1Gi' } } }).template.spec.podRequests).toEqual({
      cpuMilli: 2000,
      memoryBytes: 2 ** 30,
    });
    expect(pod({}).template.spec.podRequests).toBeUndefined();
  });

  it('has its fields below spec', () => {
    expect(failure(() => pod({ containers: [] }))).toBe('pod/p: spec.containers: Required value');
  });
});

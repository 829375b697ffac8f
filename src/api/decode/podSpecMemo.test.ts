import { describe, expect, it } from 'vitest';
import type { JsonObject, PodManifest } from '../types.ts';
import { decodeManifest } from './decode.ts';
import { PodSpecMemo } from './podSpecMemo.ts';

const podSpecs = new PodSpecMemo();

function decode(name: string, cpu: string, notSimulated: (path: string) => void, annotations: JsonObject = {}) {
  const container = { name: 'app', image: 'web:v1', resources: { requests: { cpu } } };
  const spec = { containers: [container], hostNetwork: true };
  const document = { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations }, spec };
  const place = () => ({ file: 'f.yaml' });
  const told = (_kindName: string, path: string) => notSimulated(path);
  const context = { place, defaultNamespace: 'default', notSimulated: told };
  const direct = decodeManifest(document, context) as PodManifest;
  const shared = decodeManifest(document, { ...context, podSpecs }) as PodManifest;
  return { direct, shared };
}

describe('specs that were read before', () => {
  it('are what reading each comes to, and tell again what is not simulated', () => {
    const told: string[] = [];
    const pods = ['a', 'b'].map((name) => decode(name, '1', (path) => told.push(path), { name }));
    for (const { direct, shared } of pods) expect(shared).toEqual(direct);
    expect(pods[1]!.shared.template.spec).toBe(pods[0]!.shared.template.spec);
    expect(told).toEqual(Array(4).fill('spec.hostNetwork'));
  });

  it('are not those of another content', () => {
    const [small, large] = ['1', '2'].map((cpu) => decode('c', cpu, () => {}).shared.template.spec);
    expect(large!.containers[0]!.requests).not.toEqual(small!.containers[0]!.requests);
  });
});

import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode/decode.ts';
import { nonZeroRequests, podRequests } from './podRequests.ts';
import type { JsonObject, PodManifest, PodSpec } from './types.ts';

function container(name: string, requests: JsonObject, more: JsonObject = {}): JsonObject {
  return { name, image: 'i', resources: { requests }, ...more };
}

function podSpec(spec: JsonObject): PodSpec {
  const pod = decodeObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec }) as PodManifest;
  return pod.template.spec;
}

const sidecar = { restartPolicy: 'Always' };

describe('what a pod asks for', () => {
  it('is the sum over its containers', () => {
    const spec = podSpec({
      containers: [
        { name: 'a', image: 'i', resources: { requests: { cpu: '100m' }, limits: { cpu: '1', 'x.io/gpu': 1 } } },
        container('b', { memory: '1Ki' }),
      ],
    });
    expect(podRequests(spec)).toEqual({
      cpuMilli: 100,
      memoryBytes: 1024,
      ephemeralStorageBytes: 0,
      extended: new Map([['x.io/gpu', 1]]),
    });
  });

  it('is the largest init container when that is larger, per resource', () => {
    const spec = podSpec({
      initContainers: [container('i', { cpu: 2 }), container('j', { cpu: 1, memory: 5 })],
      containers: [container('a', { cpu: 1, memory: 10 })],
    });
    expect(podRequests(spec)).toMatchObject({ cpuMilli: 2000, memoryBytes: 10 });
  });

  it('counts sidecars beside the containers and beside the init containers after them', () => {
    const spec = podSpec({
      initContainers: [
        container('first', { cpu: 5 }),
        container('mesh', { cpu: 1 }, sidecar),
        container('second', { cpu: 4.5 }),
        container('log', { cpu: 2 }, sidecar),
      ],
      containers: [container('a', { cpu: 1 })],
    });
    // first 5; mesh 1; second 4.5 + 1; log 2 + 1; running 1 + 3.
    expect(podRequests(spec).cpuMilli).toBe(5500);
  });

  it('adds the overhead to pod-level requests, which replace the sum', () => {
    const spec = podSpec({
      resources: { requests: { cpu: 3 } },
      overhead: { cpu: '250m', memory: 7 },
      containers: [container('a', { cpu: 1, memory: 3 })],
    });
    expect(podRequests(spec)).toMatchObject({ cpuMilli: 3250, memoryBytes: 10 });
  });

  it('assumes 100m and 200Mi per container for scores only', () => {
    const spec = podSpec({ containers: [container('a', {}), container('b', { cpu: 1 })] });
    expect(podRequests(spec)).toMatchObject({ cpuMilli: 1000, memoryBytes: 0 });
    expect(nonZeroRequests(spec)).toEqual({ cpuMilli: 1100, memoryBytes: 2 * 200 * 1024 * 1024 });
  });

  it('assumes nothing where a zero is written, as request or as limit', () => {
    const spec = podSpec({
      containers: [
        container('a', { cpu: 0, memory: 0 }),
        { name: 'b', image: 'i', resources: { limits: { cpu: 0, memory: 5 } } },
      ],
    });
    expect(nonZeroRequests(spec)).toEqual({ cpuMilli: 0, memoryBytes: 5 });
  });
});

import { describe, expect, it } from 'vitest';
import { nonZeroRequests, nonZeroRequestsOnNode, podRequests } from '../podRequests.ts';
import { failure } from '../testing/documents.ts';
import type { JsonObject, PodManifest, PodSpec } from '../types.ts';
import { decodeObject } from './decode.ts';

/** A pod with resources as a whole; its containers have these each. */
function podSpec(resources: JsonObject, ...containers: JsonObject[]): PodSpec {
  const list = containers.map((own, index) => ({ name: `c${index}`, image: 'i', resources: own }));
  const document = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { resources, containers: list } };
  return (decodeObject(document) as PodManifest).template.spec;
}

const MI = 1024 * 1024;

describe('requests of a pod as a whole', () => {
  it('take the place of the sum over its containers', () => {
    const spec = podSpec({ requests: { cpu: 3 } }, { requests: { cpu: 1, memory: '10Mi' } }, {});
    expect(spec.podRequests).toEqual({ cpuMilli: 3000 });
    expect(podRequests(spec)).toMatchObject({ cpuMilli: 3000, memoryBytes: 10 * MI });
  });

  it('follow from its limits where no container asks, and from the containers where one does', () => {
    const limits = { cpu: 4, memory: '1Gi' };
    expect(podSpec({ limits }, {}).podRequests).toEqual({ cpuMilli: 4000, memoryBytes: 1024 * MI });
    expect(podSpec({ limits }, { requests: { cpu: 1 } }, { limits: { cpu: 1 } }).podRequests).toEqual({
      cpuMilli: 2000,
      memoryBytes: 1024 * MI,
    });
    expect(podSpec({ limits: { cpu: 4 } }, { requests: { memory: '1Mi' } }).podRequests).toEqual({
      cpuMilli: 4000,
      memoryBytes: MI,
    });
    expect(podSpec({ limits: { cpu: 4 } }, { requests: { cpu: 0 } }).podRequests).toEqual({ cpuMilli: 0 });
  });

  it('may be of huge pages', () => {
    const spec = podSpec(
      { limits: { cpu: 2, 'hugepages-2Mi': '8Mi' } },
      { limits: { cpu: 1, 'hugepages-2Mi': '4Mi' } },
    );
    expect(spec.podRequests).toEqual({ cpuMilli: 1000, hugepages: new Map([['hugepages-2Mi', 8 * MI]]) });
    expect(podRequests(spec).extended).toEqual(new Map([['hugepages-2Mi', 8 * MI]]));
  });

  it('are none in a pod that names none', () => {
    expect(podSpec({}, { limits: { cpu: 1 } }).podRequests).toBeUndefined();
    expect(podSpec({ requests: {} }, { limits: { cpu: 1 } }).podRequests).toBeUndefined();
  });

  it.each<[JsonObject, string]>([
    [{ requests: { 'x.io/gpu': 1 } }, 'Unsupported value: "x.io/gpu": supported values: "cpu", "hugepages-", "memory"'],
    [{ limits: { 'ephemeral-storage': 1 } }, 'Unsupported value: "ephemeral-storage"'],
    [
      { requests: { cpu: 1 } },
      'spec.resources.requests.cpu: Invalid value: 1: must be greater than or equal to aggregate container requests of 1500m',
    ],
    [{ requests: { memory: 2 }, limits: { memory: 1 } }, 'must be less than or equal to memory limit of 1'],
  ])('are refused: %j', (resources, message) => {
    const containers = [{ requests: { cpu: 1 } }, { requests: { cpu: '500m' } }];
    expect(failure(() => podSpec(resources, ...containers))).toContain(message);
  });
});

describe('what scores assume of a pod with requests as a whole', () => {
  it('is nothing of what it names, and of the rest by container', () => {
    const spec = podSpec({ requests: { cpu: 3 } }, {}, {});
    expect(nonZeroRequests(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 400 * MI });
    expect(nonZeroRequestsOnNode(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 400 * MI });
  });

  it('differs, once it is on a node, where only some containers name a resource', () => {
    const spec = podSpec({ requests: { cpu: 3 } }, { requests: { memory: '10Mi' } }, {});
    expect(nonZeroRequests(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 210 * MI });
    expect(nonZeroRequestsOnNode(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 10 * MI });
  });

  it('does not differ where limits of the whole make its containers count', () => {
    const spec = podSpec({ limits: { cpu: 3 } }, { requests: { memory: '10Mi' } }, {});
    expect(nonZeroRequests(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 10 * MI });
    expect(nonZeroRequestsOnNode(spec)).toEqual({ cpuMilli: 3000, memoryBytes: 10 * MI });
  });

  it('is as for any pod without them', () => {
    const spec = podSpec({}, { requests: { memory: '10Mi' } }, {});
    expect(nonZeroRequestsOnNode(spec)).toEqual({ cpuMilli: 200, memoryBytes: 210 * MI });
  });
});

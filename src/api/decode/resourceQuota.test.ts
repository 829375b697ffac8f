import { describe, expect, it } from 'vitest';
import { failure } from '../testing/documents.ts';
import type { JsonObject, ResourceQuotaManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function quota(hard: JsonObject, notSimulated: string[] = [], spec: JsonObject = {}): ResourceQuotaManifest {
  const document = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard, ...spec } };
  return decodeObject(document, { notSimulated: (_, path) => notSimulated.push(path) }) as ResourceQuotaManifest;
}

describe('a ResourceQuota', () => {
  it('has its limits by name, in the units of the simulation', () => {
    const notSimulated: string[] = [];
    const { spec } = quota(
      {
        pods: '10',
        'requests.cpu': 1.5,
        'limits.cpu': '2',
        'requests.memory': '1Gi',
        'count/jobs.batch': 3,
        'requests.nvidia.com/gpu': 4,
        'gold.storageclass.storage.k8s.io/requests.storage': '1.5',
      },
      notSimulated,
    );
    expect([...spec.hard]).toEqual([
      ['count/jobs.batch', 3],
      ['gold.storageclass.storage.k8s.io/requests.storage', 2],
      ['limits.cpu', 2000],
      ['pods', 10],
      ['requests.cpu', 1500],
      ['requests.memory', 2 ** 30],
      ['requests.nvidia.com/gpu', 4],
    ]);
    expect(notSimulated).toEqual([]);
  });

  it('limits nothing without limits', () => {
    const document = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' } };
    expect((decodeObject(document) as ResourceQuotaManifest).spec.hard.size).toBe(0);
  });

  it('reports what is never used up here', () => {
    const notSimulated: string[] = [];
    quota({ secrets: 1, services: 1, 'count/ingresses.networking.k8s.io': 1 }, notSimulated, { scopes: [] });
    expect(notSimulated).toEqual(['spec.scopes', 'spec.hard[count/ingresses.networking.k8s.io]', 'spec.hard[secrets]']);
  });

  it.each<[JsonObject, string]>([
    [{ pod: 1 }, 'pod: Invalid value: "pod": must be a standard resource type or fully qualified'],
    [{ '/x': 1 }, 'spec.hard[/x]: Invalid value: "/x": prefix part and name part must be non-empty'],
    [{ pods: -1 }, 'pods: Invalid value: -1: must be greater than or equal to 0'],
    [{ pods: '500m' }, 'pods: Invalid value: "500m": must be an integer'],
    [{ 'requests.nvidia.com/gpu': 0.5 }, 'Invalid value: 0.5: must be an integer'],
    [{ cpu: 'lots' }, 'cpu: "lots" is not a quantity'],
  ])('refuses %j', (hard, message) => {
    expect(failure(() => quota(hard))).toContain(message);
  });
});

import { describe, expect, test } from 'vitest';
import { decodeObject } from '../api/decode/decode.ts';
import { featureGates } from '../api/featureGates.ts';
import { LabelIndex } from '../api/labelIndex.ts';
import type { JsonObject, PodManifest } from '../api/types.ts';
import { storedReplicaSet } from '../testing/objects.ts';
import { TemplateTable } from './templateTable.ts';

function template(image = 'web:v1') {
  return storedReplicaSet({ image }).spec.template;
}

describe('templates', () => {
  test('with the same content are one', () => {
    const table = new TemplateTable(new LabelIndex());
    const first = table.intern(template());
    expect(table.intern(template())).toBe(first);
    expect(table.get(first.id)).toBe(first);
    expect(table.intern(template('web:v2'))).not.toBe(first);
    const hash = { ...template(), labels: { app: 'web', 'pod-template-hash': 'x' } };
    expect(table.intern(hash)).not.toBe(first);
  });

  test('that differ in annotations alone are one to the scheduler', () => {
    const table = new TemplateTable(new LabelIndex());
    const pod = (annotations: object, labels = { app: 'web' }, image = 'web:v1') => {
      const spec = { containers: [{ name: 'app', image }] };
      const document = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels, annotations }, spec };
      return table.intern((decodeObject(document as JsonObject) as PodManifest).template);
    };
    const [first, second, plain] = [pod({ a: '1' }), pod({ a: '2', b: '"}' }), pod({})];
    expect(second.id).not.toBe(first.id);
    expect(second.placement).toBe(first.id);
    expect(plain.placement).toBe(first.id);
    expect(pod({ a: '1' }, { app: 'db' }).placement).not.toBe(first.id);
    expect(pod({ a: '1' }, { app: 'web' }, 'web:v2').placement).not.toBe(first.id);
  });

  test('of bare pods differ in annotations only by their deletion cost', () => {
    const table = new TemplateTable(new LabelIndex());
    const pod = (annotations: object) => {
      const spec = { containers: [{ name: 'app', image: 'web:v1' }] };
      const metadata = { name: 'p', labels: { app: 'web' }, annotations };
      const document = { apiVersion: 'v1', kind: 'Pod', metadata, spec } as JsonObject;
      return table.internPod((decodeObject(document) as PodManifest).template);
    };
    const first = pod({ a: '1' });
    expect(first).toMatchObject({
      annotations: {},
      manifest: { metadata: { labels: { app: 'web' } } },
      deletionCost: 0,
    });
    expect(pod({ a: '2' })).toBe(first);
    expect(pod({})).toBe(first);
    const costly = pod({ 'controller.kubernetes.io/pod-deletion-cost': '7' });
    expect(costly).toMatchObject({ deletionCost: 7, placement: first.id });
    expect(costly.id).not.toBe(first.id);
  });

  test('tell what their pods ask for', () => {
    expect(new TemplateTable(new LabelIndex()).intern(template())).toMatchObject({
      requests: { cpuMilli: 100, memoryBytes: 64 * 2 ** 20 },
      image: 'web:v1',
      images: ['web:v1'],
      deletionCost: 0,
    });
  });

  test('whose pods have resources as a whole count those only where the API server knows them', () => {
    const document = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } };
    const containers = [{ name: 'a', image: 'a', resources: { requests: { cpu: 1 } } }];
    const spec = { containers, resources: { requests: { cpu: 3 } } };
    const { template: whole } = decodeObject({ ...document, spec }) as PodManifest;
    expect(new TemplateTable(new LabelIndex()).intern(whole).requests.cpuMilli).toBe(3000);
    expect(new TemplateTable(new LabelIndex(), featureGates({ minor: 33 })).intern(whole).requests.cpuMilli).toBe(1000);
  });

  test.each([
    ['7', 7],
    ['-7', -7],
    ['0', 0],
    ['2147483647', 2147483647],
    ['-2147483648', -2147483648],
    ['2147483648', 0],
    ['+7', 0],
    ['07', 0],
    ['-0', 0],
    ['7.5', 0],
    ['', 0],
  ])('a deletion cost of "%s" is %i', (text, cost) => {
    const table = new TemplateTable(new LabelIndex());
    const base = table.intern(template());
    const annotations = { 'controller.kubernetes.io/pod-deletion-cost': text };
    expect(table.withAnnotations(base, annotations).deletionCost).toBe(cost);
    const written = new TemplateTable(new LabelIndex()).intern({ ...template(), annotations });
    expect(written.deletionCost).toBe(cost);
  });

  test('of another cost are others', () => {
    const table = new TemplateTable(new LabelIndex());
    const base = table.intern(template());
    const costly = table.withAnnotations(base, { 'controller.kubernetes.io/pod-deletion-cost': '5' });
    expect(costly).not.toBe(base);
    expect(table.withAnnotations(base, { 'controller.kubernetes.io/pod-deletion-cost': '5' })).toBe(costly);
    expect(table.withAnnotations(costly, {}).deletionCost).toBe(0);
  });
});

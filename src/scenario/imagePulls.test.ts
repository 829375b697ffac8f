import { describe, expect, test } from 'vitest';
import { InputError } from '../api/errors.ts';
import type { ImagePullOptions } from '../kubelet/imagePulls.ts';
import { buildScenario } from './index.ts';
import type { Scenario } from './types.ts';

function built(fields: string): Scenario {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\n${fields}`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

const flags = (text: string): ImagePullOptions | undefined => built(`controlPlane: {kubelet: ${text}}`).imagePulls;

/** Where the error is, and what. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return `${error.place?.path}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('cluster.registry', () => {
  test('left out, and without flags about it, leaves images without sizes', () => {
    expect(built('cluster: {nodes: [{count: 1}]}').imagePulls).toBeUndefined();
    expect(flags('{max-pods: 200}')).toBeUndefined();
  });

  test('says what images are and how fast they come, with the defaults of the kubelet', () => {
    const { imagePulls } = built(`cluster:
  registry:
    bandwidth: 1Gi
    nodeBandwidth: 100M
    images: [{name: 'web:v1', size: 10Ki}, {name: 'web:v2', exists: false}]`);
    expect(imagePulls).toEqual({
      registryBytesPerSecond: 1024 ** 3,
      nodeBytesPerSecond: 100e6,
      images: new Map([
        ['web:v1', { sizeBytes: 10_240, exists: true }],
        ['web:v2', { sizeBytes: undefined, exists: false }],
      ]),
      maxParallelPulls: 1,
      registryQps: 5,
      registryBurst: 10,
    });
  });

  test('has imagePullPolicy count, which is not simulated without it', () => {
    const pod =
      '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: app, image: web, imagePullPolicy: Always}]}}';
    const notSimulated = (fields: string) => built(`${fields}\n---\n${pod}`).notSimulated;
    expect(notSimulated('seed: 1')).toEqual(['Pod spec.containers.imagePullPolicy (1)']);
    expect(notSimulated('cluster: {registry: {bandwidth: 1G}}')).toEqual([]);
  });

  test('gives the images of nodes their sizes, also of nodes that join', () => {
    const { pools, steps } = built(`cluster:
  nodes: [{count: 1, images: ['web:v1', other]}]
  registry: {images: [{name: 'web:v1', size: 10}]}
steps: [{at: 1s, addNodes: {name: more, images: ['web:v1']}}]`);
    const image = { names: ['web:v1'], sizeBytes: 10 };
    expect(pools[0]!.images).toEqual([image, { names: ['other'], sizeBytes: 0 }]);
    expect(steps).toMatchObject([{ pool: { images: [image] } }]);
  });

  test.each([
    ['{images: [{name: a}, {name: a}]}', 'cluster.registry.images[1].name: Duplicate value: "a"'],
    ['{images: [{name: ""}]}', 'cluster.registry.images[0].name: must not be empty'],
    ['{images: [{name: a, size: 0}]}', 'cluster.registry.images[0].size: must be greater than 0'],
    ['{images: [{name: a, size: 1Mi, exists: false}]}', 'an image that does not exist has no size'],
    ['{bandwidth: fast}', 'cluster.registry.bandwidth'],
    ['{nodeBandwidth: 0}', 'cluster.registry.nodeBandwidth: must be greater than 0'],
    ['{bandwith: 1G}', 'bandwith'],
  ])('refuses %s', (text, message) => {
    expect(refusal(() => built(`cluster: {registry: ${text}}`))).toContain(message);
  });
});

describe('the kubelets\u2019 flags about pulls', () => {
  test.each([
    ['{serialize-image-pulls: true}', 1],
    ['{serialize-image-pulls: false}', Number.POSITIVE_INFINITY],
    ['{max-parallel-image-pulls: 3}', 3],
    ['{serialize-image-pulls: false, max-parallel-image-pulls: 3}', 3],
    ['{serialize-image-pulls: true, max-parallel-image-pulls: 1}', 1],
  ])('%s: %d at a time', (text, count) => {
    expect(flags(text)!.maxParallelPulls).toBe(count);
  });

  test('registry-qps 0 is no limit', () => {
    expect(flags('{registry-qps: 0}')).toMatchObject({ registryQps: Number.POSITIVE_INFINITY, registryBurst: 10 });
    expect(flags('{registry-qps: 2, registry-burst: 3}')).toMatchObject({ registryQps: 2, registryBurst: 3 });
  });

  test.each([
    ['{serialize-image-pulls: true, max-parallel-image-pulls: 2}', 'cannot be larger than 1 unless'],
    ['{serialize-image-pulls: 1}', 'expected boolean, got 1'],
    ['{max-parallel-image-pulls: 0}', 'expected a whole number from 1, got 0'],
    ['{registry-qps: -1}', 'expected a whole number from 0, got -1'],
    ['{registry-burst: 0}', 'expected a whole number from 1, got 0'],
  ])('refuses %s', (text, message) => {
    expect(refusal(() => flags(text))).toContain(message);
  });
});

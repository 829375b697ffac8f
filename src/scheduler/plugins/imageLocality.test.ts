import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { Handle } from '../framework.ts';
import { scoreAll, TestCluster } from '../testing.ts';
import { ImageLocality } from './imageLocality.ts';

const MEBIBYTE = 1024 * 1024;

/** `web:v1` of 250 MiB on two of four nodes, `big:v1` of 2000 MiB on one of these two. */
function setUp(minorVersion = 37) {
  const cluster = new TestCluster();
  let invalidations = 0;
  const handle: Handle = { ...cluster.handle(minorVersion), invalidateRows: () => invalidations++ };
  const plugin = new ImageLocality(handle);
  const node = (name: string, images: Record<string, number>) =>
    cluster.cacheNode(name, { images: imagesOf(images) }, plugin);
  const rows = [
    node('both', { 'web:v1': 250, 'big:v1': 2000 }),
    node('web', { 'web:v1': 250 }),
    node('other', { 'other:latest': 500 }),
    node('none', {}),
  ];
  return { cluster, plugin, rows, node, invalidations: () => invalidations };
}

function imagesOf(images: Record<string, number>): JsonObject[] {
  return Object.entries(images).map(([name, mebibytes]) => ({ names: [name], sizeBytes: mebibytes * MEBIBYTE }));
}

const containers = (...images: string[]) => ({ containers: images.map((image, i) => ({ name: `c${i}`, image })) });

// One image of S MiB on a share s of the nodes scores 100 * (S * s - 23) / (1000 - 23).
test.each([
  // 250 * 2/4 = 125: 100 * 102 / 977 = 10.4
  { spec: containers('web:v1'), scores: [10, 10, 0, 0] },
  // 2000 * 1/4 = 500: 100 * 477 / 977 = 48.8
  { spec: containers('big:v1'), scores: [48, 0, 0, 0] },
  // Together 625 of 2000: 100 * 602 / 1977 = 30.4; web alone: 100 * 102 / 1977 = 5.2
  { spec: containers('web:v1', 'big:v1'), scores: [30, 5, 0, 0] },
  // An init container counts as well.
  { spec: { ...containers('web:v1'), initContainers: [{ name: 'i', image: 'big:v1' }] }, scores: [30, 5, 0, 0] },
  // What is used twice counts twice: 250 of 2000.
  { spec: containers('web:v1', 'web:v1'), scores: [11, 11, 0, 0] },
  // Without a tag it is the latest: 500 * 1/4 = 125.
  { spec: containers('other'), scores: [0, 0, 10, 0] },
  // The colon is the registry's; no node has the image.
  { spec: containers('registry:5000/other'), scores: undefined },
])('$spec: $scores', ({ spec, scores }) => {
  const { cluster, plugin, rows } = setUp();
  expect(scoreAll(plugin, cluster.cycle({ spec }), rows)).toEqual(scores);
});

// 100 * (125 + 500 - 23) / (1000 - 23) before the volume counts in the measure
test.each([
  { minor: 35, scores: [10, 10, 0, 0] },
  { minor: 36, scores: [61, 10, 0, 0] },
  { minor: 37, scores: [30, 5, 0, 0] },
])('an image volume in 1.$minor: $scores', ({ minor, scores }) => {
  const { cluster, plugin, rows } = setUp(minor);
  const spec = { ...containers('web:v1'), volumes: [{ name: 'v', image: { reference: 'big:v1' } }] };
  expect(scoreAll(plugin, cluster.cycle({ spec }), rows)).toEqual(scores);
});

test('small sums score nothing, and nothing scores above 100', () => {
  const { cluster, plugin, node } = setUp();
  const rows = [node('small', { 'small:v1': 100 }), node('huge', { 'huge:v1': 9000 })];
  const scores = (image: string) => scoreAll(plugin, cluster.cycle({ spec: containers(image) }), rows);
  // 100 / 6 = 16.7 MiB, 9000 / 6 = 1500 MiB
  expect([scores('small:v1'), scores('huge:v1')]).toEqual([
    [0, 0],
    [0, 100],
  ]);
});

describe('when nodes change', () => {
  test('the images that they have are counted anew, and all scores with them', () => {
    const { cluster, plugin, rows, node, invalidations } = setUp();
    const known = invalidations();
    const state = cluster.cycle({ spec: containers('web:v1') });
    const more = node('more', { 'web:v1': 250 });
    expect(invalidations()).toBe(known + 1);
    // 250 * 3/5 = 150: 100 * 127 / 977
    expect(scoreAll(plugin, state, [rows[0]!, more])).toEqual([12, 12]);
    cluster.cluster.nodes.remove(cluster.cluster.nodes.objects[more]!.uid);
    plugin.nodeChanged(more);
    expect(scoreAll(plugin, state, [rows[0]!])).toEqual([10]);
    expect(invalidations()).toBe(known + 2);
  });

  test('without images nothing is asked anew', () => {
    const { node, invalidations } = setUp();
    const known = invalidations();
    node('more', {});
    expect(invalidations()).toBe(known);
  });
});

test('has nothing to do for pods whose images are on no node', () => {
  const { cluster, plugin } = setUp();
  const isIdle = (image: string) => plugin.isScoreIdle(cluster.cycle({ spec: containers(image) }));
  expect([isIdle('web:v1'), isIdle('web:v2'), isIdle('other')]).toEqual([false, true, false]);
  expect(new ImageLocality(new TestCluster().handle()).isScoreIdle(cluster.cycle())).toBe(true);
});

test('a node that reports an image changes what the others score', () => {
  const cluster = new TestCluster();
  cluster.scheduler();
  const large = { cpu: '400', memory: '800Gi' };
  cluster.createNode('a', { ...large, images: imagesOf({ 'x:v1': 300 }) });
  cluster.createNode('b', { ...large, images: imagesOf({ 'y:v1': 450 }) });
  cluster.createNode('closed', { ...large, unschedulable: true });
  const spec = containers('x:v1', 'y:v1');
  const first = cluster.createPod('first', { spec });
  cluster.kernel.run();
  cluster.updateNode('closed', { ...large, unschedulable: true, images: imagesOf({ 'x:v1': 300 }) });
  const second = cluster.createPod('second', { spec });
  cluster.kernel.run();
  // x scores by 300 * 1/3, then by 300 * 2/3; y by 450 * 1/3.
  expect([first, second].map((pod) => cluster.nodeOf(pod))).toEqual(['b', 'a']);
});

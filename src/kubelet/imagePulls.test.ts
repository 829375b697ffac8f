import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { PodRig, type PodRigOptions } from './testing/podRig.ts';

const REGISTRY = {
  nodeBandwidth: '100Mi',
  images: [
    { name: 'app:v1', size: '500Mi' },
    { name: 'big:v1', size: '1000Mi' },
    { name: 'none:v1', exists: false },
  ],
};

function container(image: string, more: JsonObject = {}): JsonObject {
  return { containers: [{ name: 'app', image, ...more }] };
}

function played(options: Partial<PodRigOptions>, untilSeconds = 3600): PodRig {
  return new PodRig({ pods: { p: container('app:v1') }, registry: REGISTRY, ...options }).run(untilSeconds);
}

/** When the pod's containers ran. */
const runs = (rig: PodRig, name = 'p'): number | undefined => rig.times(/Running/, name)[0];

describe('an image with a size', () => {
  test('takes its bytes over the bandwidth of the node, and is there for the next pod', () => {
    const rig = played({ pods: { p: container('app:v1'), q: container('app:v1') } });
    expect([runs(rig), runs(rig, 'q')]).toEqual([5, 5]);
    expect(rig.kubelets.imagePulls).toEqual({
      pulls: 1,
      failedPulls: 0,
      pulledBytes: 500 * 1024 * 1024,
      pullSeconds: 5,
      pullSecondsMax: 5,
    });
  });

  test('takes what `pull` says where nothing limits the bandwidth, and so does one without a size', () => {
    const slow = { pull: '7s' };
    expect(runs(played({ behavior: slow, registry: { images: REGISTRY.images } }))).toBe(7);
    expect(runs(played({ behavior: slow, pods: { p: container('other:v1') } }))).toBe(7);
    expect(runs(played({ behavior: slow }))).toBe(5);
  });

  test('is not pulled where the node has it', () => {
    const rig = played({ node: { images: ['app:v1'] } });
    expect(runs(rig)).toBe(0);
    expect(rig.kubelets.imagePulls).toMatchObject({ pulls: 0, pulledBytes: 0 });
  });

  test('of a pod that is deleted meanwhile comes to the node all the same', () => {
    const rig = new PodRig({ pods: { p: container('app:v1') }, registry: REGISTRY });
    rig.at(2, () => rig.delete('p')).run(100);
    expect(rig.last()).toBe('2 gone');
    expect(rig.kubelets.imagePulls).toMatchObject({ pulls: 1 });
  });
});

describe('status.images of a node', () => {
  const images = (rig: PodRig) => rig.cluster.nodeObjects.find('', 'node-0')!.images;

  test('has what was pulled ten seconds later, the largest first, and nothing without a size', () => {
    const pods = { p: container('app:v1'), q: container('big:v1'), r: container('other:v1') };
    const rig = new PodRig({ pods, registry: REGISTRY, node: { images: ['base:v1'] } });
    const seen: number[] = [];
    for (const seconds of [14, 16]) rig.at(seconds, () => seen.push(images(rig).length));
    rig.run(60);
    // The big one came when the other was told of.
    expect(seen).toEqual([1, 3]);
    expect(images(rig).map(({ names }) => names)).toEqual([['big:v1'], ['app:v1'], ['base:v1']]);
  });

  test('has what came while the kubelet was silent when it is back', () => {
    const rig = new PodRig({ pods: { p: container('app:v1') }, registry: REGISTRY });
    const row = () => rig.cluster.nodes.rowOf('node-0');
    const seen: number[] = [];
    rig
      .at(1, () => rig.kubelets.failNode(row()))
      .at(30, () => {
        seen.push(images(rig).length);
        rig.kubelets.recoverNode(row());
      })
      .run(60);
    expect(seen).toEqual([0]);
    expect(images(rig)).toHaveLength(1);
    expect(rig.last()).toMatch(/Running ready/);
  });
});

describe('imagePullPolicy', () => {
  test('Always asks the registry of an image that is there, and transfers nothing', () => {
    const rig = played({
      pods: { p: container('app:v1', { imagePullPolicy: 'Always' }) },
      node: { images: ['app:v1'] },
    });
    expect(runs(rig)).toBe(0);
    expect(rig.kubelets.imagePulls).toMatchObject({ pulls: 1, pulledBytes: 0 });
  });

  test('Always waits its turn behind the pulls of others', () => {
    const pods = { q: container('big:v1'), p: container('app:v1', { imagePullPolicy: 'Always' }) };
    expect(runs(played({ pods, node: { images: ['app:v1'] } }))).toBe(10);
  });

  test('Never pulls nothing: ErrImageNeverPull, for as long as the image is not there', () => {
    const pods = { p: container('app:v1', { imagePullPolicy: 'Never' }) };
    const rig = played({ pods });
    expect(rig.history()).toEqual(['0 Pending', '0 Pending app=ErrImageNeverPull']);
    expect(rig.kubelets.imagePulls).toMatchObject({ pulls: 0, failedPulls: 0 });
    expect(runs(played({ pods: { ...pods, q: container('app:v1') } }))).toBeGreaterThan(5);
  });
});

describe('pulls of one node', () => {
  const pods = { q: container('big:v1'), p: container('app:v1') };

  test('come one after the other: a small image waits for a big one', () => {
    const rig = played({ pods });
    expect([runs(rig, 'q'), runs(rig)]).toEqual([10, 15]);
  });

  test.each<JsonObject>([{ 'serialize-image-pulls': false }, { 'max-parallel-image-pulls': 2 }])(
    'come at once with %j, and share the bandwidth',
    (flags) => {
      const rig = played({ pods, flags });
      expect([runs(rig, 'q'), runs(rig)]).toEqual([15, 10]);
    },
  );

  test('come two at a time where a third has to wait', () => {
    const names = ['a', 'b', 'c'];
    const registry = { nodeBandwidth: 100, images: names.map((name) => ({ name, size: 100 })) };
    const three = Object.fromEntries(names.map((name) => [name, container(name, { imagePullPolicy: 'IfNotPresent' })]));
    const rig = played({ pods: three, registry, flags: { 'max-parallel-image-pulls': 2 } });
    expect(names.map((name) => runs(rig, name))).toEqual([2, 2, 3]);
  });

  test('that never end hold up nobody', () => {
    const rig = played({ pods: { q: container('other:v1'), p: container('app:v1') }, behavior: { pull: 'never' } });
    expect([runs(rig, 'q'), runs(rig)]).toEqual([undefined, 5]);
  });

  test('of which more begin at once than the burst allows fail, and succeed later', () => {
    const names = Array.from({ length: 12 }, (_, index) => `image-${index}:v1`);
    const many = Object.fromEntries(names.map((image, index) => [`p${index}`, container(image)]));
    const rig = played({ pods: many, flags: { 'serialize-image-pulls': false } }, 60);
    const failed = Object.keys(many).filter((name) => rig.times(/ErrImagePull/, name).length > 0);
    expect(failed).toEqual(['p10', 'p11']);
    expect(Object.keys(many).every((name) => runs(rig, name) !== undefined)).toBe(true);
    const unlimited = played({ pods: many, flags: { 'serialize-image-pulls': false, 'registry-qps': 0 } }, 60);
    expect(unlimited.kubelets.imagePulls).toMatchObject({ pulls: 12, failedPulls: 0 });
  });
});

describe('an image that does not exist', () => {
  const pods = { p: container('none:v1') };

  test('is tried again after 10 s, 20 s … 300 s, when the pod worker looks', () => {
    const rig = played({ pods });
    expect(
      rig
        .history()
        .slice(0, 5)
        .map((line) => line.replace(/^\S+ /, '')),
    ).toEqual([
      'Pending',
      'Pending app=ErrImagePull',
      'Pending app=ImagePullBackOff',
      'Pending app=ErrImagePull',
      'Pending app=ImagePullBackOff',
    ]);
    const tries = rig.times(/ErrImagePull/);
    const waits = tries.slice(1).map((at, index) => at - tries[index]!);
    for (const [index, wait] of waits.entries()) {
      const backOff = Math.min(10 * 2 ** index, 300);
      expect(wait).toBeGreaterThanOrEqual(backOff);
      expect(wait).toBeLessThan(backOff + 16);
    }
    expect(waits.length).toBeGreaterThan(10);
    expect(rig.kubelets.imagePulls).toMatchObject({ pulls: 0, failedPulls: tries.length });
  });

  test('keeps the pod Pending, but not its other containers from starting', () => {
    const two = [
      { name: 'bad', image: 'none:v1' },
      { name: 'good', image: 'app:v1' },
    ];
    const rig = played({ pods: { p: { containers: two } } }, 20);
    expect(rig.last()).toMatch(/Pending bad=ErrImagePull good=ready$|Pending bad=ImagePullBackOff good=ready$/);
  });

  test('of an init container keeps the others from starting', () => {
    const spec = { initContainers: [{ name: 'init', image: 'none:v1' }], ...container('app:v1') };
    const rig = played({ pods: { p: spec } }, 100);
    expect(rig.last()).toMatch(/Pending init=(ErrImagePull|ImagePullBackOff) app=PodInitializing$/);
  });

  test('lets the pod go at once when it is deleted', () => {
    const rig = new PodRig({ pods, registry: REGISTRY });
    rig.at(20, () => rig.delete('p')).run(400);
    expect(rig.last()).toBe('20 gone');
  });

  test('does not hold up the pulls of others', () => {
    expect(runs(played({ pods: { q: container('none:v1'), p: container('app:v1') } }))).toBe(5);
  });
});

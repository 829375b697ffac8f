import { describe, expect, test } from 'vitest';
import type { NodeSketch } from '../testing.ts';
import { NodeVolumeLimits } from './nodeVolumeLimits.ts';
import { VolumeCluster } from './testing/volumeCluster.ts';

const DRIVER = 'd';
const EXCEEDED = ['node(s) exceed max volume count'];

/** A node, its plugin, and pods that are put there by hand. */
class LimitedNode extends VolumeCluster {
  readonly plugin = new NodeVolumeLimits(this.handle());
  readonly row: number;

  constructor(limits: Record<string, number>, sketch: NodeSketch = {}) {
    super();
    this.row = this.cacheNode('limited', sketch);
    if (Object.keys(limits).length > 0) this.cluster.volumeLimits.set('limited', new Map(Object.entries(limits)));
  }

  /** Claims `NAME=VOLUME` bound to volumes of the driver. */
  bound(...pairs: string[]): this {
    for (const pair of pairs) {
      const [name, volume] = pair.split('=') as [string, string];
      if ([...this.cluster.tables.PersistentVolume.list()].every(({ meta }) => meta.name !== volume)) {
        this.volume(volume, undefined);
      }
      this.boundClaim(name, volume);
    }
    return this;
  }

  private pod(name: string, claims: readonly string[]): number {
    const pod = this.podWith(name, claims, { schedulerName: 'nobody' });
    this.run(1);
    return pod;
  }

  place(name: string, ...claims: string[]): this {
    this.plugin.podAdded(this.infoOf(this.pod(name, claims)), this.row);
    return this;
  }

  infoOf(pod: number) {
    const template = this.cluster.templateOf(pod);
    return { pod, template, labelSet: 0, namespace: 'default', isTerminating: false };
  }

  /** Reasons against a pod with these claims; undefined where it fits. */
  judge(...claims: string[]): readonly string[] | undefined {
    const pod = this.pod(`p${this.cluster.pods.count}`, claims);
    const state = { ...this.cycle(), ...this.infoOf(pod) };
    if (this.plugin.preFilter(state).code === 'Skip') return undefined;
    const code = this.plugin.filter(state, this.row);
    return code === 0 ? undefined : this.plugin.reasonsOf();
  }
}

describe('a driver’s limit', () => {
  test('is not exceeded', () => {
    const node = new LimitedNode({ [DRIVER]: 2 }).bound('a=va', 'b=vb', 'c=vc').place('first', 'a');
    expect([node.judge('b'), node.judge('b', 'c')]).toEqual([undefined, EXCEEDED]);
    expect(node.place('second', 'b').judge('c')).toEqual(EXCEEDED);
  });

  test('counts a volume once', () => {
    const node = new LimitedNode({ [DRIVER]: 1 }).bound('a=va').place('first', 'a').place('second', 'a');
    expect(node.judge('a')).toBeUndefined();
  });

  test('stands in a CSINode, or else among the allocatable resources', () => {
    const allocatable = { [`attachable-volumes-csi-${DRIVER}`]: '1' };
    const judged = (limits: Record<string, number>, sketch: NodeSketch) =>
      new LimitedNode(limits, sketch).bound('a=va', 'b=vb').place('first', 'a').judge('b');
    expect(judged({}, { allocatable })).toEqual(EXCEEDED);
    expect(judged({ [DRIVER]: 2 }, { allocatable })).toBeUndefined();
    expect(judged({ other: 0 }, {})).toBeUndefined();
    expect(judged({}, {})).toBeUndefined();
  });

  test('is one for claims that have no volume yet: that of their class', () => {
    const node = new LimitedNode({ 'ebs.csi.aws.com': 1 });
    node.storageClass('std', { volumeBindingMode: 'WaitForFirstConsumer' });
    node.claim('a');
    node.claim('b');
    node.claim('classless', {}, { storageClassName: 'none' });
    expect([node.judge('a'), node.judge('a', 'b'), node.judge('classless')]).toEqual([undefined, EXCEEDED, undefined]);
  });
});

test('pods that leave free what nobody else uses', () => {
  const node = new LimitedNode({ [DRIVER]: 1 }).bound('a=va', 'b=vb');
  const [one, other] = ['one', 'other'].map((name) => node.podWith(name, ['a'], { schedulerName: 'nobody' }));
  node.run(1);
  for (const pod of [one!, other!]) node.plugin.podAdded(node.infoOf(pod), node.row);
  node.plugin.podRemoved(node.infoOf(one!), node.row);
  expect(node.judge('b')).toEqual(EXCEEDED);
  node.plugin.podRemoved(node.infoOf(other!), node.row);
  expect(node.judge('b')).toBeUndefined();
});

test('waits for a pod with volumes to go', () => {
  const cluster = new VolumeCluster();
  cluster.volume('va', undefined);
  cluster.volume('vb', undefined);
  cluster.boundClaim('a', 'va');
  cluster.boundClaim('b', 'vb');
  for (const name of ['n-a', 'n-b']) cluster.cluster.volumeLimits.set(name, new Map([[DRIVER, 1]]));
  cluster.deleteNode('n-b');
  const resident = cluster.podWith('resident', ['a']);
  cluster.run(1);
  const waiting = cluster.podWith('waiting', ['b']);
  cluster.run(1);
  expect(cluster.failures()).toEqual([
    expect.stringContaining('0/1 nodes are available: 1 node(s) exceed max volume count.'),
  ]);
  cluster.cluster.removePod(resident);
  cluster.run(20);
  expect(cluster.nodeOf(waiting)).toBe('n-a');
});

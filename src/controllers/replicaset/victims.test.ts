import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { featureGates } from '../../api/featureGates.ts';
import {
  type ClusterOptions,
  type ContainerStatus,
  POD_BOUND,
  POD_READY,
  POD_RUNNING,
  truncateToSecond,
} from '../../cluster/index.ts';
import { HandDrivenCluster } from '../../metrics/testing/handDrivenCluster.ts';
import { floorLog2, VictimSelector } from './victims.ts';

const COST = 'controller.kubernetes.io/pod-deletion-cost';

interface PodSketch {
  /** Undefined: bound to no node. */
  readonly node?: number;
  /** Bound pods run unless this is false. */
  readonly isRunning?: boolean;
  /** Seconds at which it became ready; undefined: it is not. */
  readonly readyAt?: number;
  readonly createdAt?: number;
  readonly cost?: string;
  readonly uid?: number;
  /** Of the second ReplicaSet of the Deployment. */
  readonly isSibling?: boolean;
  readonly isTerminating?: boolean;
  /** Of its container. */
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
}

type RigOptions = Pick<ClusterOptions, 'minorVersion' | 'gates'>;

/** A ReplicaSet with pods as sketched, seen by the informers at second `now`. */
class Rig {
  readonly driven: HandDrivenCluster;
  readonly rows: number[] = [];
  private readonly selector: VictimSelector;
  private readonly replicaSet: number;
  private readonly sibling: number;

  constructor(sketches: readonly PodSketch[], now = 1000, nodes = 4, options: RigOptions = {}) {
    const driven = new HandDrivenCluster(options);
    this.driven = driven;
    this.selector = new VictimSelector(driven.cluster);
    for (let node = 0; node < nodes; node++) driven.createNode(`node-${node}`);
    const deployment = driven.createDeployment();
    this.replicaSet = driven.createReplicaSet(deployment, { name: 'web-1', sidecar: 'side' });
    this.sibling = driven.createReplicaSet(deployment, { name: 'web-2', image: 'web:v2' });
    driven.kernel.run();
    for (const [index, sketch] of sketches.entries()) this.sketch(index, sketch);
    driven.run(now);
  }

  private sketch(index: number, sketch: PodSketch): void {
    const { driven, rows } = this;
    const { cluster } = driven;
    const { createdAt = 0, readyAt, node } = sketch;
    driven.at(createdAt, () => {
      const pod = driven.createPod(sketch.isSibling ? this.sibling : this.replicaSet);
      rows[index] = pod;
      if (sketch.uid !== undefined) cluster.pods.uid[pod] = sketch.uid;
      if (sketch.cost !== undefined) cluster.setPodAnnotations(pod, { [COST]: sketch.cost });
      if (node === undefined) return;
      cluster.bindPod(pod, node);
      if (sketch.isRunning !== false) cluster.setPodRunning(pod, false);
      if (sketch.isTerminating) cluster.deletePod(pod);
    });
    if (readyAt === undefined) return;
    driven.at(readyAt, () => {
      cluster.setPodRunning(rows[index]!, true);
      const { restarts, sidecarRestarts } = sketch;
      if ((restarts ?? sidecarRestarts) !== undefined) this.restart(rows[index]!, restarts ?? 0, sidecarRestarts ?? 0);
    });
  }

  private restart(pod: number, restarts: number, sidecarRestarts: number): void {
    const container = (name: string, restartCount: number): ContainerStatus => ({
      name,
      state: 'running',
      reason: '',
      exitCode: 0,
      ready: true,
      started: true,
      restartCount,
      finishedMicros: 0,
    });
    this.driven.cluster.setPodStatus(pod, true, true, {
      initContainers: [container('side', sidecarRestarts)],
      containers: [container('app', restarts)],
      reason: '',
      message: '',
    });
  }

  /** Indices of the sketches that are deleted. */
  victims(count: number, adopted: readonly number[] = []): number[] {
    const owner = this.driven.cluster.owners.get(this.replicaSet)!;
    const rows = this.selector.select(owner, adopted, count);
    return rows.map((row) => this.rows.indexOf(row)).sort((a, b) => a - b);
  }
}

function victims(count: number, ...sketches: PodSketch[]): number[] {
  return new Rig(sketches).victims(count);
}

describe('floorLog2', () => {
  test.prop([fc.integer({ min: 0, max: 52 }), fc.nat()])('is exact from 1 to 2^53', (exponent, offset) => {
    const power = 2 ** exponent;
    expect(floorLog2(power)).toBe(exponent);
    expect(floorLog2(power + (offset % power))).toBe(exponent);
    expect(floorLog2(2 * power - 1)).toBe(exponent);
  });

  test('is -1 for ages that are not positive', () => {
    expect([0, -1, -(2 ** 40), 0.5].map(floorLog2)).toEqual([-1, -1, -1, -1]);
  });
});

describe('which pods a scale-down deletes first', () => {
  const ready = { node: 0, readyAt: 10 };

  test('those without a node', () => {
    expect(victims(1, ready, {}, { node: 1, isRunning: false })).toEqual([1]);
  });

  test('then those that are pending', () => {
    expect(victims(1, ready, { node: 1 }, { node: 2, isRunning: false })).toEqual([2]);
  });

  test('then those that are not ready', () => {
    expect(victims(1, ready, { node: 1 }, { node: 2, readyAt: 999 })).toEqual([1]);
    expect(victims(2, ready, { node: 1, cost: '100' }, { node: 2, readyAt: 999 })).toEqual([1, 2]);
  });

  test('then those with the lower deletion cost, whatever else they are', () => {
    const crowded = [
      { node: 1, readyAt: 999 },
      { node: 1, readyAt: 999 },
    ];
    expect(victims(1, { ...ready, cost: '-5' }, ...crowded)).toEqual([0]);
    expect(victims(2, { ...ready, cost: '5' }, ...crowded)).toEqual([1, 2]);
    expect(victims(1, { ...ready, cost: '-5' }, { ...ready, cost: '-6' }, { ...ready, cost: '3' })).toEqual([1]);
  });

  test('a cost that is no int32 counts as none', () => {
    for (const cost of ['+5', '05', '-1e3', '2147483648', '-2147483649', '']) {
      expect(
        victims(1, { ...ready, readyAt: 1, cost }, { node: 1, readyAt: 999 }, { node: 1, readyAt: 999 }),
      ).not.toEqual([0]);
    }
  });

  test('then those on the node with the most active pods of all ReplicaSets of the Deployment', () => {
    const alone = { node: 0, readyAt: 999 };
    const old = { node: 1, readyAt: 1 };
    expect(victims(1, alone, old)).toEqual([0]);
    expect(victims(1, alone, old, { node: 1, readyAt: 1, isSibling: true })).toEqual([1]);
    expect(victims(1, alone, old, { node: 1, isSibling: true })).toEqual([1]);
    expect(victims(1, alone, old, { node: 1, isSibling: true, isTerminating: true })).toEqual([0]);
  });

  test('then those that are ready for a shorter time, by powers of two', () => {
    const at = (readyAt: number, uid: number) => ({ node: 0, readyAt, uid });
    // Ages of 900, 400 and 100 seconds.
    expect(victims(1, at(100, 1), at(600, 2), at(900, 3))).toEqual([2]);
    expect(victims(2, at(100, 1), at(600, 2), at(900, 3))).toEqual([1, 2]);
  });

  test('within a power of two, those with the smaller uid', () => {
    // 2^39 ns are 549.8 s: ages of 900 and 600 seconds are alike.
    const at = (readyAt: number, uid: number) => ({ node: 0, readyAt, uid });
    expect(victims(1, at(100, 2), at(400, 1))).toEqual([1]);
    expect(victims(1, at(100, 1), at(400, 2))).toEqual([0]);
    expect(victims(1, at(450, 1), at(451, 2))).toEqual([1]);
  });

  test('pods of the same second tie, and the newer ones go', () => {
    const made = (createdAt: number, readyAt: number, uid: number) => ({ node: 0, createdAt, readyAt, uid });
    expect(victims(1, made(1, 950.1, 1), made(940, 950.9, 2))).toEqual([1]);
    expect(victims(1, made(940, 950.9, 2), made(1, 950.1, 1))).toEqual([0]);
    expect(victims(1, { node: 0, createdAt: 1, uid: 1 }, { node: 0, createdAt: 999, uid: 2 })).toEqual([1]);
  });

  test('without LogarithmicScaleDown the youngest', () => {
    const at = (readyAt: number, uid: number) => ({ node: 0, readyAt, uid });
    const sketches = [at(100, 1), at(400, 2), at(300, 3)];
    const gates = featureGates({ minor: 30 }, { LogarithmicScaleDown: false });
    expect(new Rig(sketches).victims(1)).toEqual([0]);
    expect(new Rig(sketches, 1000, 4, { gates }).victims(1)).toEqual([1]);
    expect(new Rig(sketches, 1000, 4, { gates }).victims(2)).toEqual([1, 2]);
  });

  test('a cost counts only with PodDeletionCost', () => {
    const gates = featureGates({ minor: 37 }, { PodDeletionCost: false });
    const sketches = [
      { ...ready, readyAt: 1, cost: '-5' },
      { node: 1, readyAt: 999 },
    ];
    expect(new Rig(sketches).victims(1)).toEqual([0]);
    expect(new Rig(sketches, 1000, 4, { gates }).victims(1)).toEqual([1]);
  });

  test('of those that became ready in one second, those that restarted more often', () => {
    const twin = (uid: number, more: PodSketch) => ({ node: 0, readyAt: 10, createdAt: uid, uid, ...more });
    expect(victims(1, twin(1, { restarts: 1 }), twin(2, {}), twin(3, { restarts: 3 }))).toEqual([2]);
    expect(victims(1, twin(1, { restarts: 2 }), twin(2, { restarts: 1 }))).toEqual([0]);
    // Time comes before restarts.
    expect(victims(1, { ...ready, readyAt: 10, restarts: 9 }, { ...ready, readyAt: 990 })).toEqual([1]);
  });

  test('restarts of sidecars break a tie from 1.32 on', () => {
    const twin = (sidecarRestarts: number, uid: number) => ({
      node: 0,
      readyAt: 10,
      createdAt: uid,
      uid,
      sidecarRestarts,
    });
    const sketches = [twin(2, 2), twin(1, 1)];
    expect(new Rig(sketches, 1000, 4, { minorVersion: 31 }).victims(1)).toEqual([1]);
    expect(new Rig(sketches, 1000, 4, { minorVersion: 32 }).victims(1)).toEqual([0]);
  });

  test('all of them, when there are no more; terminating ones are not asked', () => {
    expect(victims(5, ready, { node: 1 }, {}, { node: 1, isTerminating: true })).toEqual([0, 1, 2]);
  });

  test('an adopted pod takes part before the informer shows it', () => {
    const rig = new Rig([ready, { ...ready, isSibling: true, cost: '-1' }]);
    expect(rig.victims(1, [rig.rows[1]!])).toEqual([1]);
  });

  test('a deletion cost that comes and goes later counts, also when one of many is chosen', () => {
    // One pod on each of 40 nodes but the first, which has two.
    const rig = new Rig(
      Array.from({ length: 41 }, (_, index) => ({ node: index % 40, readyAt: 100 })),
      1000,
      40,
    );
    const { cluster, kernel } = rig.driven;
    expect([[0], [40]]).toContainEqual(rig.victims(1));
    cluster.setPodAnnotations(rig.rows[7]!, { [COST]: '-1' });
    kernel.run();
    expect(rig.victims(1)).toEqual([7]);
    cluster.setPodAnnotations(rig.rows[7]!, {});
    kernel.run();
    expect([[0], [40]]).toContainEqual(rig.victims(1));
  });
});

/** The criteria up to the first one that may be decided by uid. */
function keyOf({ driven }: Rig, pod: number, related: ReadonlyMap<number, number>): number[] {
  const { pods, kernel } = driven.cluster;
  const state = pods.observed[pod]!;
  const isReady = (state & POD_READY) !== 0;
  const age = kernel.nowMicros - truncateToSecond(pods.readyMicros[pod]!);
  return [
    state & POD_BOUND,
    state & POD_RUNNING,
    state & POD_READY,
    driven.cluster.templateOf(pod).deletionCost,
    -(related.get(pods.node[pod]!) ?? 0),
    isReady ? Math.floor(Math.log2(age * 1000)) : 0,
  ];
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}

const anyPod: fc.Arbitrary<PodSketch> = fc.record(
  {
    node: fc.option(fc.integer({ min: 0, max: 29 }), { nil: undefined, freq: 30 }) as fc.Arbitrary<number>,
    readyAt: fc.option(fc.integer({ min: 20, max: 990 }), { nil: undefined, freq: 10 }) as fc.Arbitrary<number>,
    createdAt: fc.integer({ min: 0, max: 19 }),
    isSibling: fc.boolean(),
    isTerminating: fc.constantFrom(false, false, false, false, true),
    cost: fc.constantFrom('0', '0', '0', '0', '0', '0', '7', '-7'),
  },
  { requiredKeys: ['createdAt', 'isSibling', 'isTerminating'] },
);

/** Costly pods are rare in one half of the runs and absent in the other: choosing takes another way then. */
const manyPods = fc
  .tuple(fc.array(anyPod, { minLength: 1, maxLength: 300, size: 'max' }), fc.boolean())
  .map(([pods, withCosts]) =>
    pods
      .map(({ node, readyAt, cost, ...rest }) => ({
        ...rest,
        ...(node === undefined ? {} : { node }),
        ...(node === undefined || readyAt === undefined || rest.isTerminating ? {} : { readyAt }),
        ...(withCosts && cost !== undefined ? { cost } : {}),
      }))
      .filter((pod) => !pod.isTerminating || pod.node !== undefined),
  );

test.prop([manyPods, fc.double({ min: 0, max: 1, noNaN: true })], { numRuns: 60 })(
  'no pod stays that should have gone before one that goes',
  (sketches, share) => {
    const rig = new Rig(sketches, 1000, 30);
    const active = sketches.flatMap((sketch, index) => (sketch.isTerminating ? [] : [index]));
    const mine = active.filter((index) => sketches[index]!.isSibling !== true);
    const count = Math.ceil(share ** 3 * mine.length);
    if (count === 0) return;
    const related = new Map<number, number>();
    for (const index of active) {
      const { node } = sketches[index]!;
      if (node !== undefined) related.set(node, (related.get(node) ?? 0) + 1);
    }
    const gone = new Set(rig.victims(count));
    expect(gone.size).toBe(count);
    for (const index of gone) expect(mine).toContain(index);
    const keys = new Map(mine.map((index) => [index, keyOf(rig, rig.rows[index]!, related)]));
    const stay = mine.filter((index) => !gone.has(index));
    for (const index of gone) {
      for (const other of stay) expect(compareKeys(keys.get(index)!, keys.get(other)!)).toBeLessThanOrEqual(0);
    }
  },
);

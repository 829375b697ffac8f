import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { Rig } from '../../controllers/clusterautoscaler/testing/rig.ts';
import { numRuns } from '../fastCheck.ts';

const RUNS = 60;
const ZONES = ['x', 'y', 'z'];

interface AnyPool {
  readonly cpu: number;
  readonly min: number;
  readonly count: number;
  readonly max: number;
  readonly zones: readonly string[];
  readonly isTainted: boolean;
  readonly delaySeconds: number;
}

interface AnyPod {
  readonly cpu: number;
  readonly zone: string | undefined;
  readonly tolerates: boolean;
  readonly atSeconds: number;
  readonly endsAfterSeconds: number | undefined;
}

const anyPool: fc.Arbitrary<AnyPool> = fc
  .record({
    cpu: fc.integer({ min: 1, max: 6 }),
    sizes: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
    zones: fc.subarray(ZONES),
    isTainted: fc.boolean(),
    delaySeconds: fc.constantFrom(0, 25, 130),
  })
  .map(({ sizes: [min, more, most], ...rest }) => ({
    ...rest,
    min,
    count: min + more,
    max: Math.max(1, min + more + most),
  }));

const anyPod: fc.Arbitrary<AnyPod> = fc.record({
  cpu: fc.integer({ min: 1, max: 7 }),
  zone: fc.option(fc.constantFrom(...ZONES), { nil: undefined }),
  tolerates: fc.boolean(),
  atSeconds: fc.nat(200),
  endsAfterSeconds: fc.option(fc.integer({ min: 1, max: 400 }), { nil: undefined }),
});

const TAINT = { key: 'dedicated', value: '', effect: 'NoSchedule' };

function poolDocument(pool: AnyPool, index: number): JsonObject {
  const { min, max, count, cpu, zones, delaySeconds } = pool;
  return {
    name: `pool${index}`,
    count,
    allocatable: { cpu: String(cpu) },
    zones: [...zones],
    taints: pool.isTainted ? [TAINT] : [],
    autoscale: { min, max, provisioningDelay: `${delaySeconds}s` },
  };
}

function podSpec({ zone, tolerates }: AnyPod): JsonObject {
  return {
    ...(zone !== undefined && { nodeSelector: { 'topology.kubernetes.io/zone': zone } }),
    ...(tolerates && { tolerations: [{ key: 'dedicated', operator: 'Exists' }] }),
  };
}

/** Whether an empty node of the pool would take the pod, from the plain data. */
function fitsEmpty(pod: AnyPod, pool: AnyPool): boolean {
  const hasZone = pod.zone === undefined || pool.zones.includes(pod.zone);
  return pod.cpu <= pool.cpu && hasZone && (pod.tolerates || !pool.isTainted);
}

/** Plays it to its end, and says how many nodes each pool had whenever that changed. */
function run(pools: readonly AnyPool[], pods: readonly AnyPod[], flags: JsonObject) {
  const rig = new Rig(pools.map(poolDocument), flags);
  const { stand } = rig;
  const sizes = pools.map(({ count }) => [count]);
  stand.cluster.nodeObjects.observe((before, after) => {
    const pool = sizes[Number(/\d+/.exec((after ?? before)!.meta.name)![0])]!;
    pool.push(pool.at(-1)! + (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1));
  });
  const acts = pods.flatMap((pod, index): [number, () => void][] => {
    const name = `pod-${index}`;
    const begin: [number, () => void] = [pod.atSeconds, () => rig.pod(name, String(pod.cpu), podSpec(pod))];
    if (pod.endsAfterSeconds === undefined) return [begin];
    return [begin, [pod.atSeconds + pod.endsAfterSeconds, () => stand.delete('Pod', name)]];
  });
  stand.run(1);
  for (const [at, act] of acts.sort(([a], [b]) => a - b)) {
    if (at + 1 > stand.nowSeconds) stand.run(at + 1 - stand.nowSeconds);
    act();
  }
  // Every pool can answer, one after the other, and every node can then be found empty.
  stand.run(4000);
  return { rig, sizes };
}

describe('cluster-autoscaler', () => {
  const anyFlags = fc.record({ expander: fc.constantFrom('least-waste', 'random') });
  const anyPools = fc.array(anyPool, { minLength: 1, maxLength: 3 });
  const anyPods = fc.array(anyPod, { maxLength: 12 });

  test.prop([anyPools, anyPods, anyFlags], { numRuns: numRuns(RUNS) })(
    'keeps pools between their bounds, leaves no pod alone that a pool has room for, and comes to rest',
    (pools, pods, flags) => {
      const { rig, sizes } = run(pools, pods, flags);
      const waiting = rig.stand.pods().filter(({ node }) => node === '');
      for (const [index, pool] of pools.entries()) {
        expect(Math.max(...sizes[index]!)).toBeLessThanOrEqual(pool.max);
        expect(Math.min(...sizes[index]!)).toBeGreaterThanOrEqual(pool.min);
        const size = sizes[index]!.at(-1)!;
        const used = new Set(rig.stand.pods().map(({ node }) => node));
        const own = rig.nodes().map((node) => node.split(' ')[0]!);
        const empty = own.filter((node) => node.startsWith(`pool${index}-`) && !used.has(node));
        if (size > pool.min) expect(empty).toEqual([]);
        if (size === pool.max) continue;
        const helped = waiting.filter(({ name }) => fitsEmpty(pods[Number(name.split('-')[1])]!, pool));
        expect(helped.map(({ name }) => name)).toEqual([]);
      }
      const before = [...rig.scaled];
      rig.stand.run(2000);
      expect(rig.scaled).toEqual(before);
    },
  );

  test.prop([anyPools, anyPods, anyFlags], { numRuns: numRuns(RUNS / 4) })(
    'does the same again',
    (pools, pods, flags) => {
      const [a, b] = [run(pools, pods, flags), run(pools, pods, flags)];
      expect(b.rig.nodes()).toEqual(a.rig.nodes());
      expect(b.rig.events()).toEqual(a.rig.events());
    },
  );
});

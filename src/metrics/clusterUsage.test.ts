import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { POD_SUCCEEDED } from '../cluster/podTable.ts';
import { ClusterUsage } from './clusterUsage.ts';
import { PodCounts } from './podCounts.ts';
import { HandDrivenCluster } from './testing/handDrivenCluster.ts';

const SMALL_NODE = { cpu: '1', memory: '4Gi', pods: '110' };

/** Nodes of one core and 4 GiB; the pods of the ReplicaSet ask for half a core and 1 GiB. */
function setUp(...zones: (string | undefined)[]) {
  const driven = new HandDrivenCluster();
  const { cluster, kernel } = driven;
  const usage = new ClusterUsage({ kernel, cluster });
  const counts = new PodCounts(cluster);
  const nodes = zones.map((zone, index) => driven.createNode(`node-${index}`, zone, SMALL_NODE));
  kernel.run();
  return { driven, cluster, usage, counts, nodes, replicaSet: driven.createReplicaSet(-1) };
}

describe('ClusterUsage', () => {
  test('counts bound pods, terminating ones included, against what is allocatable', () => {
    const { driven, cluster, usage, replicaSet } = setUp('a', 'b');
    driven.at(1, () => driven.createPod(replicaSet));
    driven.at(2, () => cluster.bindPod(0, 0));
    driven.at(3, () => driven.createReadyPod(replicaSet, 0));
    driven.at(4, () => cluster.deletePod(0));
    driven.at(6, () => cluster.removePod(0));
    driven.run(10);
    expect(usage.finish()).toEqual({
      nodes: 2,
      cpuMaxShare: 0.5,
      memoryMaxShare: 0.25,
      cpuMeanShare: (0.25 * 4 + 0.25 * 7) / 10,
      memoryMeanShare: (0.125 * 4 + 0.125 * 7) / 10,
      podSkewAtEnd: 1,
      zones: [
        { zone: 'a', nodes: 1, podsMax: 2, cpuMaxShare: 1, memoryMaxShare: 0.5 },
        { zone: 'b', nodes: 1, podsMax: 0, cpuMaxShare: 0, memoryMaxShare: 0 },
      ],
    });
  });

  test('a finished pod holds nothing, and is not subtracted twice', () => {
    const { driven, cluster, usage, replicaSet } = setUp(undefined);
    driven.at(0, () => driven.createReadyPod(replicaSet, 0));
    driven.at(5, () => cluster.setPodFinished(0, POD_SUCCEEDED));
    driven.at(6, () => cluster.deletePod(0));
    driven.run(10);
    expect(usage.finish()).toMatchObject({ cpuMeanShare: 0.25, podSkewAtEnd: 0, zones: [{ zone: '', podsMax: 1 }] });
  });

  test('nodes may come and go', () => {
    const { driven, cluster, usage, nodes, replicaSet } = setUp('a');
    driven.at(0, () => driven.createReadyPod(replicaSet, 0));
    driven.at(4, () => driven.createNode('late', 'b', SMALL_NODE));
    driven.at(8, () => cluster.nodeObjects.delete(nodes[0]!));
    driven.run(10);
    // 0.5 of 1 core for 4 s, of 2 for 4 s, of 1 for 2 s.
    expect(usage.finish()).toMatchObject({ nodes: 1, cpuMaxShare: 0.5, cpuMeanShare: 5 / 14, podSkewAtEnd: 0 });
  });

  test('a node whose zone label changes takes its pods along', () => {
    const { driven, cluster, usage, nodes, replicaSet } = setUp('a');
    driven.at(1, () => driven.createReadyPod(replicaSet, 0));
    driven.at(2, () => {
      const node = cluster.nodeObjects.get(nodes[0]!)!;
      const labels = { ...node.meta.labels, 'topology.kubernetes.io/zone': 'b' };
      cluster.nodeObjects.update({ ...node, meta: { ...node.meta, labels } });
    });
    driven.at(3, () => driven.createReadyPod(replicaSet, 0));
    driven.run(4);
    expect(usage.finish().zones).toEqual([
      { zone: 'a', nodes: 0, podsMax: 1, cpuMaxShare: 0.5, memoryMaxShare: 0.25 },
      { zone: 'b', nodes: 1, podsMax: 2, cpuMaxShare: 1, memoryMaxShare: 0.5 },
    ]);
  });

  test('an empty cluster has no shares', () => {
    const { driven, usage } = setUp();
    driven.run(1);
    expect(usage.finish()).toEqual({
      nodes: 0,
      cpuMaxShare: 0,
      memoryMaxShare: 0,
      cpuMeanShare: 0,
      memoryMeanShare: 0,
      podSkewAtEnd: 0,
      zones: [],
    });
  });

  const stay = fc.record({ node: fc.nat(2), from: fc.nat(900), lasts: fc.integer({ min: 1, max: 900 }) });

  test.prop([fc.array(stay, { maxLength: 30 })])(
    'agrees with a recount, hundredth by hundredth of a second',
    (stays) => {
      const { driven, cluster, usage, replicaSet } = setUp('a', 'b', 'b');
      for (const { node, from, lasts } of stays) {
        driven.at(from / 100, () => {
          const pod = driven.createReadyPod(replicaSet, node);
          driven.at((from + lasts) / 100, () => cluster.removePod(pod));
        });
      }
      driven.run(20);
      const podsAt = (tick: number, nodes: number[]) =>
        stays.filter(({ node, from, lasts }) => nodes.includes(node) && from <= tick && tick < from + lasts).length;
      const ticks = Array.from({ length: 2000 }, (_, tick) => tick);
      const total = ticks.map((tick) => podsAt(tick, [0, 1, 2]));
      const atEnd = [0, 1, 2].map((node) => podsAt(2000, [node]));
      const result = usage.finish();
      expect(result.cpuMeanShare).toBeCloseTo(total.reduce((sum, pods) => sum + pods, 0) / 2000 / 6, 12);
      expect(result.podSkewAtEnd).toBe(Math.max(...atEnd) - Math.min(...atEnd));
      // At one time a pod may come before another goes, so a tick's count is only a lower bound.
      expect(result.cpuMaxShare).toBeGreaterThanOrEqual((Math.max(...total) * 0.5) / 3);
      expect(result.zones[1]!.podsMax).toBeGreaterThanOrEqual(Math.max(...ticks.map((tick) => podsAt(tick, [1, 2]))));
    },
  );
});

test('PodCounts counts all pods, terminating ones included', () => {
  const { driven, cluster, counts, replicaSet } = setUp('a');
  driven.at(1, () => driven.createReadyPod(replicaSet, 0));
  driven.at(1, () => driven.createBarePod('bare'));
  driven.at(2, () => cluster.deletePod(0));
  driven.at(3, () => driven.createPod(replicaSet));
  driven.at(4, () => cluster.removePod(0));
  driven.at(5, () => driven.createPod(replicaSet));
  driven.run(6);
  expect(counts.finish()).toEqual({ created: 4, maxAtOnce: 3 });
});

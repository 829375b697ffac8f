import { expect, test } from 'vitest';
import { decodeObject } from '../../api/decode/decode.ts';
import type { PersistentVolumeClaimManifest } from '../../api/types.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, TestCluster, wakes } from '../testing.ts';
import { VolumeRestrictions } from './volumeRestrictions.ts';

function setUp(accessMode: string) {
  const cluster = new TestCluster();
  const plugin = new VolumeRestrictions(cluster.handle());
  const manifest = decodeObject({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'c' },
    spec: { accessModes: [accessMode], resources: { requests: { storage: '1Gi' } } },
  }) as PersistentVolumeClaimManifest;
  const uid = cluster.cluster.allocateUid();
  const stored = { uid, resourceVersion: 1, generation: 1, creationMicros: 0, ownerUid: -1 };
  const status = { phase: 'Bound' } as const;
  cluster.cluster.tables.PersistentVolumeClaim.create({ ...manifest, ...stored, status, dependsOn: undefined });
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }];
  const [first, second] = ['p', 'q'].map((name) => cluster.createPod(name, { spec: { volumes } }));
  cluster.kernel.run();
  const node = cluster.cacheNode('n');
  const template = cluster.template({ spec: { volumes } });
  return { cluster, plugin, node, template, first: first!, second: second! };
}

const REASON = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';

test('a claim of one pod only is free again when that pod has gone', () => {
  const { cluster, plugin, node, template, first, second } = setUp('ReadWriteOncePod');
  const state = { ...cluster.cycle(), pod: second, template };
  expect(filterOne(plugin, state, node)).toBeUndefined();
  plugin.podAdded({ ...cluster.info(), pod: first, template });
  expect(filterOne(plugin, state, node)).toEqual([REASON]);
  expect(wakes(plugin, template, { kinds: ClusterEventKind.AssignedPodDelete })).toBe(true);
  plugin.podRemoved({ ...cluster.info(), pod: first, template });
  expect(filterOne(plugin, state, node)).toBeUndefined();
});

test('other claims may be shared, and pods without claims are skipped', () => {
  const { plugin, node, template, first, second, cluster } = setUp('ReadWriteOnce');
  plugin.podAdded({ ...cluster.info(), pod: first, template });
  expect(filterOne(plugin, { ...cluster.cycle(), pod: second, template }, node)).toBeUndefined();
  expect(plugin.preFilter(cluster.cycle()).code).toBe('Skip');
});

/** The sig-apps tests of StatefulSets, with upstream's names and numbers (test/e2e/apps/statefulset.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { play } from '../play.ts';
import { Stand } from '../stand.ts';
import {
  claimTemplate,
  imagesOf,
  NEW_IMAGE,
  namesOf,
  OLD_IMAGE,
  podCounts,
  revisionsOf,
  setImage,
  setPartition,
  setReplicas,
  statefulSet,
  waitForRollingUpdate,
  waitForRunningAndReady,
} from './statefulSets.ts';

describe('Basic StatefulSet functionality', () => {
  /** Nothing is replaced while pod 1 is not ready; then from the highest ordinal down. */
  function updateWhileOneIsBroken(stand: Stand, image: string) {
    stand.breakPod('ss-1');
    stand.waitFor('ss-1 not ready', () => stand.set('ss').status.readyReplicas === 2);
    const begin = stand.changes.length;
    setImage(stand, image);
    stand.run(30);
    expect(namesOf(stand.changes.slice(begin), 'terminating')).toEqual([]);
    const during = stand.set('ss').status;
    expect(during.currentRevision).not.toBe(during.updateRevision);
    stand.restorePod('ss-1');
    waitForRollingUpdate(stand);
    const changes = stand.changes.slice(begin);
    expect(namesOf(changes, 'terminating')).toEqual(['ss-2', 'ss-1', 'ss-0']);
    expect(namesOf(changes, 'created')).toEqual(['ss-2', 'ss-1', 'ss-0']);
    expect(Object.values(imagesOf(stand))).toEqual([image, image, image]);
    const { updateRevision } = stand.set('ss').status;
    expect(Object.values(revisionsOf(stand))).toEqual([updateRevision, updateRevision, updateRevision]);
  }

  test('should perform rolling updates and roll backs of template modifications', () => {
    const stand = new Stand();
    stand.create(statefulSet(3));
    waitForRunningAndReady(stand, 3);
    const prior = stand.set('ss').status.currentRevision;
    expect(stand.set('ss').status.updateRevision).toBe(prior);
    updateWhileOneIsBroken(stand, NEW_IMAGE);
    expect(stand.set('ss').status.currentRevision).not.toBe(prior);
    updateWhileOneIsBroken(stand, OLD_IMAGE);
    expect(stand.set('ss').status).toMatchObject({ currentRevision: prior, updateRevision: prior });
    const numbers = stand.cluster.tables.ControllerRevision.list().map(({ meta, revision }) => [meta.name, revision]);
    expect(new Map(numbers as [string, number][]).get(prior)).toBe(3);
  });

  test('should perform canary updates and phased rolling updates of template modifications', () => {
    const stand = new Stand();
    stand.create(statefulSet(3, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } } }));
    waitForRunningAndReady(stand, 3);
    setImage(stand, NEW_IMAGE);
    // Not applying an update when the partition is greater than the number of replicas.
    stand.run(30);
    expect(Object.values(imagesOf(stand))).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE]);
    // Performing a canary update.
    setPartition(stand, 2);
    const { currentRevision, updateRevision } = stand.set('ss').status;
    stand.waitFor('the canary', () => stand.pod('ss-2').image === NEW_IMAGE && stand.pod('ss-2').isReady);
    stand.run(30);
    const canary = { 'ss-0': currentRevision, 'ss-1': currentRevision, 'ss-2': updateRevision };
    expect(revisionsOf(stand)).toEqual(canary);
    // Restoring pods to the correct revision when they are deleted.
    stand.delete('Pod', 'ss-0');
    stand.delete('Pod', 'ss-2');
    stand.run(30);
    waitForRunningAndReady(stand, 3);
    expect(revisionsOf(stand)).toEqual(canary);
    expect(imagesOf(stand)).toEqual({ 'ss-0': OLD_IMAGE, 'ss-1': OLD_IMAGE, 'ss-2': NEW_IMAGE });
    // Performing a phased rolling update.
    for (const partition of [1, 0]) {
      setPartition(stand, partition);
      stand.run(30);
      waitForRunningAndReady(stand, 3);
      const wanted = [0, 1, 2].map((ordinal) => (ordinal >= partition ? NEW_IMAGE : OLD_IMAGE));
      expect(Object.values(imagesOf(stand))).toEqual(wanted);
    }
    expect(stand.set('ss').status).toMatchObject({ currentRevision: updateRevision, updateRevision });
  });

  test('Scaling should happen in predictable order and halt if any stateful pod is unhealthy', () => {
    const stand = new Stand();
    stand.create(statefulSet(1));
    waitForRunningAndReady(stand, 1);
    // Confirming that scale up will halt with an unhealthy pod.
    stand.breakPodsWhere(() => true);
    stand.breakPod('ss-0');
    stand.waitFor('none ready', () => stand.set('ss').status.readyReplicas === 0);
    setReplicas(stand, 3);
    expect(new Set(podCounts(stand))).toEqual(new Set([1]));
    // Scaling up to 3 and waiting until all of them are running.
    stand.breakPodsWhere(() => false);
    stand.restorePod('ss-0');
    waitForRunningAndReady(stand, 3);
    expect(namesOf(stand.changes, 'created')).toEqual(['ss-0', 'ss-1', 'ss-2']);
    for (const [name, before] of [
      ['ss-1', 'ss-0'],
      ['ss-2', 'ss-1'],
    ] as const) {
      const created = stand.changes.findIndex((change) => change.name === name && change.what === 'created');
      const ready = stand.changes.findLastIndex((change) => change.name === before && change.what === 'ready');
      expect(ready).toBeLessThan(created);
    }
    // Scale down will halt with an unhealthy pod.
    for (const name of ['ss-0', 'ss-1', 'ss-2']) stand.breakPod(name);
    stand.waitFor('none ready', () => stand.set('ss').status.readyReplicas === 0);
    setReplicas(stand, 0);
    expect(new Set(podCounts(stand))).toEqual(new Set([3]));
    // Scaling down to 0.
    for (const name of ['ss-0', 'ss-1', 'ss-2']) stand.restorePod(name);
    stand.waitFor('no pods', () => stand.pods().length === 0);
    expect(namesOf(stand.changes, 'terminating')).toEqual(['ss-2', 'ss-1', 'ss-0']);
    expect(namesOf(stand.changes, 'deleted')).toEqual(['ss-2', 'ss-1', 'ss-0']);
  });

  test('Burst scaling should run to completion even with unhealthy pods', () => {
    const stand = new Stand();
    stand.create(statefulSet(1, { podManagementPolicy: 'Parallel' }));
    waitForRunningAndReady(stand, 1);
    // Confirming that scale up will not halt with an unhealthy pod.
    stand.breakPodsWhere(() => true);
    stand.breakPod('ss-0');
    stand.waitFor('none ready', () => stand.set('ss').status.readyReplicas === 0);
    setReplicas(stand, 3);
    expect(podCounts(stand).at(-1)).toBe(3);
    // Scaling up to 3 and waiting until all of them are running.
    stand.breakPodsWhere(() => false);
    for (const name of stand.podNames()) stand.restorePod(name);
    waitForRunningAndReady(stand, 3);
    // Scale down will not halt with an unhealthy pod.
    for (const name of stand.podNames()) stand.breakPod(name);
    stand.waitFor('none ready', () => stand.set('ss').status.readyReplicas === 0);
    setReplicas(stand, 0);
    expect(podCounts(stand).at(-1)).toBe(0);
    expect(stand.set('ss').status.replicas).toBe(0);
  });

  test('Should recreate evicted statefulset', () => {
    const ports = [{ containerPort: 21017, hostPort: 21017 }];
    const container = { name: 'nginx', image: OLD_IMAGE, ports };
    const conflicting: JsonObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'test-pod' },
      spec: { nodeName: 'node-0', containers: [container] },
    };
    const set = statefulSet(1, {}, { nodeName: 'node-0', containers: [container] });
    const { log, result } = play({
      objects: [conflicting, set],
      nodes: { name: 'node', count: 1 },
      behavior: { ready: '1s', terminate: '1s' },
      controlPlane: {},
      steps: { '10s': ['get pods', 'delete pod test-pod --wait=false'], '30s': 'get pods' },
      until: '60s',
    });
    const eventsOf = (name: string, event: string) =>
      log.filter((line) => line.kind === 'Pod' && line.name === name && line.event === event);
    const before = eventsOf('ss-0', 'deleted').filter(({ t }) => t < 10);
    // The stateful pod is deleted at least once, and comes back with another uid.
    expect(before.length).toBeGreaterThan(0);
    expect(eventsOf('ss-0', 'created').length).toBe(eventsOf('ss-0', 'deleted').length + 1);
    expect(eventsOf('ss-0', 'ready').every(({ t }) => t > 10)).toBe(true);
    expect(result.steps.at(-1)!.out).toMatch(/^ss-0 +1\/1 +Running/m);
  });

  test('should have a working scale subresource', () => {
    const { result } = play({
      objects: [statefulSet(1)],
      behavior: { ready: '1s' },
      steps: {
        '10s': ['get sts ss -o jsonpath={.spec.replicas}', 'scale sts/ss --replicas=2'],
        '20s': ['get sts ss -o jsonpath={.spec.replicas}', `patch sts/ss -p '{"spec":{"replicas":4}}'`],
        '40s': ['get sts ss -o jsonpath={.spec.replicas}', 'get sts ss -o jsonpath={.status.readyReplicas}'],
      },
      until: '60s',
    });
    const answers = result.steps.map(({ out }) => out.trim());
    expect(answers.filter((answer) => /^\d+$/.test(answer))).toEqual(['1', '2', '4', '4']);
  });
});

describe('Basic StatefulSet functionality, not in conformance', () => {
  test('should implement legacy replacement when the update strategy is OnDelete', () => {
    const stand = new Stand();
    stand.create(statefulSet(3, { updateStrategy: { type: 'OnDelete' } }));
    waitForRunningAndReady(stand, 3);
    const first = stand.set('ss').status.currentRevision;
    // Restoring pods to the current revision.
    for (const name of stand.podNames()) stand.delete('Pod', name);
    stand.run(5);
    waitForRunningAndReady(stand, 3);
    expect(new Set(Object.values(revisionsOf(stand)))).toEqual(new Set([first]));
    setImage(stand, NEW_IMAGE);
    stand.run(30);
    expect(Object.values(imagesOf(stand))).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE]);
    // Recreating pods at the new revision.
    const { updateRevision } = stand.set('ss').status;
    expect(updateRevision).not.toBe(first);
    for (const name of stand.podNames()) stand.delete('Pod', name);
    stand.run(5);
    waitForRunningAndReady(stand, 3);
    expect(Object.values(imagesOf(stand))).toEqual([NEW_IMAGE, NEW_IMAGE, NEW_IMAGE]);
    expect(new Set(Object.values(revisionsOf(stand)))).toEqual(new Set([updateRevision]));
  });

  test("should not deadlock when a pod's predecessor fails", () => {
    const stand = new Stand();
    const resumed = new Set<string>();
    // New pods wait until they are resumed.
    stand.breakPodsWhere((name) => !resumed.has(name));
    const resume = (name: string) => {
      resumed.add(name);
      stand.restorePod(name);
    };
    stand.create(statefulSet(2));
    stand.waitFor('ss-0 running', () => stand.podNames().length === 1 && stand.pod('ss-0').phase === 'Running');
    resume('ss-0');
    stand.waitFor('ss-1 running', () => stand.podNames().length === 2 && stand.pod('ss-1').phase === 'Running');
    const { uid } = stand.pod('ss-0');
    stand.delete('Pod', 'ss-0');
    stand.waitFor('ss-0 is back', () => {
      const pod = stand.pods().find(({ name }) => name === 'ss-0');
      return pod !== undefined && pod.uid !== uid && pod.isReady;
    });
    expect(stand.pod('ss-1').isReady).toBe(false);
    resume('ss-1');
    waitForRunningAndReady(stand, 2);
  });

  test('should adopt matching orphans and release non-matching pods', () => {
    const stand = new Stand();
    stand.create(statefulSet(1));
    waitForRunningAndReady(stand, 1);
    const { row, uid } = stand.pod('ss-0');
    const owner = stand.cluster.ownerOf(row);
    stand.cluster.setPodOwner(row, undefined);
    stand.waitFor('adoption', () => stand.cluster.ownerOf(row) === owner);
    expect(stand.pod('ss-0').uid).toBe(uid);
    stand.cluster.setPodLabels(row, {});
    stand.waitFor('release', () => stand.cluster.ownerOf(row) === undefined);
    stand.cluster.setPodLabels(row, { baz: 'blah', foo: 'bar' });
    stand.waitFor('adoption again', () => stand.cluster.ownerOf(row) === owner);
  });

  test('MinReadySeconds should be honored when enabled', () => {
    const stand = new Stand();
    stand.create(statefulSet(1));
    stand.waitFor('1 available', () => stand.set('ss').status.availableReplicas === 1);
  });

  test.each(['1.37', '1.34'])(
    'AvailableReplicas should get updated accordingly when MinReadySeconds is enabled (%s)',
    (kubernetes) => {
      const stand = new Stand({ kubernetes });
      const available = () => stand.set('ss').status.availableReplicas;
      const setMinReadySeconds = (seconds: number) =>
        stand.edit('StatefulSet', 'ss', (spec) => {
          spec.minReadySeconds = seconds;
        });
      stand.create(statefulSet(2, { minReadySeconds: 30 }));
      stand.run(5);
      expect(available()).toBe(0);
      stand.waitFor('2 available', () => available() === 2);
      // Pods have not been ready for an hour.
      setMinReadySeconds(3600);
      stand.waitFor('none available', () => available() === 0);
      setMinReadySeconds(0);
      stand.waitFor('2 available again', () => available() === 2);
    },
  );
});

describe('Non-retain StatefulSetPersistentVolumeClaimPolicy', () => {
  const CLAIMS = ['datadir-ss-0', 'datadir-ss-1', 'datadir-ss-2'];

  function withPolicy(policy: JsonObject): Stand {
    const stand = new Stand();
    const spec = { volumeClaimTemplates: [claimTemplate()], persistentVolumeClaimRetentionPolicy: policy };
    stand.create(statefulSet(3, spec));
    waitForRunningAndReady(stand, 3);
    expect(stand.claimNames()).toEqual(CLAIMS);
    return stand;
  }

  /** Pod 2 loses its owner, and is adopted again. */
  function orphanThirdPod(stand: Stand) {
    const { row } = stand.pod('ss-2');
    const owner = stand.cluster.ownerOf(row);
    stand.cluster.setPodOwner(row, undefined);
    stand.waitFor('adoption', () => stand.cluster.ownerOf(row) === owner);
  }

  /** Gives a claim an owner that is not the set. */
  function giveOtherController(stand: Stand, name: string) {
    const table = stand.cluster.tables.PersistentVolumeClaim;
    const owner: JsonObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'other' } };
    const template = { metadata: { labels: { x: 'y' } }, spec: { containers: [{ name: 'c', image: 'c' }] } };
    stand.create({ ...owner, spec: { replicas: 0, selector: { matchLabels: { x: 'y' } }, template } });
    const { uid: ownerUid } = stand.cluster.replicaSets.find('default', 'other')!;
    expect(table.update({ ...table.find('default', name)!, ownerUid, dependsOn: undefined })).toBeUndefined();
  }

  test('should delete PVCs with a WhenDeleted policy', () => {
    const stand = withPolicy({ whenDeleted: 'Delete' });
    const { uid } = stand.set('ss');
    stand.waitFor('owners', () => stand.claims().every(({ dependsOn }) => dependsOn !== undefined));
    expect(stand.claims().map(({ dependsOn }) => dependsOn)).toEqual(CLAIMS.map(() => ({ setUid: uid })));
    stand.delete('StatefulSet', 'ss');
    stand.waitFor('no claims', () => stand.claims().length === 0);
    expect(stand.pods()).toEqual([]);
  });

  test('should delete PVCs with a OnScaledown policy', () => {
    const stand = withPolicy({ whenScaled: 'Delete' });
    setReplicas(stand, 0);
    stand.waitFor('no claims', () => stand.claims().length === 0);
  });

  test('should delete PVCs after adopting pod (WhenDeleted)', () => {
    const stand = withPolicy({ whenDeleted: 'Delete' });
    orphanThirdPod(stand);
    stand.delete('StatefulSet', 'ss');
    stand.waitFor('no claims', () => stand.claims().length === 0);
  });

  test('should delete PVCs after adopting pod (WhenScaled)', () => {
    const stand = withPolicy({ whenScaled: 'Delete' });
    orphanThirdPod(stand);
    setReplicas(stand, 2);
    stand.waitFor('claim 2 gone', () => stand.claims().length === 2);
    expect(stand.claimNames()).toEqual(CLAIMS.slice(0, 2));
  });

  test('should not delete PVCs when there is another controller', () => {
    const stand = withPolicy({ whenDeleted: 'Delete' });
    giveOtherController(stand, 'datadir-ss-1');
    stand.run(10);
    stand.delete('StatefulSet', 'ss');
    stand.waitFor('the others gone', () => stand.claims().length === 1);
    stand.run(60);
    expect(stand.claimNames()).toEqual(['datadir-ss-1']);
  });

  test('should not delete PVC with OnScaledown policy if another controller owns the PVC', () => {
    const stand = withPolicy({ whenScaled: 'Delete' });
    giveOtherController(stand, 'datadir-ss-2');
    setReplicas(stand, 0);
    stand.waitFor('the others gone', () => stand.claims().length === 1);
    stand.run(60);
    expect(stand.claimNames()).toEqual(['datadir-ss-2']);
  });
});

describe('Scaling StatefulSetStartOrdinal', () => {
  function withStart(start: number | undefined): Stand {
    const stand = new Stand();
    stand.create(statefulSet(2, start === undefined ? {} : { ordinals: { start } }));
    waitForRunningAndReady(stand, 2);
    return stand;
  }

  function setStart(stand: Stand, start: number | undefined) {
    stand.edit('StatefulSet', 'ss', (spec) => {
      if (start === undefined) delete spec.ordinals;
      else spec.ordinals = { start };
    });
    stand.run(2);
    waitForRunningAndReady(stand, 2);
  }

  test('Setting .start.ordinal', () => {
    const stand = withStart(2);
    expect(stand.podNames()).toEqual(['ss-2', 'ss-3']);
    expect(namesOf(stand.changes, 'created')).toEqual(['ss-2', 'ss-3']);
  });

  test('Increasing .start.ordinal', () => {
    const stand = withStart(undefined);
    expect(stand.podNames()).toEqual(['ss-0', 'ss-1']);
    setStart(stand, 2);
    expect(stand.podNames()).toEqual(['ss-2', 'ss-3']);
    // The new ones come first, and then the old ones go, the highest first.
    expect(namesOf(stand.changes, 'terminating')).toEqual(['ss-1', 'ss-0']);
  });

  test('Decreasing .start.ordinal', () => {
    const stand = withStart(3);
    expect(stand.podNames()).toEqual(['ss-3', 'ss-4']);
    setStart(stand, 2);
    expect(stand.podNames()).toEqual(['ss-2', 'ss-3']);
    expect(namesOf(stand.changes, 'terminating')).toEqual(['ss-4']);
  });

  test('Removing .start.ordinal', () => {
    const stand = withStart(3);
    setStart(stand, undefined);
    expect(stand.podNames()).toEqual(['ss-0', 'ss-1']);
    expect(namesOf(stand.changes, 'terminating')).toEqual(['ss-4', 'ss-3']);
  });
});

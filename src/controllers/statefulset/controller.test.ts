import { describe, expect, test } from 'vitest';
import {
  claimTemplate,
  imagesOf,
  NEW_IMAGE,
  namesOf,
  OLD_IMAGE,
  revisionsOf,
  setImage,
  setPartition,
  setReplicas,
  statefulSet,
  waitForRollingUpdate,
  waitForRunningAndReady,
} from '../../testing/sigapps/statefulSets.ts';
import { Stand, type StandOptions } from '../../testing/stand.ts';

function standWith(replicas: number, spec: Parameters<typeof statefulSet>[1] = {}, options: StandOptions = {}): Stand {
  const stand = new Stand(options);
  stand.create(statefulSet(replicas, spec));
  waitForRunningAndReady(stand, replicas);
  return stand;
}

/** Names of pods that were told to stop since a moment. */
function stoppedSince(stand: Stand, begin: number): string[] {
  return namesOf(stand.changes.slice(begin), 'terminating');
}

function messages(stand: Stand, reason: string): string[] {
  return stand.events.filter((event) => event.reason === reason).map(({ message }) => message);
}

describe('pods in their places', () => {
  test('one that failed or succeeded is deleted and comes back under its name', () => {
    const stand = standWith(2);
    const { uid } = stand.pod('ss-1');
    stand.failPod('ss-1');
    stand.waitFor('another ss-1', () => stand.podNames().includes('ss-1') && stand.pod('ss-1').uid !== uid);
    waitForRunningAndReady(stand, 2);
    expect(messages(stand, 'SuccessfulDelete')).toEqual(['delete Pod ss-1 in StatefulSet ss successful']);
    expect(messages(stand, 'SuccessfulCreate').at(-1)).toBe('create Pod ss-1 in StatefulSet ss successful');
  });

  test('a refusal is told, with growing pauses, and the first free moment is used', () => {
    const stand = new Stand();
    let isFull = true;
    const attempts: number[] = [];
    stand.cluster.admitPods(({ name }) => {
      if (name() !== 'ss-1' || !isFull) return undefined;
      attempts.push(stand.nowSeconds);
      return { reason: 'Forbidden', message: `pods "${name()}" is forbidden: exceeded quota: q` };
    });
    stand.create(statefulSet(3));
    stand.run(30);
    expect(stand.podNames()).toEqual(['ss-0']);
    expect(messages(stand, 'FailedCreate')[0]).toBe(
      'create Pod ss-1 in StatefulSet ss failed error: pods "ss-1" is forbidden: exceeded quota: q',
    );
    const pauses = attempts.slice(1).map((at, i) => at - attempts[i]!);
    expect(pauses.at(-1)).toBeGreaterThan(2 * pauses.at(-3)!);
    expect(stand.set('ss').status).toMatchObject({ replicas: 1, readyReplicas: 1 });
    isFull = false;
    waitForRunningAndReady(stand, 3);
  });

  test('a scale-down stops at a broken pod unless it is the lowest of all that are', () => {
    const stand = standWith(4);
    // Of the condemned ones the lowest: it can go as soon as those above it have gone.
    stand.breakPod('ss-2');
    setReplicas(stand, 2);
    stand.run(20);
    expect(stand.podNames()).toEqual(['ss-0', 'ss-1']);
    setReplicas(stand, 4);
    stand.run(20);
    stand.restorePod('ss-2');
    waitForRunningAndReady(stand, 4);
    // Another one is broken below it: the highest waits.
    stand.breakPod('ss-2');
    stand.breakPod('ss-3');
    stand.run(1);
    setReplicas(stand, 2);
    stand.run(20);
    expect(stand.podNames()).toEqual(['ss-0', 'ss-1', 'ss-2', 'ss-3']);
  });

  test('a set that is being deleted in the foreground is only looked at', () => {
    const stand = standWith(2);
    const table = stand.cluster.tables.StatefulSet;
    table.update({ ...stand.set('ss'), finalizers: ['example.com/mine'] });
    stand.delete('StatefulSet', 'ss');
    stand.run(1);
    const begin = stand.changes.length;
    stand.delete('Pod', 'ss-1');
    stand.waitFor('ss-1 gone', () => stand.set('ss').status.replicas === 1);
    stand.run(20);
    expect(namesOf(stand.changes.slice(begin), 'created')).toEqual([]);
  });
});

describe('updates', () => {
  test('a missing pod of a set without a rollingUpdate block is made as the status still counts it', () => {
    const stand = standWith(3, { updateStrategy: { type: 'RollingUpdate' } });
    expect(stand.set('ss').spec.rollingUpdate).toBeUndefined();
    stand.breakPod('ss-2');
    stand.waitFor('ss-2 not ready', () => stand.set('ss').status.readyReplicas === 2);
    setImage(stand, NEW_IMAGE);
    stand.run(1);
    stand.delete('Pod', 'ss-0');
    stand.delete('Pod', 'ss-2');
    stand.run(20);
    // Two pods were of the current revision when ss-0 was made again: ss-0 is among the first two, ss-2 is not.
    expect(imagesOf(stand)).toMatchObject({ 'ss-0': OLD_IMAGE, 'ss-2': NEW_IMAGE });
  });

  test('in Parallel mode such a pod is deleted as soon as it is made, and then made anew', () => {
    const spec = { podManagementPolicy: 'Parallel', updateStrategy: { type: 'RollingUpdate' } };
    const stand = standWith(4, spec);
    setImage(stand, NEW_IMAGE);
    stand.waitFor('ss-3 updated', () => stand.set('ss').status.updatedReplicas === 1);
    stand.delete('Pod', 'ss-0');
    stand.delete('Pod', 'ss-1');
    // ss-2 is still of the current revision when ss-0 is missing: while the status counts one such pod, ss-0 is to be one.
    waitForRollingUpdate(stand);
    expect(messages(stand, 'SuccessfulDelete')).toContain('delete Pod ss-0 in StatefulSet ss successful');
    expect(messages(stand, 'FailedDelete')).toEqual([]);
    expect(imagesOf(stand)).toMatchObject({ 'ss-0': NEW_IMAGE, 'ss-1': NEW_IMAGE });
  });

  test('the partition counts from the first ordinal', () => {
    const stand = standWith(3, { ordinals: { start: 5 } });
    setPartition(stand, 2);
    setImage(stand, NEW_IMAGE);
    stand.run(30);
    expect(imagesOf(stand)).toEqual({ 'ss-5': OLD_IMAGE, 'ss-6': OLD_IMAGE, 'ss-7': NEW_IMAGE });
  });

  test('a set with a partition is never done, and scaled up gets pods of the new revision', () => {
    const stand = standWith(2, { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } });
    setImage(stand, NEW_IMAGE);
    stand.run(5);
    setReplicas(stand, 3);
    waitForRunningAndReady(stand, 3);
    expect(imagesOf(stand)).toEqual({ 'ss-0': OLD_IMAGE, 'ss-1': OLD_IMAGE, 'ss-2': NEW_IMAGE });
    const { currentRevision, updateRevision, currentReplicas, updatedReplicas } = stand.set('ss').status;
    expect(currentRevision).not.toBe(updateRevision);
    expect([currentReplicas, updatedReplicas]).toEqual([2, 1]);
  });

  test('one at a time without the gate, as many as may be unavailable with it', () => {
    const mostAtOnce = (options: StandOptions, maxUnavailable: number | string) => {
      const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } };
      const stand = standWith(7, { podManagementPolicy: 'Parallel', updateStrategy }, options);
      let most = 0;
      stand.cluster.observePods(() => {
        most = Math.max(most, stand.pods().filter(({ isTerminating }) => isTerminating).length);
      });
      setImage(stand, NEW_IMAGE);
      waitForRollingUpdate(stand);
      return most;
    };
    const gates = { MaxUnavailableStatefulSet: true };
    expect(mostAtOnce({ kubernetes: '1.37' }, 3)).toBe(3);
    // 50 % of 7 is rounded down, and 10 % up to the one that may always be unavailable.
    expect(mostAtOnce({ kubernetes: '1.37' }, '50%')).toBe(3);
    expect(mostAtOnce({ kubernetes: '1.37' }, '10%')).toBe(1);
    expect(mostAtOnce({ kubernetes: '1.37', gates: { MaxUnavailableStatefulSet: false } }, 3)).toBe(1);
    expect(mostAtOnce({ kubernetes: '1.36' }, 3)).toBe(1);
    expect(mostAtOnce({ kubernetes: '1.35', gates }, 3)).toBe(3);
  });

  /** Two old pods are broken when a Parallel set gets a new template. */
  function updateWithBroken(broken: string[], maxUnavailable: number, options: StandOptions): [Stand, number] {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } };
    const stand = standWith(5, { podManagementPolicy: 'Parallel', updateStrategy }, options);
    for (const name of broken) stand.breakPod(name);
    stand.waitFor('broken', () => stand.set('ss').status.readyReplicas === 5 - broken.length);
    const begin = stand.changes.length;
    setImage(stand, NEW_IMAGE);
    return [stand, begin];
  }

  test('with the gate, old pods that are broken block a Parallel set before 1.37, and go first from then on', () => {
    const gates = { MaxUnavailableStatefulSet: true };
    const [before, beganBefore] = updateWithBroken(['ss-0', 'ss-1'], 2, { kubernetes: '1.36', gates });
    before.run(60);
    expect(stoppedSince(before, beganBefore)).toEqual([]);
    const [since, beganSince] = updateWithBroken(['ss-0', 'ss-1'], 2, { kubernetes: '1.37' });
    since.run(0.5);
    // Past the budget, which the broken ones have used up.
    expect(stoppedSince(since, beganSince)).toEqual(['ss-1', 'ss-0']);
    const [third, beganThird] = updateWithBroken(['ss-1'], 2, { kubernetes: '1.37' });
    third.run(0.5);
    expect(stoppedSince(third, beganThird)).toEqual(['ss-1', 'ss-4']);
  });

  test('without the gate, an old pod that is broken is replaced when its turn comes', () => {
    const [stand, begin] = updateWithBroken(['ss-2'], 1, { kubernetes: '1.34' });
    stand.waitFor('the turn of ss-2', () => stoppedSince(stand, begin).includes('ss-2'));
    expect(stoppedSince(stand, begin)).toEqual(['ss-4', 'ss-3', 'ss-2']);
  });

  test('a Parallel set stops at an updated pod that is broken, until it gets another template', () => {
    const stand = standWith(3, { podManagementPolicy: 'Parallel' });
    stand.breakPodsWhere((name) => name === 'ss-2' && stand.pod(name).image === NEW_IMAGE);
    setImage(stand, NEW_IMAGE);
    stand.run(60);
    expect(imagesOf(stand)).toEqual({ 'ss-0': OLD_IMAGE, 'ss-1': OLD_IMAGE, 'ss-2': NEW_IMAGE });
    setImage(stand, OLD_IMAGE);
    waitForRunningAndReady(stand, 3);
    expect(Object.values(imagesOf(stand))).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE]);
  });

  test('an update of which no pod is of the current revision any more writes no negative count', () => {
    const stand = standWith(1, { podManagementPolicy: 'Parallel' });
    setImage(stand, NEW_IMAGE);
    stand.breakPod('ss-0');
    stand.waitFor('updated', () => stand.podNames().length === 1 && stand.pod('ss-0').image === NEW_IMAGE);
    stand.waitFor('none is current', () => stand.set('ss').status.updatedReplicas === 1);
    expect(stand.set('ss').status.currentReplicas).toBe(0);
    const counts: number[] = [];
    stand.cluster.tables.StatefulSet.observe((_before, after) => counts.push(after!.status.currentReplicas));
    setImage(stand, 'httpd:2.4.40');
    stand.run(10);
    stand.restorePod('ss-0');
    waitForRollingUpdate(stand);
    expect(Math.min(...counts)).toBe(0);
  });

  test.each([
    ['1.36', false],
    ['1.37', true],
  ])('with OnDelete in %s, the current revision follows: %s', (kubernetes, follows) => {
    const stand = standWith(2, { updateStrategy: { type: 'OnDelete' } }, { kubernetes });
    const first = stand.set('ss').status.currentRevision;
    setImage(stand, NEW_IMAGE);
    stand.run(1);
    for (const name of stand.podNames()) stand.delete('Pod', name);
    stand.run(20);
    const { currentRevision, updateRevision } = stand.set('ss').status;
    expect(new Set(Object.values(revisionsOf(stand)))).toEqual(new Set([updateRevision]));
    expect(currentRevision).toBe(follows ? updateRevision : first);
  });

  test('pods wait for those below them to be available from 1.35 on, and before that twice as long', () => {
    const secondsBetween = (kubernetes: string) => {
      const stand = new Stand({ kubernetes });
      stand.create(statefulSet(2, { minReadySeconds: 10 }));
      stand.waitFor('ss-1', () => stand.podNames().includes('ss-1'));
      const [first, second] = stand.changes.filter(({ what }) => what === 'created');
      return second!.atSeconds - first!.atSeconds;
    };
    // Ready after a second, and available ten whole seconds later.
    expect(secondsBetween('1.37')).toBeCloseTo(11, 0);
    expect(secondsBetween('1.34')).toBeCloseTo(20, 0);
  });
});

describe('revisions', () => {
  function names(stand: Stand): string[] {
    return stand.cluster.tables.ControllerRevision.list().map(({ meta }) => meta.name);
  }

  test('old ones are deleted beyond the limit, but never those of pods', () => {
    const stand = standWith(2, { revisionHistoryLimit: 1 });
    const used: string[] = [];
    for (let version = 1; version <= 4; version++) {
      used.push(stand.set('ss').status.updateRevision);
      setImage(stand, `httpd:v${version}`);
      waitForRollingUpdate(stand);
    }
    const { updateRevision } = stand.set('ss').status;
    expect(names(stand).sort()).toEqual([used.at(-1)!, updateRevision].sort());
    // Pods that never become ready keep their revision alive.
    setPartition(stand, 1);
    for (const version of [5, 6, 7]) {
      setImage(stand, `httpd:v${version}`);
      stand.waitFor('updated', () => stand.pod('ss-1').image === `httpd:v${version}` && stand.pod('ss-1').isReady);
    }
    expect(names(stand)).toContain(stand.pod('ss-0').revision);
    expect(names(stand).length).toBe(3);
  });

  test('a pod that goes while a revision is being written comes back as what it says it is', () => {
    // A revision takes 5 ms to write, and a watch 2 ms to tell.
    for (let millis = 990; millis <= 1_005; millis++) {
      const stand = standWith(2, { podManagementPolicy: 'Parallel' });
      stand.breakPodsWhere((name) => name === 'ss-1');
      setImage(stand, NEW_IMAGE);
      stand.waitFor('ss-1 new', () => stand.podNames().length === 2 && stand.pod('ss-1').image === NEW_IMAGE);
      const made: (string | undefined)[][] = [];
      stand.cluster.observePods((row, before) => {
        if (before !== 0) return;
        const { image, revision } = stand.pod(stand.cluster.podName(row));
        const { template } = stand.cluster.tables.ControllerRevision.find('default', revision)!;
        made.push([image, template.spec.containers[0]!.image]);
      });
      stand.delete('Pod', 'ss-1');
      stand.run(millis / 1_000);
      setImage(stand, 'httpd:2.4.40');
      stand.run(5);
      expect(made.length).toBeGreaterThan(0);
      for (const [image, revised] of made) expect(image).toBe(revised);
    }
  });

  test('those without an owner are adopted with the pods', () => {
    const stand = standWith(1);
    const [revision] = stand.cluster.tables.ControllerRevision.list();
    stand.cluster.tables.ControllerRevision.update({ ...revision!, ownerUid: -1 });
    const { row } = stand.pod('ss-0');
    stand.cluster.setPodOwner(row, undefined);
    stand.run(1);
    const { uid } = stand.set('ss');
    expect(stand.cluster.tables.ControllerRevision.list().map(({ ownerUid }) => ownerUid)).toEqual([uid]);
    expect(stand.cluster.ownerOf(row)?.uid).toBe(uid);
  });
});

describe('claims', () => {
  const WITH_CLAIMS = { volumeClaimTemplates: [claimTemplate('data'), claimTemplate('wal')] };

  test('are made before the pod and outlive it', () => {
    const stand = standWith(2, WITH_CLAIMS);
    expect(stand.claimNames()).toEqual(['data-ss-0', 'data-ss-1', 'wal-ss-0', 'wal-ss-1']);
    expect(messages(stand, 'SuccessfulCreate').slice(0, 3)).toEqual([
      'create Claim data-ss-0 Pod ss-0 in StatefulSet ss success',
      'create Claim wal-ss-0 Pod ss-0 in StatefulSet ss success',
      'create Pod ss-0 in StatefulSet ss successful',
    ]);
    expect(stand.cluster.claimsOf(stand.pod('ss-1').row)).toEqual(['data-ss-1', 'wal-ss-1']);
    const uids = () => stand.claims().map(({ uid }) => uid);
    const before = uids();
    setReplicas(stand, 0);
    stand.waitFor('no pods', () => stand.pods().length === 0);
    setReplicas(stand, 2);
    waitForRunningAndReady(stand, 2);
    expect(uids()).toEqual(before);
  });

  test('take the place of volumes of the same name, beside claims that the template names', () => {
    const stand = new Stand();
    const own = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'shared' } };
    stand.create({ ...own, spec: claimTemplate().spec! });
    const volumes = [
      { name: 'data', emptyDir: {} },
      { name: 'other', persistentVolumeClaim: { claimName: 'shared' } },
    ];
    stand.create(statefulSet(1, { volumeClaimTemplates: [claimTemplate('data')] }, { volumes }));
    waitForRunningAndReady(stand, 1);
    expect(stand.cluster.claimsOf(stand.pod('ss-0').row)).toEqual(['data-ss-0', 'shared']);
  });

  test('one that goes with its pod still in use holds up the next pod, and is said to', () => {
    const stand = standWith(1, WITH_CLAIMS);
    stand.delete('PersistentVolumeClaim', 'data-ss-0');
    stand.run(1);
    // In use: it is only marked.
    expect(stand.claimNames()).toEqual(['data-ss-0', 'wal-ss-0']);
    const { uid } = stand.claims().find(({ meta }) => meta.name === 'data-ss-0')!;
    stand.delete('Pod', 'ss-0');
    stand.run(20);
    waitForRunningAndReady(stand, 1);
    const now = stand.claims().find(({ meta }) => meta.name === 'data-ss-0')!;
    expect(now.uid).not.toBe(uid);
    const refusal = 'create Pod ss-0 in StatefulSet ss failed error: pvc data-ss-0 is being deleted';
    expect(new Set(messages(stand, 'FailedCreate'))).toEqual(new Set([refusal]));
  });

  test('one that is missing is made again for a pod that waits for it', () => {
    const stand = new Stand({ nodes: [] });
    stand.create(statefulSet(1, WITH_CLAIMS));
    stand.run(1);
    stand.delete('PersistentVolumeClaim', 'wal-ss-0');
    stand.run(1);
    expect(stand.claimNames()).toEqual(['data-ss-0']);
    // The controller does not watch claims: it looks when anything else happens.
    setReplicas(stand, 2);
    stand.run(1);
    expect(stand.claimNames()).toEqual(['data-ss-0', 'wal-ss-0']);
  });

  test('belong to the pod while it is condemned, and to nobody when it is not any more', () => {
    const persistentVolumeClaimRetentionPolicy = { whenScaled: 'Delete' };
    const stand = standWith(3, { ...WITH_CLAIMS, persistentVolumeClaimRetentionPolicy });
    // It is broken, and not the lowest one that is: the claims are marked, and the pod stays.
    stand.breakPod('ss-1');
    stand.breakPod('ss-2');
    stand.waitFor('broken', () => stand.set('ss').status.readyReplicas === 1);
    const owners = () => stand.claims().flatMap(({ meta, dependsOn }) => (dependsOn ? [[meta.name, dependsOn]] : []));
    setReplicas(stand, 1);
    stand.waitFor('ss-2 condemned', () => owners().length > 0);
    const { uid } = stand.pod('ss-2');
    expect(owners()).toContainEqual(['data-ss-2', { podUid: uid }]);
    setReplicas(stand, 3);
    stand.restorePod('ss-1');
    stand.restorePod('ss-2');
    stand.waitFor('nobody owns them', () => owners().length === 0);
    waitForRunningAndReady(stand, 3);
    expect(stand.pod('ss-2').uid).toBe(uid);
  });
});

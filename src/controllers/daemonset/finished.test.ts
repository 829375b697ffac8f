import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { POD_SUCCEEDED } from '../../cluster/index.ts';
import { daemonSet, rollingUpdate } from '../../testing/daemonSets.ts';
import { Stand } from '../../testing/stand.ts';

function standWith(spec: JsonObject = {}, nodes = 1): Stand {
  const stand = new Stand({ nodes: Array.from({ length: nodes }, () => ({})), startMicros: 100_000 });
  stand.create(daemonSet(spec));
  stand.waitFor('all pods ready', () => stand.pods().filter(({ isReady }) => isReady).length === nodes);
  return stand;
}

function eventsOf(stand: Stand, reason: string): string[] {
  return stand.events.filter((event) => event.reason === reason).map(({ message }) => message);
}

function deletions(stand: Stand): number[] {
  return stand.changes.flatMap(({ what, atSeconds }) => (what === 'deleted' ? [atSeconds] : []));
}

describe('pods of a DaemonSet that fail', () => {
  test('are replaced at once, then after 1 s, 2 s, 4 s …', () => {
    const stand = standWith();
    const failures: number[] = [];
    for (let failure = 0; failure < 5; failure++) {
      stand.waitFor('a running pod', () => stand.pods().some(({ isReady }) => isReady));
      failures.push(stand.nowSeconds);
      stand.failPod(stand.podNames()[0]!);
      const before = deletions(stand).length;
      stand.waitFor('its deletion', () => deletions(stand).length > before);
    }
    const delays = deletions(stand).map((at, index) => at - failures[index]!);
    // The delay runs from the last deletion; some tenths of it pass until the new pod runs and fails.
    expect(delays[0]).toBeLessThan(0.1);
    expect(delays.slice(1).map((delay) => Math.round(delay))).toEqual([1, 2, 4, 8]);
    expect(eventsOf(stand, 'FailedDaemonPod')[0]).toMatch(
      /^Found failed daemon pod default\/agent-\w{5} on node node-0, will try to kill it$/,
    );
  });

  test('begin anew with another template', () => {
    const stand = standWith();
    for (let failure = 0; failure < 3; failure++) {
      stand.waitFor('a running pod', () => stand.pods().some(({ isReady }) => isReady));
      stand.failPod(stand.podNames()[0]!);
      const before = deletions(stand).length;
      stand.waitFor('its deletion', () => deletions(stand).length > before);
    }
    stand.edit('DaemonSet', 'agent', (spec) => Object.assign(spec, rollingUpdate({ maxUnavailable: 2 })));
    stand.waitFor('a running pod', () => stand.pods().some(({ isReady }) => isReady));
    const failedAt = stand.nowSeconds;
    stand.failPod(stand.podNames()[0]!);
    stand.run(0.5);
    expect(deletions(stand).at(-1)! - failedAt).toBeLessThan(0.1);
  });

  test('hold up no other node', () => {
    const stand = standWith({}, 3);
    const [failed] = stand.pods();
    for (let failure = 0; failure < 3; failure++) {
      stand.waitFor('a running pod', () => stand.pods().every(({ isReady }) => isReady) && stand.pods().length === 3);
      stand.failPod(stand.pods().find(({ node }) => node === failed!.node)!.name);
      stand.run(0.3);
    }
    stand.delete('Pod', stand.pods().find(({ node }) => node !== failed!.node)!.name);
    stand.waitFor('three pods', () => stand.pods().filter(({ isReady }) => isReady).length >= 2, 3);
  });
});

test('a pod of a DaemonSet that succeeds is replaced', () => {
  const stand = standWith();
  const [pod] = stand.pods();
  stand.cluster.setPodFinished(pod!.row, POD_SUCCEEDED);
  stand.waitFor('another pod', () => stand.pods().some(({ uid, isReady }) => uid !== pod!.uid && isReady), 2);
  expect(eventsOf(stand, 'SucceededDaemonPod')).toEqual([
    `Found succeeded daemon pod default/${pod!.name} on node node-0, will try to delete it`,
  ]);
});

test('a revision whose name is taken by another template gets another hash', () => {
  const stand = standWith();
  const revisions = stand.cluster.tables.ControllerRevision;
  const [first] = revisions.list();
  // What the next template would be called is taken, by a revision that is nobody's.
  const template = {
    metadata: { labels: { app: 'agent' } },
    spec: { containers: [{ name: 'agent', image: 'agent:v2' }] },
  };
  const probe = new Stand({ nodes: [{}] });
  probe.create(daemonSet({ template }));
  probe.run(1);
  const { name } = probe.cluster.tables.ControllerRevision.list()[0]!.meta;
  const meta = { ...first!.meta, name, labels: {} };
  revisions.create({ ...first!, uid: stand.cluster.allocateUid(), ownerUid: -1, meta });
  stand.edit('DaemonSet', 'agent', (spec) => Object.assign(spec, { template }));
  stand.waitFor('the new pod', () => stand.pods().some(({ image, isReady }) => image === 'agent:v2' && isReady), 10);
  const set = stand.cluster.tables.DaemonSet.find('default', 'agent')!;
  expect(set.status).toMatchObject({ collisionCount: 1, updatedNumberScheduled: 1 });
  expect(revisions.list().map(({ revision }) => revision)).toEqual([1, 1, 2]);
});

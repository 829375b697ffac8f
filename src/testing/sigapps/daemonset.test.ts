/** The sig-apps tests of DaemonSets and ControllerRevisions, with upstream's names (test/e2e/apps/daemon_set.go, controller_revision.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { ControllerRevision, DaemonSet } from '../../cluster/index.ts';
import { daemonSet, rollingUpdate } from '../daemonSets.ts';
import { play } from '../play.ts';
import { Stand, type StandPod } from '../stand.ts';

const OLD_IMAGE = 'agent:v1';
const NEW_IMAGE = 'agent:v2';
const COLOR = 'daemonset-color';
const NODES = ['node-0', 'node-1', 'node-2', 'node-3'];

function standWith(spec: JsonObject = {}, pod: JsonObject = {}): Stand {
  const stand = new Stand();
  stand.run(0.5);
  stand.create(daemonSet(spec, pod));
  return stand;
}

function setOf(stand: Stand): DaemonSet {
  return stand.cluster.tables.DaemonSet.find('default', 'agent')!;
}

function setImage(stand: Stand, image: string): void {
  stand.edit('DaemonSet', 'agent', (spec) => {
    const template = spec.template as { spec: { containers: { image: string }[] } };
    template.spec.containers[0]!.image = image;
  });
}

function setColor(stand: Stand, node: string, color: string): void {
  stand.edit('Node', node, (_spec, document) => {
    const metadata = document.metadata as { labels: JsonObject };
    metadata.labels = { ...metadata.labels, [COLOR]: color };
  });
}

function livePods(stand: Stand): StandPod[] {
  return stand.pods().filter(({ isReady, isTerminating }) => isReady && !isTerminating);
}

/** Upstream's `checkDaemonPodOnNodes`: a ready pod on each of these nodes, and no other pod. */
function waitForPodsOn(stand: Stand, nodes: readonly string[], image?: string): void {
  stand.waitFor(`pods on ${nodes.join(', ')}`, () => {
    const live = livePods(stand);
    if (live.length !== stand.pods().length || live.some((pod) => (image ?? pod.image) !== pod.image)) return false;
    return (
      live
        .map(({ node }) => node)
        .sort()
        .join() === [...nodes].sort().join()
    );
  });
}

/** By number. */
function revisions(stand: Stand): ControllerRevision[] {
  return stand.cluster.tables.ControllerRevision.list().sort((a, b) => a.revision - b.revision);
}

function hashOf(revision: ControllerRevision): string {
  return revision.meta.labels['controller-revision-hash']!;
}

/** The fewest nodes with an available pod, and the most with two that live, from now on. */
function watchNodes(stand: Stand): { fewestAvailable: number; mostSurging: number } {
  const seen = { fewestAvailable: Number.POSITIVE_INFINITY, mostSurging: 0 };
  const { cluster } = stand;
  cluster.observePods(() => {
    const available = new Set<number>();
    const living = new Map<number, number>();
    for (let pod = 0; pod < cluster.pods.rowCount; pod++) {
      const state = cluster.pods.state[pod]!;
      const node = cluster.pods.pinnedNode[pod]!;
      if (stand.isReadyState(state)) available.add(node);
      if (state !== 0 && !stand.pods().some(({ row, isTerminating }) => row === pod && isTerminating)) {
        living.set(node, (living.get(node) ?? 0) + 1);
      }
    }
    seen.fewestAvailable = Math.min(seen.fewestAvailable, available.size);
    seen.mostSurging = Math.max(seen.mostSurging, [...living.values()].filter((count) => count > 1).length);
  });
  return seen;
}

describe('Daemon set', () => {
  test('should run and stop simple daemon', () => {
    const stand = standWith();
    waitForPodsOn(stand, NODES);
    const [pod] = stand.pods();
    stand.delete('Pod', pod!.name);
    stand.waitFor('the deletion', () => stand.pods().every(({ uid }) => uid !== pod!.uid));
    // The daemon pod is revived on the same node.
    waitForPodsOn(stand, NODES);
    stand.delete('DaemonSet', 'agent');
    stand.waitFor('the end of all pods', () => stand.pods().length === 0);
  });

  /** Follows a node's color, whichever way the template asks for one. */
  function followsColor(asksFor: (color: string) => JsonObject): void {
    const stand = standWith({}, asksFor('blue'));
    stand.run(10);
    expect(stand.pods()).toEqual([]);
    expect(setOf(stand).status.desiredNumberScheduled).toBe(0);
    setColor(stand, 'node-2', 'blue');
    waitForPodsOn(stand, ['node-2']);
    stand.waitFor('the status', () => setOf(stand).status.numberAvailable === 1);
    setColor(stand, 'node-2', 'green');
    waitForPodsOn(stand, []);
    stand.edit('DaemonSet', 'agent', (spec) => {
      const template = spec.template as { spec: JsonObject };
      Object.assign(template.spec, asksFor('green'));
      spec.updateStrategy = { type: 'RollingUpdate' };
    });
    waitForPodsOn(stand, ['node-2']);
    stand.run(5);
    expect(setOf(stand).status).toMatchObject({
      desiredNumberScheduled: 1,
      currentNumberScheduled: 1,
      numberMisscheduled: 0,
      updatedNumberScheduled: 1,
    });
  }

  test('should run and stop complex daemon', () => {
    followsColor((color) => ({ nodeSelector: { [COLOR]: color } }));
  });

  test('should run and stop complex daemon with node affinity', () => {
    followsColor((color) => {
      const term = { matchExpressions: [{ key: COLOR, operator: 'In', values: [color] }] };
      const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
      return { affinity: { nodeAffinity } };
    });
  });

  test('should retry creating failed daemon pods', () => {
    const stand = standWith();
    waitForPodsOn(stand, NODES);
    const [pod] = stand.pods();
    stand.failPod(pod!.name);
    stand.waitFor('the failed pod is gone', () => stand.pods().every(({ uid }) => uid !== pod!.uid));
    waitForPodsOn(stand, NODES);
  });

  test('should not update pod when spec was updated and update strategy is OnDelete', () => {
    const stand = standWith({ updateStrategy: { type: 'OnDelete' } });
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    const [first] = revisions(stand);
    setImage(stand, NEW_IMAGE);
    stand.run(30);
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    expect(stand.pods().every(({ revision }) => revision === hashOf(first!))).toBe(true);
    expect(revisions(stand).map(({ revision }) => revision)).toEqual([1, 2]);
    stand.delete('Pod', stand.pods()[0]!.name);
    stand.run(10);
    expect(
      livePods(stand)
        .map(({ image }) => image)
        .sort(),
    ).toEqual([OLD_IMAGE, OLD_IMAGE, OLD_IMAGE, NEW_IMAGE]);
  });

  test('should update pod when spec was updated and update strategy is RollingUpdate', () => {
    const stand = standWith(rollingUpdate({ maxUnavailable: 1 }));
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    const [first] = revisions(stand);
    expect(first!.revision).toBe(1);
    expect(stand.pods().every(({ revision }) => revision === hashOf(first!))).toBe(true);
    const seen = watchNodes(stand);
    setImage(stand, NEW_IMAGE);
    waitForPodsOn(stand, NODES, NEW_IMAGE);
    expect(seen.fewestAvailable).toBe(3);
    const [, second] = revisions(stand);
    expect(second!.revision).toBe(2);
    expect(stand.pods().every(({ revision }) => revision === hashOf(second!))).toBe(true);
  });

  test('should rollback without unnecessary restarts', () => {
    const stand = standWith(rollingUpdate({ maxUnavailable: 1 }));
    stand.breakPodsWhere((name) => stand.pod(name).image === 'foo:non-existent');
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    setImage(stand, 'foo:non-existent');
    stand.waitFor('a new pod', () => stand.pods().some(({ image }) => image === 'foo:non-existent'));
    stand.run(30);
    const existing = stand.pods().filter(({ image }) => image === OLD_IMAGE);
    expect([existing.length, stand.pods().length]).toEqual([3, 4]);
    setImage(stand, OLD_IMAGE);
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    const uids = stand.pods().map(({ uid }) => uid);
    expect(existing.every(({ uid }) => uids.includes(uid))).toBe(true);
    // The restored template has its first revision back, under a new number.
    expect(revisions(stand).map(({ revision }) => revision)).toEqual([2, 3]);
    expect(stand.pods().every(({ revision }) => revision === hashOf(revisions(stand)[1]!))).toBe(true);
  });

  test('should surge pods onto nodes when spec was updated and update strategy is RollingUpdate', () => {
    const stand = standWith({ ...rollingUpdate({ maxUnavailable: 0, maxSurge: 1 }), minReadySeconds: 2 });
    waitForPodsOn(stand, NODES, OLD_IMAGE);
    stand.waitFor('availability', () => setOf(stand).status.numberAvailable === 4);
    const seen = watchNodes(stand);
    setImage(stand, NEW_IMAGE);
    stand.run(1);
    // A node that loses its old pod out of turn gets a new one.
    const [other] = stand.pods().filter(({ node }) => stand.pods().filter((pod) => pod.node === node).length === 1);
    waitForPodsOn(stand, NODES, NEW_IMAGE);
    expect(seen).toEqual({ fewestAvailable: 4, mostSurging: 1 });
    expect(stand.pods().some(({ uid }) => uid === other!.uid)).toBe(false);
  });
});

describe('ControllerRevision', () => {
  test('should manage the lifecycle of a ControllerRevision', () => {
    const list = 'get controllerrevisions -l app=agent -o json';
    const names = (out: string) =>
      (JSON.parse(out).items as { metadata: { name: string }; revision: number }[])
        .sort((a, b) => a.revision - b.revision)
        .map(({ metadata, revision }) => [metadata.name, revision] as const);
    const first = play({
      objects: [daemonSet()],
      behavior: { ready: '1s' },
      steps: { '5s': list, '10s': 'set image ds/agent agent=agent:v2', '30s': list },
    });
    const [before, , after] = first.result.steps.slice(1).map(({ out }) => out);
    const [[initial]] = names(before!) as [readonly [string, number]];
    expect(names(before!)).toEqual([[initial, 1]]);
    expect(names(after!)).toEqual([
      [initial, 1],
      [expect.stringMatching(/^agent-/), 2],
    ]);
    // An old revision that is deleted stays away; the present one comes back.
    const [, [current]] = names(after!) as [unknown, readonly [string, number]];
    const second = play({
      objects: [daemonSet()],
      behavior: { ready: '1s' },
      steps: {
        '10s': 'set image ds/agent agent=agent:v2',
        '30s': `delete controllerrevision ${initial}`,
        '40s': `delete controllerrevision ${current} --wait=false`,
        '50s': list,
        '60s': 'set image ds/agent agent=agent:v3',
        '80s': list,
      },
    });
    const outs = second.result.steps.filter(({ kubectl }) => kubectl === list).map(({ out }) => out);
    expect(names(outs[0]!)).toEqual([[current, 1]]);
    expect(names(outs[1]!).map(([, revision]) => revision)).toEqual([1, 2]);
  });
});

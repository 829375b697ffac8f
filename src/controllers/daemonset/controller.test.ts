import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { DaemonSetLine } from '../../metrics/log/logLine.ts';
import { daemonSet, followPods, placesOf, rollingUpdate } from '../../testing/daemonSets.ts';
import { LIFTED, type Played, play, type Sketch } from '../../testing/play.ts';

const SET_IMAGE = 'set image daemonset/agent agent=agent:v2';

function playSet(sketch: Sketch, spec: JsonObject = {}, pod: JsonObject = {}): Played {
  return play({ objects: [daemonSet(spec, pod)], behavior: { ready: '1s', terminate: '1s' }, ...sketch });
}

function statuses({ log }: Played): DaemonSetLine[] {
  return log.filter((line): line is DaemonSetLine => line.kind === 'DaemonSet');
}

/** `t name event` of each pod event, generated names as in the log. */
function podEvents({ log }: Played, fromSeconds = 0): string[] {
  return log.flatMap((line) =>
    line.kind === 'Pod' && line.t >= fromSeconds ? `${line.t} ${line.name.split('#')[1]} ${line.event}` : [],
  );
}

function outOf({ result }: Played, kubectl: string): string[] {
  return result.steps.filter((step) => step.kubectl === kubectl).map(({ out }) => out);
}

describe('a DaemonSet', () => {
  test('puts a pod on each node, with its revision and tolerations', () => {
    const look = 'get pods -o json';
    const played = playSet({ steps: { '5s': look } });
    expect(placesOf(followPods(played.log))).toEqual([0, 1, 2, 3].map((node) => `node-${node} agent:v1`));
    const { items } = JSON.parse(outOf(played, look)[0]!) as { items: JsonObject[] };
    const hashes = new Set(
      items.map((item) => (item.metadata as { labels: JsonObject }).labels['controller-revision-hash']),
    );
    expect(hashes.size).toBe(1);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 4, current: 4, ready: 4, available: 4, updated: 4 });
  });

  test('creates in batches of 1, 2, 4, 8 …, at most 250 in a sync', () => {
    const played = playSet({ nodes: { count: 300 }, controlPlane: { ...LIFTED, latency: { apiService: '0s' } } });
    const times = played.log.flatMap((line) => (line.kind === 'Pod' && line.event === 'created' ? [line.t] : []));
    const sizes = [...new Set(times)].map((t) => times.filter((other) => other === t).length);
    expect(sizes).toEqual([1, 2, 4, 8, 16, 32, 64, 123, 1, 2, 4, 8, 16, 19]);
  });

  test('waits minReadySeconds from one pod to the next', () => {
    const steps = { '10s': SET_IMAGE };
    const played = playSet({ nodes: { count: 2 }, steps }, { minReadySeconds: 5 });
    // Ready at 12 s and available at 17 s, which the status write of 12 s has looked at again.
    const terminating = podEvents(played, 10).filter((event) => event.endsWith('terminating'));
    expect(terminating).toEqual(['10 0 terminating', '17 1 terminating']);
    expect(statuses(played).at(-1)).toMatchObject({ t: 24, available: 2, updated: 2 });
  });

  /**
   * A Ready pod has the set looked at again minReadySeconds + 1 s later, but not when that is already planned for
   * earlier. A status tells of the old pods, and plans nothing. Upstream's is the same.
   */
  test('with surge and minReadySeconds, forgets the second of two new pods until something happens', () => {
    const behavior = [{ match: { image: 'agent:v2' }, ready: { sequence: ['1s', '5s'] }, terminate: '1s' }];
    const steps = { '10s': SET_IMAGE, '60s': 'annotate ds agent seen=yes' };
    const spec = { ...rollingUpdate({ maxUnavailable: 0, maxSurge: 2 }), minReadySeconds: 5 };
    const played = playSet({ nodes: { count: 2 }, behavior, steps }, spec);
    const events = podEvents(played, 11).filter((event) => /ready|terminating/.test(event));
    expect(events.filter((event) => !event.includes('unready'))).toEqual([
      '11 2 ready',
      '15 3 ready',
      '17 0 terminating',
      '60 1 terminating',
    ]);
  });

  test('takes a limit that changes while it rolls out', () => {
    const limit = (maxUnavailable: number) =>
      `patch ds/agent -p '${JSON.stringify({ spec: rollingUpdate({ maxUnavailable }) })}'`;
    const played = playSet({ nodes: { count: 6 }, steps: { '10s': SET_IMAGE, '11s': limit(3) } });
    const terminating = podEvents(played, 10).filter((event) => event.endsWith('terminating'));
    expect(terminating.map((event) => event.split(' ')[0])).toEqual(['10', '11', '11', '12', '13', '13']);
  });

  test('replaces old pods that are not ready whatever the limit says, and stops at new ones', () => {
    const behavior = [
      { match: { image: 'agent:v2' }, ready: 'never', terminate: '1s' },
      { ready: { sequence: ['1s', 'never', 'never'] }, terminate: '1s' },
    ];
    const played = playSet({ nodes: { count: 6 }, behavior, steps: { '10s': SET_IMAGE }, until: '60s' });
    // Four are not ready. The two others are never touched.
    expect(placesOf(followPods(played.log)).map((place) => place.split(' ')[1])).toEqual([
      'agent:v1',
      'agent:v2',
      'agent:v2',
      'agent:v1',
      'agent:v2',
      'agent:v2',
    ]);
    expect(statuses(played).at(-1)).toMatchObject({ updated: 4, available: 2, unavailable: 4 });
  });

  test('keeps the pod that it adopts where it has none, and deletes it where it has one', () => {
    const bare = (name: string, nodeName: string): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'agent' } },
      spec: { nodeName, containers: [{ name: 'agent', image: 'bare:v1' }] },
    });
    const create = (pod: JsonObject) => ({ kubectl: 'create -f -', stdin: JSON.stringify(pod) });
    const strategy = { updateStrategy: { type: 'OnDelete' } };
    const objects = [bare('first', 'node-0'), daemonSet(strategy)];
    const played = play({
      nodes: { count: 2 },
      objects,
      behavior: { ready: '1s', terminate: '1s' },
      steps: { '10s': create(bare('second', 'node-1')), '20s': 'get ds agent' },
    });
    // Nobody bound the pod that names its node.
    expect(placesOf(followPods(played.log))).toEqual([' bare:v1', 'node-1 agent:v1']);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 2, current: 2, available: 2, updated: 1 });
  });

  test('that comes back after an orphaning deletion takes its pods and revisions over', () => {
    const steps = {
      '10s': SET_IMAGE,
      '60s': 'delete ds agent --cascade=orphan',
      '70s': {
        kubectl: 'apply -f -',
        stdin: JSON.stringify(daemonSet({}, { containers: [{ name: 'agent', image: 'agent:v2' }] })),
      },
      '80s': 'get controllerrevisions -o json',
    };
    const played = playSet({ nodes: { count: 3 }, steps });
    expect(podEvents(played, 60)).toEqual([]);
    const { items } = JSON.parse(outOf(played, steps['80s'])[0]!) as { items: { revision: number }[] };
    expect(items.map(({ revision }) => revision).sort()).toEqual([1, 2]);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 3, current: 3, updated: 3, available: 3 });
  });

  test('keeps as many revisions as its limit says', () => {
    const steps = Object.fromEntries([2, 3, 4].map((v) => [`${v}0s`, `set image ds/agent agent=agent:v${v}`]));
    const look = 'get controllerrevisions -o json';
    const played = playSet({ nodes: { count: 1 }, steps: { ...steps, '60s': look } }, { revisionHistoryLimit: 1 });
    const { items } = JSON.parse(outOf(played, look)[0]!) as { items: { revision: number }[] };
    expect(items.map(({ revision }) => revision).sort()).toEqual([3, 4]);
  });

  test('runs on its own node alone when the template names one', () => {
    const look = 'get pods -o wide';
    const played = playSet({ steps: { '5s': look } }, {}, { nodeName: 'node-2' });
    expect(outOf(played, look)[0]!.match(/node-\d/g)).toEqual(['node-2']);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 1, current: 1, misscheduled: 0 });
  });

  test('leaves pods that do not fit pending, each for its node', () => {
    const big = { containers: [{ name: 'agent', image: 'agent:v1', resources: { requests: { cpu: '9' } } }] };
    const played = playSet({ nodes: { count: 3 } }, {}, big);
    const messages = played.log.flatMap((line) => (line.kind === 'Event' ? [line.message] : []));
    const narrowed = "2 node(s) didn't satisfy plugin(s) [NodeAffinity]";
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toContain(`0/3 nodes are available: 1 Insufficient cpu, ${narrowed}.`);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 3, current: 3, ready: 0, unavailable: 3 });
  });
});

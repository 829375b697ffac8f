import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { DaemonSetLine } from '../../metrics/log/logLine.ts';
import { daemonSet, followPods, placesOf, rollingUpdate } from '../../testing/daemonSets.ts';
import { LIFTED, type Played, play, type Sketch } from '../../testing/play.ts';

const BEHAVIOR = { ready: '1s', terminate: '1s' };

function playSet(sketch: Sketch, spec: JsonObject = {}, pod: JsonObject = {}): Played {
  return play({ objects: [daemonSet(spec, pod)], behavior: BEHAVIOR, nodes: { count: 3 }, ...sketch });
}

function statuses({ log }: Played): DaemonSetLine[] {
  return log.filter((line): line is DaemonSetLine => line.kind === 'DaemonSet');
}

/** Times of the statuses that came after a time. */
function statusTimes(played: Played, fromSeconds: number): number[] {
  return statuses(played).flatMap(({ t }) => (t >= fromSeconds ? [t] : []));
}

function nodesOf(played: Played): string[] {
  return placesOf(followPods(played.log)).map((place) => place.split(' ')[0]!);
}

describe('nodes that join', () => {
  test('get a pod when their not-ready taint goes', () => {
    const played = playSet({ steps: { '10s': { addNodes: { name: 'late', count: 2 } } }, controlPlane: LIFTED });
    expect(nodesOf(played)).toEqual(['late-0', 'late-1', 'node-0', 'node-1', 'node-2']);
    const lateNodes = played.log.filter((line) => line.kind === 'Node' && line.name === 'late-0');
    expect(lateNodes.map((line) => line.kind === 'Node' && line.taints)).toEqual([
      ['node.kubernetes.io/not-ready:NoSchedule'],
      [],
    ]);
    expect(lateNodes[1]!.t).toBeGreaterThan(10.1);
    expect(lateNodes[1]!.t).toBeLessThan(10.3);
    expect(played.result.steps.at(-1)).toMatchObject({ addNodes: { name: 'late', count: 2 }, beganSeconds: 10 });
  });

  test('have their labels, taints and zones from the start', () => {
    const pool = { name: 'late', count: 2, zones: ['a', 'b'], taints: [{ key: 'gpu', effect: 'NoSchedule' }] };
    const look = 'get nodes -l topology.kubernetes.io/zone=b -o name';
    const played = playSet({ steps: { '10s': { addNodes: pool }, '20s': look } });
    expect(played.result.steps.at(-1)).toMatchObject({ out: 'node/late-1' });
    expect(nodesOf(played)).toEqual(['node-0', 'node-1', 'node-2']);
  });

  test('under a name that is taken stop the run', () => {
    const steps = { '5s': 'delete node node-2', '10s': { addNodes: { name: 'node', count: 1 } } };
    expect(() => playSet({ steps })).toThrow('nodes "node-0" already exists');
  });
});

describe('nodes that go', () => {
  test('leave their pods to the pod garbage collector', () => {
    const played = playSet({ steps: { '10s': 'delete node node-1' } });
    const gone = played.log.filter((line) => line.kind === 'Pod' && line.event === 'deleted');
    // Looked for every 20 s, and 40 s in quarantine.
    expect(gone).toMatchObject([{ t: 60 }]);
    expect(nodesOf(played)).toEqual(['node-0', 'node-2']);
    expect(played.result.simulatedSeconds).toBe(60);
  });

  test('and come back under their name keep their pods', () => {
    const node: JsonObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } };
    const allocatable = { cpu: '8', memory: '32Gi', pods: '110' };
    const stdin = JSON.stringify({ ...node, status: { allocatable } });
    const played = playSet({ steps: { '10s': 'delete node node-1', '15s': { kubectl: 'create -f -', stdin } } });
    expect(played.log.filter((line) => line.kind === 'Pod' && line.t >= 10)).toEqual([]);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 3, available: 3 });
  });

  test('take pods along that were waiting for them', () => {
    const big = { containers: [{ name: 'agent', image: 'agent:v1', resources: { requests: { cpu: '9' } } }] };
    const touch = 'label node node-0 touched=yes';
    const played = playSet({ steps: { '10s': 'delete node node-1', '20s': touch } }, {}, big);
    expect(followPods(played.log).size).toBe(2);
  });

  test('hold up an update that surges until the garbage collector has been there', () => {
    const surge = rollingUpdate({ maxUnavailable: 0, maxSurge: 1 });
    const steps = { '10s': 'delete node node-1', '11s': 'set image ds/agent agent=agent:v2' };
    const played = playSet({ steps }, surge);
    const created = played.log.flatMap((line) => (line.kind === 'Pod' && line.event === 'created' ? [line.t] : []));
    expect(created.slice(3).every((t) => t >= 60)).toBe(true);
    expect(placesOf(followPods(played.log))).toEqual(['node-0 agent:v2', 'node-2 agent:v2']);
  });
});

describe('nodes that change', () => {
  const TAINT = 'taint node node-1 maintenance=yes:NoSchedule';

  test('lose their pod with the label that it asks for', () => {
    const label = (value: string) => `label node node-1 role=${value} --overwrite`;
    const steps = { '5s': label('agent'), '10s': label('other') };
    const played = playSet({ steps }, {}, { nodeSelector: { role: 'agent' } });
    const events = played.log.flatMap((line) => (line.kind === 'Pod' ? [`${line.t} ${line.event}`] : []));
    expect(events).toEqual(['5 created', '5 bound', '6 ready', '10 terminating', '11 deleted']);
    expect(statuses(played).at(-1)).toMatchObject({ desired: 0, current: 0, misscheduled: 0 });
  });

  test('tainted NoSchedule keep their pod, misscheduled, and nobody counts before something else happens', () => {
    const played = playSet({ steps: { '10s': TAINT, '20s': 'label ds agent touched=yes' } });
    expect(nodesOf(played)).toEqual(['node-0', 'node-1', 'node-2']);
    expect(statuses(played).at(-1)).toMatchObject({ t: 20, desired: 2, current: 2, misscheduled: 1, available: 2 });
    expect(statusTimes(played, 2)).toEqual([20]);
  });

  test('are counted at once before 1.33', () => {
    const played = playSet({ steps: { '10s': TAINT }, kubernetes: '1.32' });
    expect(statuses(played).at(-1)).toMatchObject({ t: 10, desired: 2, misscheduled: 1 });
  });

  test('are counted when a taint goes and some pod is misscheduled', () => {
    const steps = { '10s': TAINT, '20s': 'label ds agent touched=yes', '30s': `${TAINT}-` };
    expect(statuses(playSet({ steps })).at(-1)).toMatchObject({ t: 30, desired: 3, misscheduled: 0 });
  });

  test('and are cordoned keep their pod, and get a new one', () => {
    const played = playSet({ steps: { '10s': 'cordon node-0', '20s': 'delete pods -l app=agent --wait=false' } });
    expect(nodesOf(played)).toEqual(['node-0', 'node-1', 'node-2']);
    expect(statuses(played).at(-1)).toMatchObject({ t: 22, desired: 3, misscheduled: 0, available: 3 });
  });
});

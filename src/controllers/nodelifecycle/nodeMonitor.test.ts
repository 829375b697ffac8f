import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry, NodeLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, type Sketch } from '../../testing/play.ts';

const UNREACHABLE = 'node.kubernetes.io/unreachable';
const TAINTED = [`${UNREACHABLE}:NoSchedule`, `${UNREACHABLE}:NoExecute`];

/** Pods stay a minute on a node that is lost. */
const MINUTE: JsonObject = {
  tolerations: [{ key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }],
};

function fail(sketch: Sketch, seed = 1): Played {
  return play({ replicas: 6, nodes: { count: 3 }, controlPlane: LIFTED, pod: MINUTE, ...sketch }, seed);
}

function nodeLines({ log }: Played, name: string): NodeLine[] {
  return log.filter((line): line is NodeLine => line.kind === 'Node' && line.name === name);
}

/** When the node's line first was as wanted. */
function whenIs(played: Played, name: string, isWanted: (line: NodeLine) => boolean): number | undefined {
  return nodeLines(played, name).find((line) => line.t > 0 && isWanted(line))?.t;
}

const whenUnknown = (played: Played, name = 'node-0') => whenIs(played, name, ({ ready }) => ready === 'Unknown');
const whenEvicted = (played: Played, name = 'node-0') => {
  return whenIs(played, name, ({ taints }) => taints.includes(`${UNREACHABLE}:NoExecute`));
};

function podTimes(log: readonly LogEntry[], event: string): number[] {
  return log.flatMap((line) => (line.kind === 'Pod' && line.event === event ? [line.t] : []));
}

describe('a node that falls silent', () => {
  test('is found out after its grace period, its pods are said to be unready, and it is tainted, twice', () => {
    const played = fail({ steps: { '25s': { failNode: 'node-0' } } });
    const lines = nodeLines(played, 'node-0').map(({ ready, taints }) => [ready, ...taints]);
    expect(lines).toEqual([['True'], ['Unknown'], ['Unknown', TAINTED[0]], ['Unknown', ...TAINTED]]);
    const unknown = whenUnknown(played)!;
    const unready = podTimes(played.log, 'unready');
    expect(unready).toHaveLength(2);
    for (const t of unready) expect(t - unknown).toBeLessThan(0.05);
    expect(whenEvicted(played)! - unknown).toBeLessThan(0.2);
  });

  test.each([1, 2, 3, 4, 5])('is found out 40 to 55 s after it failed, whenever that was (seed %i)', (seed) => {
    for (const second of [20, 22.5, 26, 29.9]) {
      const unknown = whenUnknown(fail({ steps: { [`${second}s`]: { failNode: 'node-0' } } }, seed))!;
      expect(unknown - second).toBeGreaterThan(40);
      expect(unknown - second).toBeLessThanOrEqual(55.02);
      // Since the last renewal, at 20 s, the grace period and up to a period of the monitor have passed.
      expect(unknown).toBeGreaterThanOrEqual(70);
      expect(unknown).toBeLessThan(75.02);
    }
  });

  test('has less time before 1.32, and what a flag gives it', () => {
    const steps = { '20s': { failNode: 'node-0' } };
    const at = (sketch: Sketch) => whenUnknown(fail({ steps, ...sketch }))! - 20;
    expect(at({ kubernetes: '1.31' })).toBeLessThan(45.02);
    expect(at({ kubernetes: '1.32' })).toBeGreaterThanOrEqual(50);
    const flags = { 'node-monitor-grace-period': '2m', 'node-monitor-period': '1s' };
    const late = at({ controlPlane: { 'kube-controller-manager': flags } });
    expect(late).toBeGreaterThanOrEqual(120);
    expect(late).toBeLessThan(121.02);
  });

  test('loses its pods after their toleration; new ones are made at once, and the old ones stay', () => {
    const played = fail({ steps: { '20s': { failNode: 'node-0' } } });
    const tainted = whenEvicted(played)!;
    const terminating = podTimes(played.log, 'terminating');
    expect(terminating).toHaveLength(2);
    for (const t of terminating) expect(t - tainted).toBeCloseTo(60, 1);
    expect(podTimes(played.log, 'created').filter((t) => t > tainted)).toHaveLength(2);
    expect(podTimes(played.log, 'deleted')).toEqual([]);
    expect(played.result).toMatchObject({
      end: 'quiet',
      nodeOutages: { failed: 1, returned: 0, downMax: 1, podsEvicted: 2 },
    });
  });

  test('costs five minutes of capacity where pods say nothing of it', () => {
    const played = fail({ pod: {}, steps: { '20s': { failNode: 'node-0' } } });
    const tainted = whenEvicted(played)!;
    for (const t of podTimes(played.log, 'terminating')) expect(t - tainted).toBeCloseTo(300, 1);
  });

  test('gets pods until it is found out, and they wait there', () => {
    const look = 'get pods -o jsonpath={.items[*].status.phase}';
    const steps = { '20s': { failNode: 'node-0' }, '30s': 'scale deployment/web --replicas=9', '60s': look };
    const { steps: results } = fail({ steps }).result;
    expect(results.at(-1)!.out.split(' ').sort()).toEqual([...Array(1).fill('Pending'), ...Array(8).fill('Running')]);
  });
});

describe('a node that comes back', () => {
  test('in time is as if it had never been away', () => {
    const played = fail({ steps: { '20s': { failNode: 'node-0' }, '40s': { recoverNode: 'node-0' } } });
    expect(nodeLines(played, 'node-0')).toHaveLength(1);
    expect(podTimes(played.log, 'unready')).toEqual([]);
    expect(played.result).toMatchObject({ nodeOutages: { failed: 1, returned: 1, downNodeSeconds: 20 } });
  });

  test('before its pods are evicted keeps them: they are ready again', () => {
    const played = fail({ steps: { '20s': { failNode: 'node-0' }, '100s': { recoverNode: 'node-0' } } });
    expect(nodeLines(played, 'node-0').at(-1)).toMatchObject({ ready: 'True', taints: [] });
    expect(podTimes(played.log, 'unready')).toHaveLength(2);
    expect(podTimes(played.log, 'ready').filter((t) => t > 100)).toHaveLength(2);
    expect(podTimes(played.log, 'terminating')).toEqual([]);
    // NoSchedule goes at once, NoExecute with the next pass of the monitor.
    const lines = nodeLines(played, 'node-0').slice(-2);
    expect(lines[0]!.taints).toEqual([`${UNREACHABLE}:NoExecute`]);
    expect(lines[1]!.t - 100).toBeLessThan(5.1);
  });

  test('after that kills those that were to go', () => {
    const steps = { '20s': { failNode: 'node-0' }, '200s': { recoverNode: 'node-0' } };
    const { log, result } = fail({ steps, behavior: { terminate: '2s' } });
    const deleted = podTimes(log, 'deleted');
    expect(deleted).toHaveLength(2);
    for (const t of deleted) expect(t).toBeCloseTo(202, 1);
    expect(result.end).toBe('quiet');
  });
});

describe('several nodes that fall silent', () => {
  test('are given up one after the other, ten seconds apart, in each zone', () => {
    const nodes = { count: 12, zones: ['a', 'b'] };
    const played = fail({ nodes, steps: { '20s': { failNode: ['node-0', 'node-2', 'node-1'] } } });
    const [first, second, other] = ['node-0', 'node-2', 'node-1'].map((name) => whenEvicted(played, name)!);
    expect(Math.abs(second! - first!)).toBeCloseTo(10, 0);
    expect(other! - Math.min(first!, second!)).toBeLessThan(0.2);
  });

  test('are not given up at all when no node is left, until one comes back', () => {
    const steps = { '20s': { failNode: { pool: 'node' } }, '300s': { recoverNode: 'node-2' } };
    const lost = fail({ steps: { '20s': steps['20s'] } });
    for (const name of ['node-0', 'node-1', 'node-2']) {
      expect(nodeLines(lost, name).at(-1)).toMatchObject({ ready: 'Unknown', taints: [TAINTED[0]] });
    }
    expect(lost.result).toMatchObject({ end: 'quiet', nodeOutages: { podsEvicted: 0, downMax: 3 } });
    const back = fail({ steps });
    expect(whenEvicted(back, 'node-0')).toBeGreaterThan(305);
    expect(back.result.nodeOutages.podsEvicted).toBe(4);
  });

  test('are not given up when they are much of a small zone', () => {
    const names = ['node-0', 'node-1', 'node-2'];
    const evicted = (count: number, controlPlane: JsonObject = LIFTED) => {
      const played = fail({ nodes: { count }, controlPlane, steps: { '20s': { failNode: names } } });
      return names.filter((name) => nodeLines(played, name).at(-1)!.taints.length === 2);
    };
    // The first one is tainted before the zone is found to be disrupted, unless the queue is looked at later than that.
    expect(evicted(5).length).toBeLessThanOrEqual(1);
    expect(evicted(6)).toEqual(names);
    expect(evicted(5, { 'kube-controller-manager': { 'unhealthy-zone-threshold': 0.7 } })).toEqual(names);
  });

  test('are given up at a tenth of the rate when they are much of a large zone', () => {
    const names = ['node-0', 'node-1', 'node-2'];
    const flags = { 'large-cluster-size-threshold': 4, 'secondary-node-eviction-rate': 0.02 };
    const controlPlane = { 'kube-controller-manager': flags };
    const played = fail({ nodes: { count: 5 }, controlPlane, steps: { '20s': { failNode: names } } });
    const times = names.map((name) => whenEvicted(played, name)!).sort((a, b) => a - b);
    expect(times[2]! - times[1]!).toBeCloseTo(50, 0);
  });

  test('are given up at the usual rate when they are all of one zone among others', () => {
    const nodes = { count: 6, zones: ['a', 'b'] };
    const played = fail({ nodes, steps: { '20s': { failNode: { zone: 'a' } } } });
    const times = ['node-0', 'node-2', 'node-4'].map((name) => whenEvicted(played, name)!).sort((a, b) => a - b);
    expect(times.map((t) => Math.round((t - times[0]!) / 10))).toEqual([0, 1, 2]);
  });
});

test('kubectl shows and waits for what becomes of a node', () => {
  const steps = {
    '20s': [
      { failNode: 'node-1' },
      'wait --for=condition=Ready=Unknown node/node-1 --timeout=2m',
      'get nodes --no-headers',
      { recoverNode: 'node-1' },
      'wait --for=condition=Ready node/node-1 --timeout=2m',
    ],
    '200s': 'get node node-1 -o jsonpath={.status.conditions[0].reason}',
  };
  const { steps: results } = fail({ steps }).result;
  const said = results.flatMap(({ kubectl, out }) => (kubectl === undefined ? [] : [out]));
  expect(said.slice(1)).toEqual([
    'node/node-1 condition met',
    expect.stringMatching(/^node-0 +Ready .*\nnode-1 +NotReady .*\nnode-2 +Ready /),
    'node/node-1 condition met',
    'KubeletReady',
  ]);
});

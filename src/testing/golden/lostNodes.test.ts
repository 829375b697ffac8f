import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import { daemonSet } from '../daemonSets.ts';
import { lastRollout, type Played, play, type Sketch } from '../play.ts';

/** Nodes that are lost: what is believed of the pods on them, and what happens. */
const LOST = { '60s': { failNode: 'node-0' } };

function podLines({ log }: { readonly log: readonly LogEntry[] }, event: string, since = 60): PodLine[] {
  return log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === event && line.t >= since);
}

function lost(sketch: Sketch = {}, seed = 1): Played {
  return play({ replicas: 6, nodes: { count: 3 }, steps: LOST, until: '1h', ...sketch }, seed);
}

/** What `kubectl get deployment web` shows of ready pods, by time. */
function readyAt(seconds: readonly number[], sketch: Sketch = {}): string[] {
  const look = 'get deployment web --no-headers';
  const steps = { ...LOST, ...Object.fromEntries(seconds.map((second) => [`${second}s`, look])), ...sketch.steps };
  const { steps: results } = lost({ ...sketch, steps }).result;
  return results.flatMap(({ kubectl, out }) => (kubectl === look ? [out.split(/ +/)[1]!] : []));
}

describe('belief: "pods of a dead node are replaced at once"', () => {
  test('they count as ready for most of a minute, and as wanted for five minutes more', () => {
    expect(readyAt([61, 100, 130, 400, 500])).toEqual(['6/6', '6/6', '4/6', '4/6', '6/6']);
    const created = podLines(lost(), 'created');
    expect(created).toHaveLength(2);
    for (const { t } of created) {
      expect(t).toBeGreaterThan(60 + 40 + 300);
      expect(t).toBeLessThan(60 + 56 + 300);
    }
  });

  test('a toleration of the template shortens the five minutes, not the minute', () => {
    const tolerations = ['not-ready', 'unreachable'].map(
      (what): JsonObject => ({
        key: `node.kubernetes.io/${what}`,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 0,
      }),
    );
    for (const { t } of podLines(lost({ pod: { tolerations } }), 'created')) {
      expect(t).toBeGreaterThan(60 + 40);
      expect(t).toBeLessThan(60 + 57);
    }
  });
});

describe('belief: "a rollout goes round the pods of a dead node"', () => {
  test('they use up its maxUnavailable: it waits for their eviction', () => {
    const update = (fails: boolean) => {
      const steps = { ...(fails ? LOST : {}), '130s': 'set image deployment/web app=web:v2' };
      return lastRollout(lost({ strategy: { maxSurge: 0, maxUnavailable: 1 }, behavior: { ready: '5s' }, steps }));
    };
    expect(update(false)).toMatchObject({ outcome: 'complete', durationSeconds: 30 });
    const held = update(true);
    expect(held.outcome).toBe('complete');
    expect(held.availableMin).toBeLessThan(5);
  });

  test('new pods that it made on the node before that was noticed hold it up for six minutes', () => {
    const steps = { '60s': [{ failNode: 'node-0' }, 'set image deployment/web app=web:v2'] };
    const { outcome, durationSeconds } = lastRollout(lost({ behavior: { ready: '5s' }, steps }));
    expect(outcome).toBe('complete');
    expect(durationSeconds).toBeGreaterThan(340);
    expect(durationSeconds).toBeLessThan(370);
  });
});

describe('belief: "a StatefulSet moves to another node when its own dies"', () => {
  const set: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db' },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:v1', resources: { requests: { cpu: '5' } } }] },
      },
    },
  };
  /** One on each node. */
  const nodes = { count: 3 };
  const steps = { ...LOST };
  const deleted = (more: Sketch['steps'] = {}) => {
    const played = lost({ objects: [set], nodes, steps: { ...steps, ...more } });
    return {
      terminating: podLines(played, 'terminating').length,
      deleted: podLines(played, 'deleted').map(({ t }) => Math.round(t)),
      created: podLines(played, 'created').map(({ t }) => Math.round(t)),
    };
  };

  test('its pod is Terminating for ever, as somebody may still be writing to the volume', () => {
    expect(deleted()).toMatchObject({ terminating: 1, deleted: [], created: [] });
  });

  test.each([
    ['the node comes back', { '600s': { recoverNode: 'node-0' } }, 600],
    ['the pod is forced to go', { '600s': 'delete pod db-0 db-1 db-2 --grace-period=0 --force' }, 600],
    ['the node is taken from the cluster', { '600s': 'delete node node-0' }, 660],
    [
      'somebody says that it is out of service',
      { '605s': 'taint node node-0 node.kubernetes.io/out-of-service=x:NoExecute' },
      620,
    ],
  ] as const)('until %s', (_, more, second) => {
    const { deleted: gone, created } = deleted(more);
    expect(gone).toContain(second);
    expect(created).toContain(second);
  });
});

describe('belief: "a DaemonSet makes a new pod when a node comes back"', () => {
  test('its pod tolerates all that is said of lost nodes: it was never away', () => {
    const steps = { ...LOST, '900s': { recoverNode: 'node-0' } };
    const played = lost({ objects: [daemonSet()], steps });
    expect(podLines(played, 'unready')).toHaveLength(1);
    expect(podLines(played, 'ready').map(({ t }) => Math.round(t))).toEqual([900]);
    expect(podLines(played, 'created')).toEqual([]);
  });
});

describe('belief: "when all is lost, all is evicted"', () => {
  test('a cluster of which no node reports keeps its pods', () => {
    const played = lost({ steps: { '60s': { failNode: { pool: 'node' } } } });
    expect(podLines(played, 'unready')).toHaveLength(6);
    expect(podLines(played, 'terminating')).toEqual([]);
    expect(played.result.nodeOutages).toMatchObject({ failed: 3, podsEvicted: 0 });
  });
});

describe('belief: "a budget protects pods on a lost node"', () => {
  test('taints evict past it', () => {
    const budget: JsonObject = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web' },
      spec: { minAvailable: 6, selector: { matchLabels: { app: 'web' } } },
    };
    expect(podLines(lost({ before: [budget] }), 'terminating')).toHaveLength(2);
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import type { LogEntry } from '../metrics/log/logLine.ts';
import { deployment, LIFTED, play, type Sketch } from '../testing/play.ts';

const BARE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bare' },
  spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'c:v1' }] },
};

/** One pod on a node that is silent from `fail` to `recover`, in seconds; what happened to it, by the second. */
function lived(sketch: Sketch, fail: number, recover?: number): string[] {
  const { log } = run(sketch, fail, recover);
  return log.flatMap((line) => (line.kind === 'Pod' ? [`${line.event} ${Math.round(line.t * 10) / 10}`] : []));
}

function run({ steps, ...sketch }: Sketch, fail: number, recover?: number): { log: readonly LogEntry[] } {
  const all = {
    [`${fail}s`]: { failNode: 'node-0' },
    ...(recover === undefined ? {} : { [`${recover}s`]: { recoverNode: 'node-0' } }),
    ...steps,
  };
  const inOrder = Object.entries(all).sort(([a], [b]) => Number.parseFloat(a) - Number.parseFloat(b));
  return play({ objects: [BARE], nodes: { count: 2 }, steps: Object.fromEntries(inOrder), ...sketch });
}

describe('a silent kubelet', () => {
  const behavior = { pull: '10s', start: '5s', ready: '5s', terminate: '3s' };

  test('starts nothing that had not started; back, it begins anew, with the images that it has', () => {
    expect(lived({ behavior, until: '5m' }, 12)).toEqual(['created 0']);
    // Pulled by 10 s; 5 s to start and 5 s to be ready.
    expect(lived({ behavior }, 12, 30)).toEqual(['created 0', 'ready 40']);
  });

  test('does not tell that a pod has become ready', () => {
    expect(lived({ behavior, until: '5m' }, 17)).toEqual(['created 0']);
    expect(lived({ behavior }, 17, 30)).toEqual(['created 0', 'ready 35']);
  });

  test('leaves a deleted pod until it is back', () => {
    const steps = { '30s': 'delete pod bare --wait=false' };
    expect(lived({ behavior, steps, until: '1m' }, 25)).toEqual(['created 0', 'ready 20', 'terminating 30']);
    expect(lived({ behavior, steps }, 25, 50).slice(2)).toEqual(['terminating 30', 'deleted 53']);
    expect(lived({ behavior, steps: { '24s': steps['30s'] } }, 25, 50).slice(2)).toEqual([
      'terminating 24',
      'deleted 53',
    ]);
  });

  test('does not see what is forced to go', () => {
    const steps = { '30s': 'delete pod bare --grace-period=0 --force' };
    expect(lived({ behavior, steps }, 25, 50).slice(2)).toEqual(['deleted 30']);
  });

  test('finds out what its containers did meanwhile', () => {
    const once = { ...BARE, spec: { ...(BARE.spec as JsonObject), restartPolicy: 'Never' } };
    const look = { '70s': 'get pod bare -o jsonpath={.status.phase}' };
    const phase = (recover?: number) => {
      const steps = { objects: [once], behavior: { run: '10s' }, steps: look };
      const { log } = run(steps, 5, recover);
      return log.flatMap((line) => (line.kind === 'Step' && 'run' in line && line.t > 1 ? [line.out] : []));
    };
    expect(phase()).toEqual(['Running']);
    expect(phase(50)).toEqual(['Succeeded']);
  });

  test('says again that a pod is ready whose containers are followed one by one', () => {
    const sidecar = { name: 's', image: 's:v1', restartPolicy: 'Always' };
    const pod = { ...BARE, spec: { ...(BARE.spec as JsonObject), initContainers: [sidecar] } };
    const events = lived({ objects: [pod], behavior: {} }, 5, 200);
    expect(events.map((event) => event.split(' ')[0])).toEqual(['created', 'ready', 'unready', 'ready']);
    expect(events.at(-1)).toBe('ready 200');
  });

  test('registers its node anew when that was deleted meanwhile', () => {
    const steps = { '80s': 'delete node node-0', '300s': 'get nodes -o jsonpath={.items[*].metadata.name}' };
    const { log } = run({ steps }, 5, 100);
    const nodes = log.flatMap((line) => (line.kind === 'Node' && line.name === 'node-0' && line.t > 0 ? [line] : []));
    expect(nodes.map(({ deleted, ready, taints }) => [deleted, ready, ...taints])).toEqual([
      [undefined, 'Unknown'],
      [undefined, 'Unknown', 'node.kubernetes.io/unreachable:NoSchedule'],
      [undefined, 'Unknown', 'node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
      [true, 'Unknown', 'node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'],
      [undefined, 'True', 'node.kubernetes.io/not-ready:NoSchedule'],
      [undefined, 'True'],
    ]);
  });

  test('has nothing to do with a new node of the same name', () => {
    const name = { metadata: { name: 'late' } };
    const late = { ...BARE, ...name, spec: { containers: [{ name: 'c', image: 'c:v1' }] } };
    const steps = {
      '5s': { failNode: 'node-0' },
      '90s': 'delete node node-0 node-1',
      '100s': { addNodes: { name: 'node', count: 1 } },
      '110s': { kubectl: 'create -f -', stdin: JSON.stringify(late) },
    };
    const { log, result } = play({ objects: [BARE], nodes: { count: 2 }, steps });
    const ready = log.flatMap((line) => (line.kind === 'Pod' && line.event === 'ready' ? [line.name] : []));
    expect(ready).toEqual(['bare', 'bare', 'late']);
    expect(result.end).toBe('quiet');
    expect(log.filter((line) => line.kind === 'Node' && line.name === 'node-0').at(-1)).toMatchObject({ taints: [] });
  });

  test('can fall silent again', () => {
    const steps = { '40s': { failNode: 'node-0' }, '60s': { recoverNode: 'node-0' } };
    expect(lived({ behavior, steps }, 17, 33)).toEqual(['created 0', 'ready 38']);
    expect(lived({ behavior, steps }, 17, 36)).toEqual(['created 0', 'ready 65']);
  });

  test('says nothing more, whatever was on its way', () => {
    const { log } = play({ objects: [BARE], controlPlane: LIFTED, behavior });
    const readyAt = log.find((line) => line.kind === 'Pod' && line.event === 'ready')!.t;
    for (let millis = -40; millis <= 40; millis++) {
      const failAt = Number((readyAt - 5 + millis / 1000).toFixed(3));
      const events = lived({ behavior, controlPlane: LIFTED, until: '1m' }, failAt);
      expect(events.filter((event) => event.startsWith('ready'))).toEqual([]);
    }
  });
});

describe('a node of the input that is not ready', () => {
  const node = (name: string, status: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status }] },
  });
  const looks = { '700s': { recoverNode: 'silent' } };

  test('is tainted as it would have been long ago, gets no pods, and comes back', () => {
    const objects = [node('silent', 'Unknown'), node('failing', 'False'), node('good', 'True'), deployment()];
    const { log, result } = play({ objects, nodes: { count: 0 }, steps: looks });
    const taintsOf = (name: string) =>
      log.flatMap((line) => (line.kind === 'Node' && line.name === name ? [[line.ready, ...line.taints]] : []));
    const tainted = (key: string) => ['NoSchedule', 'NoExecute'].map((effect) => `node.kubernetes.io/${key}:${effect}`);
    expect(taintsOf('failing')).toEqual([['False', ...tainted('not-ready')]]);
    expect(taintsOf('silent')[0]).toEqual(['Unknown', ...tainted('unreachable')]);
    expect(taintsOf('silent').at(-1)).toEqual(['True']);
    const nodes = log.flatMap((line) => (line.kind === 'Pod' && line.event === 'bound' ? [line.node] : []));
    expect(nodes).toEqual(['good', 'good', 'good']);
    expect(result).toMatchObject({ end: 'quiet', nodeOutages: { failed: 1, returned: 1 } });
  });
});

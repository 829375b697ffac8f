import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { POD_FAILED, POD_SUCCEEDED } from '../../cluster/index.ts';
import { play } from '../../testing/play.ts';
import { Stand } from '../../testing/stand.ts';

function pod(name: string, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'c:v1' }], ...spec },
  };
}

const POOL = { count: 2 };
const TASK = { match: { image: 'c:v1' }, ready: '0s', run: '1s' };

function deletions(log: ReturnType<typeof play>['log']): string[] {
  return log.flatMap((line) => (line.kind === 'Pod' && line.event === 'deleted' ? [`${line.name} ${line.t}`] : []));
}

describe('the pod garbage collector', () => {
  test('deletes pods of a node that has been gone for 40 seconds, at its own beat', () => {
    const objects = [pod('a', { nodeName: 'node-0' }), pod('b', { nodeName: 'node-1' })];
    const run = (at: string) => play({ objects, nodes: POOL, steps: { [at]: 'delete node node-0' } });
    // Found at 20 s; at 60 s the quarantine is over.
    expect(deletions(run('5s').log)).toEqual(['a 60']);
    expect(deletions(run('19s').log)).toEqual(['a 60']);
    expect(deletions(run('21s').log)).toEqual(['a 80']);
    expect(run('5s').result).toMatchObject({ end: 'quiet', simulatedSeconds: 60 });
  });

  test('calls them failed and disrupted first', () => {
    const stand = new Stand({ nodes: [{}] });
    stand.create(pod('a', { nodeName: 'node-0' }));
    stand.run(5);
    const states: number[] = [];
    stand.cluster.observePods((_pod, _before, after) => void states.push(after & (POD_FAILED | 128)));
    stand.delete('Node', 'node-0');
    stand.run(60);
    expect(states).toEqual([128, 128 | POD_FAILED, 0]);
  });

  test('leaves pods alone whose node is back in time', () => {
    const stdin = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-0' },
      status: { allocatable: { cpu: '4' } },
    });
    const steps = { '5s': 'delete node node-0', '50s': { kubectl: 'create -f -', stdin } };
    const { log, result } = play({ objects: [pod('a', { nodeName: 'node-0' })], nodes: POOL, steps });
    expect(deletions(log)).toEqual([]);
    expect(result.end).toBe('quiet');
  });

  test('deletes the oldest finished pods beyond the threshold', () => {
    const names = ['a', 'b', 'c', 'd'];
    const threshold = (flag: number) => ({ 'kube-controller-manager': { 'terminated-pod-gc-threshold': flag } });
    const create = (name: string) => ({
      kubectl: 'create -f -',
      stdin: JSON.stringify(pod(name, { restartPolicy: 'Never' })),
    });
    const steps = Object.fromEntries(names.map((name, index) => [`${index + 1}s`, create(name)]));
    const run = (flag: number) => play({ objects: [], behavior: [TASK], steps, controlPlane: threshold(flag) });
    expect(deletions(run(2).log).map((line) => line.split(' ')[0])).toEqual(['a', 'b']);
    expect(deletions(run(0).log)).toEqual([]);
    expect(deletions(run(4).log)).toEqual([]);
  });

  test('deletes what is deleted and has no node, and waits for finalizers no more than once', () => {
    const stand = new Stand({ nodes: [] });
    stand.create(pod('a'));
    stand.run(1);
    const { row } = stand.pod('a');
    // One that no controller knows.
    stand.cluster.pods.finalizers[row] = 128;
    stand.delete('Pod', 'a');
    stand.run(60);
    expect(stand.pod('a')).toMatchObject({ isTerminating: true, phase: 'Failed' });
    expect(stand.kernel.pendingEvents).toBe(0);
    stand.cluster.removePodFinalizers(row);
    stand.run(1);
    expect(stand.pods()).toEqual([]);
  });

  test('has nothing to do with pods that have finished where they are', () => {
    const stand = new Stand({ nodes: [{}] });
    stand.create(pod('a', { nodeName: 'node-0' }));
    stand.run(1);
    stand.cluster.setPodFinished(stand.pod('a').row, POD_SUCCEEDED);
    stand.run(100);
    expect(stand.podNames()).toEqual(['a']);
  });
});

describe('a node that is out of service', () => {
  const objects = [pod('a', { nodeName: 'node-0' })];
  const taint = 'taint node node-0 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute';

  test('loses its terminating pods once it is not ready', () => {
    const steps = { '1s': { failNode: 'node-0' }, '70s': taint };
    const played = play({ objects, nodes: POOL, steps });
    // The taint drives the pod away; the next look is at 80 s.
    expect(deletions(played.log)).toEqual(['a 80']);
    expect(played.result.end).toBe('quiet');
  });

  test('keeps them as long as nobody says so, or it reports', () => {
    const gone = { '1s': { failNode: 'node-0' }, '70s': 'delete pod a --wait=false' };
    expect(deletions(play({ objects, nodes: POOL, steps: gone }).log)).toEqual([]);
    const slow = [{ terminate: '25s' }];
    expect(deletions(play({ objects, nodes: POOL, behavior: slow, steps: { '70s': taint } }).log)).toEqual(['a 95']);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { HandDrivenCluster } from '../metrics/testing/handDrivenCluster.ts';
import { availableAtMicros } from './availability.ts';
import type { PodOwner } from './podOwner.ts';
import {
  JOB_TRACKING_FINALIZER,
  POD_BOUND,
  POD_EXISTS,
  POD_READY,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
} from './podTable.ts';

let driven: HandDrivenCluster;
let replicaSet: number;

beforeEach(() => {
  driven = new HandDrivenCluster();
  driven.createNode('node-0');
  driven.createNode('node-1');
  replicaSet = driven.createReplicaSet(driven.createDeployment(), { name: 'web-1' });
  driven.kernel.run();
});

function owner(uid = replicaSet): PodOwner {
  return driven.cluster.owners.get(uid)!;
}

function counts({ active, ready, terminating }: PodOwner) {
  return { active, ready, terminating };
}

describe('a pod', () => {
  test('counts for its owner when informers have seen it, not before', () => {
    const pod = driven.createReadyPod(replicaSet);
    expect(counts(owner())).toEqual({ active: 0, ready: 0, terminating: 0 });
    driven.kernel.run();
    expect(counts(owner())).toEqual({ active: 1, ready: 1, terminating: 0 });
    driven.cluster.deletePod(pod);
    driven.kernel.run();
    expect(counts(owner())).toEqual({ active: 0, ready: 0, terminating: 1 });
    driven.cluster.removePod(pod);
    driven.kernel.run();
    expect(counts(owner())).toEqual({ active: 0, ready: 0, terminating: 0 });
  });

  test('without a node, or finished, goes at once when it is deleted; another terminates, once', () => {
    const { cluster } = driven;
    const [unbound, finished, running] = [
      driven.createPod(replicaSet),
      driven.createPod(replicaSet),
      driven.createReadyPod(replicaSet),
    ];
    cluster.bindPod(finished, 0);
    cluster.setPodFinished(finished, POD_SUCCEEDED);
    for (const pod of [unbound, finished, running, running]) expect(cluster.deletePod(pod)).toBeUndefined();
    expect(cluster.pods.state[unbound]).toBe(0);
    expect(cluster.pods.state[finished]).toBe(0);
    expect(cluster.pods.state[running]).toBe(POD_EXISTS | POD_BOUND | POD_RUNNING | POD_READY | POD_TERMINATING);
    expect(cluster.deletePod(unbound)?.reason).toBe('NotFound');
  });

  test('is bound once, and not while it terminates', () => {
    const { cluster } = driven;
    const [bound, gone] = [driven.createPod(replicaSet), driven.createPod(replicaSet)];
    expect(cluster.bindPod(bound, 0)).toBeUndefined();
    expect(cluster.bindPod(bound, 1)?.reason).toBe('Conflict');
    expect(cluster.pods.node[bound]).toBe(0);
    cluster.deletePod(gone);
    expect(cluster.bindPod(gone, 0)?.reason).toBe('NotFound');
  });

  test('keeps its row until informers have seen it go', () => {
    const { cluster, kernel } = driven;
    const pod = driven.createPod(replicaSet);
    kernel.run();
    cluster.deletePod(pod);
    const next = driven.createPod(replicaSet);
    expect(next).not.toBe(pod);
    kernel.run();
    expect(driven.createPod(replicaSet)).toBe(pod);
  });

  test('has a name of its own, by which it is found as long as it exists', () => {
    const { cluster } = driven;
    const pods = [driven.createPod(replicaSet), driven.createPod(replicaSet), driven.createBarePod('bare')];
    const names = pods.map((pod) => cluster.podName(pod));
    expect(names[0]).toMatch(/^web-1-[a-z0-9]{5}$/);
    expect(new Set(names).size).toBe(3);
    expect(names.map((name) => cluster.findPod('default', name))).toEqual(pods);
    expect(cluster.findPod('other', names[0]!)).toBe(-1);
    cluster.deletePod(pods[0]!);
    cluster.deletePod(pods[2]!);
    expect(names.map((name) => cluster.findPod('default', name))).toEqual([-1, pods[1], -1]);
    expect(cluster.listPods('default')).toEqual([pods[1]]);
  });

  test('keeps its name when it is let go, and is an orphan then', () => {
    const { cluster, kernel } = driven;
    const pod = driven.createReadyPod(replicaSet);
    const name = cluster.podName(pod);
    kernel.run();
    cluster.setPodOwner(pod, undefined);
    kernel.run();
    expect([cluster.podName(pod), cluster.findPod('default', name)]).toEqual([name, pod]);
    expect([...cluster.orphanPods]).toEqual([pod]);
    expect(counts(owner())).toEqual({ active: 0, ready: 0, terminating: 0 });
    cluster.setPodOwner(pod, owner());
    kernel.run();
    expect([...cluster.orphanPods]).toEqual([]);
    expect(counts(owner())).toEqual({ active: 1, ready: 1, terminating: 0 });
  });

  test('is in the list of its owner and of its node, and leaves both', () => {
    const { cluster } = driven;
    const pods = [0, 1, 2, 3].map(() => driven.createReadyPod(replicaSet, 1));
    const listed = (first: number, next: Int32Array) => {
      const rows: number[] = [];
      for (let pod = first; pod !== -1; pod = next[pod]!) rows.push(pod);
      return rows.sort((a, b) => a - b);
    };
    const both = () => [
      listed(owner().firstPod, cluster.pods.nextOfOwner),
      listed(cluster.nodes.firstPod[1]!, cluster.pods.nextOnNode),
    ];
    expect(both()).toEqual([pods, pods]);
    for (const gone of [1, 3, 0, 2]) {
      cluster.removePod(pods[gone]!);
      pods[gone] = -1;
      const left = pods.filter((pod) => pod !== -1);
      expect(both()).toEqual([left, left]);
    }
  });
});

test('a changed minReadySeconds sets the clock of the owner anew', () => {
  driven.at(5, () => driven.createReadyPod(replicaSet));
  driven.at(20, () => driven.createReadyPod(replicaSet));
  const change = (minReadySeconds: number) =>
    driven.changeReplicaSet(replicaSet, (before) => ({ ...before, spec: { ...before.spec, minReadySeconds } }));
  driven.at(30, () => change(20));
  driven.run(30);
  driven.kernel.run();
  expect(owner().availability.available(30e6)).toBe(1);
  expect(owner().availability.nextChangeMicros()).toBe(availableAtMicros(20e6, 20));
});

test('observers are told of each write within it, listeners when informers see it', () => {
  const { cluster, kernel } = driven;
  const told: string[] = [];
  cluster.observePods((pod, before, after) => told.push(`observer ${pod} ${before} ${after}`));
  cluster.listenPods((pod, before, after) => told.push(`listener ${pod} ${before} ${after}`));
  const pod = driven.createPod(replicaSet);
  cluster.bindPod(pod, 0);
  expect(told).toEqual(['observer 0 0 1', 'observer 0 1 3']);
  kernel.run();
  expect(told.slice(2)).toEqual(['listener 0 0 1', 'listener 0 1 3']);
});

test('a listener to a kind of controller hears of its pods, of orphans, of pods that change hands, and of finalizers', () => {
  const { cluster, kernel } = driven;
  const heard: Record<string, [pod: number, after: number][]> = { ReplicaSet: [], Job: [] };
  for (const kind of ['ReplicaSet', 'Job'] as const) {
    cluster.listenPods((pod, _before, after) => heard[kind]!.push([pod, after]), kind);
  }
  const heardOf = (act: () => void) => {
    for (const kind of Object.keys(heard)) heard[kind] = [];
    act();
    kernel.run();
    return { ...heard };
  };
  let pod = -1;
  const created = heardOf(() => {
    pod = driven.createPod(replicaSet);
  });
  expect(created).toEqual({ ReplicaSet: [[pod, POD_EXISTS]], Job: [] });
  const bound: [number, number][] = [[pod, POD_EXISTS | POD_BOUND]];
  expect(heardOf(() => cluster.bindPod(pod, 0))).toEqual({ ReplicaSet: bound, Job: [] });
  expect(heardOf(() => cluster.setPodOwner(pod, undefined))).toEqual({ ReplicaSet: bound, Job: bound });
  expect(heardOf(() => cluster.setPodLabels(pod, {}))).toEqual({ ReplicaSet: bound, Job: bound });
  expect(heardOf(() => cluster.setPodOwner(pod, owner()))).toEqual({ ReplicaSet: bound, Job: bound });
  expect(heardOf(() => cluster.setPodLabels(pod, {}))).toEqual({ ReplicaSet: bound, Job: [] });
  cluster.pods.finalizers[pod] = JOB_TRACKING_FINALIZER;
  expect(heardOf(() => cluster.setPodLabels(pod, {}))).toEqual({ ReplicaSet: bound, Job: bound });
});

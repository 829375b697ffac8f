import { beforeEach, describe, expect, test } from 'vitest';
import { POD_SUCCEEDED } from '../../cluster/index.ts';
import { HandDrivenCluster } from '../../metrics/testing/handDrivenCluster.ts';
import { PodUsages } from './podUsage.ts';
import { TrackedUsage } from './trackedUsage.ts';

let driven: HandDrivenCluster;
let usage: TrackedUsage;
let terminating: number;
let released: string[];
let replicaSet: number;

beforeEach(() => {
  driven = new HandDrivenCluster();
  driven.createNode('node-0');
  replicaSet = driven.createReplicaSet(driven.createDeployment(), { name: 'web-1' });
  terminating = 0;
  released = [];
  usage = new TrackedUsage(driven.cluster, new PodUsages(), {
    added: () => {},
    released: (namespace) => released.push(namespace),
    terminating: (count) => {
      terminating = count;
    },
  });
});

function counted(atSeconds = 0): [number, number] {
  driven.run(atSeconds);
  const totals = usage.totals('default');
  return [totals.get('pods') ?? 0, totals.get('count/pods') ?? 0];
}

describe('the use of a namespace', () => {
  test('is counted once when it is followed, and pod by pod from then on', () => {
    driven.createReadyPod(replicaSet);
    driven.kernel.run();
    usage.follow('default');
    expect(counted()).toEqual([1, 1]);
    const pod = driven.createReadyPod(replicaSet);
    expect(counted()).toEqual([2, 2]);
    driven.cluster.removePod(pod);
    expect(counted()).toEqual([1, 1]);
    expect(released).toEqual(['default']);
  });

  test('is of objects only for pods that have finished', () => {
    usage.follow('default');
    const pod = driven.createReadyPod(replicaSet);
    expect(counted()).toEqual([1, 1]);
    driven.cluster.setPodFinished(pod, POD_SUCCEEDED);
    expect(counted()).toEqual([0, 1]);
    expect(released).toEqual(['default']);
  });

  test('leaves out a pod that has been terminating for twice its grace period: its deletionTimestamp lies one ahead', () => {
    usage.follow('default');
    const stuck = driven.createReadyPod(replicaSet);
    const other = driven.createReadyPod(replicaSet);
    driven.run(1);
    for (const pod of [stuck, other]) driven.cluster.deletePod(pod);
    expect(counted(1)).toEqual([2, 2]);
    expect(terminating).toBe(2);
    driven.cluster.removePod(other);
    expect(counted(61)).toEqual([1, 1]);
    expect(counted(62)).toEqual([0, 1]);
    expect(terminating).toBe(0);
    driven.cluster.removePod(stuck);
    expect(counted(62)).toEqual([0, 0]);
  });
});

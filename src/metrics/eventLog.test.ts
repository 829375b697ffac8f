import { describe, expect, test } from 'vitest';
import {
  type Condition,
  DESIRED_REPLICAS_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  REVISION_ANNOTATION,
} from '../cluster/index.ts';
import { EventLog } from './eventLog.ts';
import type { LogLine } from './log/logLine.ts';
import { HandDrivenCluster } from './testing/handDrivenCluster.ts';

function setUp() {
  const driven = new HandDrivenCluster();
  const lines: string[] = [];
  const write = (line: LogLine) => void lines.push(JSON.stringify(line));
  const log = new EventLog({ kernel: driven.kernel, cluster: driven.cluster, write });
  driven.createNode('node-0');
  driven.kernel.run();
  return { driven, cluster: driven.cluster, lines, log };
}

function condition(type: string, status: 'True' | 'False', reason: string): Condition {
  return { type, status, reason, message: '', lastUpdateMicros: 0, lastTransitionMicros: 0 };
}

describe('EventLog', () => {
  test('has a header', () => {
    const { log, lines } = setUp();
    log.header({ scenario: 'recreate', kubernetes: '1.37', untilMicros: 40_000_000, seed: 7 });
    expect(lines.at(-1)).toBe('{"scenario":"recreate","kubernetes":"1.37","until":40,"seed":7}');
  });

  test('writes nodes', () => {
    const { driven, cluster, lines } = setUp();
    driven.at(1.0004, () => {
      const node = cluster.nodeObjects.list()[0]!;
      const taints = [{ key: 'gpu', value: '1', effect: 'NoSchedule' }] as const;
      cluster.nodeObjects.update({ ...node, unschedulable: true, taints });
    });
    driven.at(2, () => cluster.nodeObjects.delete(cluster.nodeObjects.list()[0]!.uid));
    driven.run(3);
    expect(lines).toEqual([
      '{"t":0,"kind":"Node","name":"node-0","ready":"True","taints":[],"unschedulable":false}',
      '{"t":1,"kind":"Node","name":"node-0","ready":"True","taints":["gpu:NoSchedule"],"unschedulable":true}',
      '{"t":2,"kind":"Node","name":"node-0","deleted":true,"ready":"True","taints":["gpu:NoSchedule"],"unschedulable":true}',
    ]);
  });

  test('writes Deployments as recordings have them, once for each change', () => {
    const { driven, lines } = setUp();
    lines.length = 0;
    driven.at(0.1275, () => {
      const deployment = driven.createDeployment();
      driven.at(1, () => {
        driven.setStatus(deployment, {
          updatedReplicas: 1,
          terminatingReplicas: 0,
          conditions: [
            condition('Progressing', 'True', 'ReplicaSetUpdated'),
            condition('Available', 'False', 'MinimumReplicasUnavailable'),
          ],
        });
        driven.annotateDeployment(deployment, { [REVISION_ANNOTATION]: '1' });
        // Not in the line: nothing to tell.
        driven.setStatus(deployment, { collisionCount: 1 });
      });
    });
    driven.run(2);
    expect(lines).toEqual([
      '{"t":0.128,"kind":"Deployment","name":"web","available":0,"conditions":{},"generation":1,"observed":0,"ready":0,' +
        '"replicas":0,"revision":"","spec":2,"unavailable":0,"updated":0}',
      '{"t":1,"kind":"Deployment","name":"web","available":0,"conditions":{"Available":"False/MinimumReplicasUnavailable",' +
        '"Progressing":"True/ReplicaSetUpdated"},"generation":1,"observed":1,"ready":0,"replicas":0,"revision":"",' +
        '"spec":2,"terminating":0,"unavailable":0,"updated":1}',
      '{"t":1,"kind":"Deployment","name":"web","available":0,"conditions":{"Available":"False/MinimumReplicasUnavailable",' +
        '"Progressing":"True/ReplicaSetUpdated"},"generation":1,"observed":1,"ready":0,"replicas":0,"revision":"1",' +
        '"spec":2,"terminating":0,"unavailable":0,"updated":1}',
    ]);
  });

  test('names ReplicaSets by the order of their creation within their Deployment', () => {
    const { driven, cluster, lines } = setUp();
    lines.length = 0;
    const deployment = driven.createDeployment();
    const annotations = {
      [REVISION_ANNOTATION]: '3',
      [DESIRED_REPLICAS_ANNOTATION]: '2',
      [MAX_REPLICAS_ANNOTATION]: '3',
    };
    const first = driven.createReplicaSet(deployment, { name: 'web-7d4b9', annotations });
    driven.createReplicaSet(deployment, { name: 'web-5c8f6', image: 'web:v2', namespace: 'default' });
    driven.createReplicaSet(-1, { name: 'alone' });
    driven.createReplicaSet(-1, { name: 'alone', namespace: 'shop' });
    driven.at(1, () => cluster.deployments.delete(deployment));
    driven.at(2, () => cluster.replicaSets.delete(first));
    driven.run(3);
    const replicaSets = lines.filter((line) => line.includes('"ReplicaSet"'));
    expect(replicaSets).toEqual([
      '{"t":0,"kind":"ReplicaSet","name":"web@1","available":0,"desired":"2","image":"web:v1","max":"3","ready":0,' +
        '"replicas":0,"revision":"3","spec":2}',
      '{"t":0,"kind":"ReplicaSet","name":"web@2","available":0,"desired":"","image":"web:v2","max":"","ready":0,' +
        '"replicas":0,"revision":"","spec":2}',
      '{"t":0,"kind":"ReplicaSet","name":"alone","available":0,"desired":"","image":"web:v1","max":"","ready":0,' +
        '"replicas":0,"revision":"","spec":2}',
      '{"t":0,"kind":"ReplicaSet","name":"shop/alone","available":0,"desired":"","image":"web:v1","max":"","ready":0,' +
        '"replicas":0,"revision":"","spec":2}',
      '{"t":2,"kind":"ReplicaSet","name":"web@1","available":0,"deleted":true,"desired":"2","image":"web:v1","max":"3",' +
        '"ready":0,"replicas":0,"revision":"3","spec":2}',
    ]);
  });

  test('writes the life of pods', () => {
    const { driven, cluster, lines } = setUp();
    const deployment = driven.createDeployment();
    const replicaSet = driven.createReplicaSet(deployment, { name: 'web-7d4b9' });
    lines.length = 0;
    driven.at(1, () => {
      driven.createReadyPod(replicaSet);
      cluster.setPodRunning(0, false);
    });
    driven.at(2, () => cluster.deletePod(0));
    // A pod that is stopped may still become ready.
    driven.at(3, () => cluster.setPodRunning(0, true));
    driven.at(4, () => cluster.removePod(0));
    // A pod without a node needs nobody to stop it.
    driven.at(5, () => cluster.deletePod(driven.createPod(replicaSet)));
    driven.run(6);
    expect(lines).toEqual([
      '{"t":1,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"created","image":"web:v1","owner":"ReplicaSet/web@1"}',
      '{"t":1,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"bound","node":"node-0"}',
      '{"t":1,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"ready"}',
      '{"t":1,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"unready"}',
      '{"t":2,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"terminating"}',
      '{"t":3,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"ready"}',
      '{"t":4,"kind":"Pod","name":"ReplicaSet/web@1#0","event":"deleted"}',
      '{"t":5,"kind":"Pod","name":"ReplicaSet/web@1#1","event":"created","image":"web:v1","owner":"ReplicaSet/web@1"}',
      '{"t":5,"kind":"Pod","name":"ReplicaSet/web@1#1","event":"deleted"}',
    ]);
  });

  test('pods keep the names that they were created with', () => {
    const { driven, cluster, lines } = setUp();
    const replicaSet = driven.createReplicaSet(-1);
    lines.length = 0;
    driven.at(1, () => {
      const bare = driven.createBarePod('early');
      cluster.setPodOwner(bare, cluster.owners.get(replicaSet));
      driven.at(2, () => cluster.bindPod(bare, 0));
      const owned = driven.createPod(replicaSet);
      cluster.setPodOwner(owned, undefined);
      driven.at(3, () => cluster.deletePod(owned));
    });
    driven.run(4);
    expect(lines).toEqual([
      '{"t":1,"kind":"Pod","name":"early","event":"created","image":"web:v1"}',
      '{"t":1,"kind":"Pod","name":"ReplicaSet/web#0","event":"created","image":"web:v1","owner":"ReplicaSet/web"}',
      '{"t":2,"kind":"Pod","name":"early","event":"bound","node":"node-0"}',
      '{"t":3,"kind":"Pod","name":"ReplicaSet/web#0","event":"deleted"}',
    ]);
  });

  test('writes Events of the logged reasons, and kubectl, with the names of the log', () => {
    const { driven, cluster, lines, log } = setUp();
    const deployment = driven.createDeployment();
    const uid = driven.createReplicaSet(deployment, { name: 'web-7d4b9' });
    lines.length = 0;
    driven.at(1, () => {
      const scaled = 'Scaled up replica set web-7d4b9 from 0 to 2';
      cluster.recordEvent(cluster.deployments.get(deployment)!, 'ScalingReplicaSet', scaled);
      const replicaSet = cluster.replicaSets.get(uid)!;
      cluster.recordEvent(replicaSet, 'FailedCreate', 'Error creating: pods "web-7d4b9-24lpj" is forbidden');
      cluster.recordEvent(replicaSet, 'SuccessfulCreate', 'Created pod');
      log.step({ run: 'delete pod -l app=web', began: 900_000, out: 'pod "web-7d4b9-24lpj" deleted', error: '' });
      log.step({ run: 'get rs/web-12345', began: 950_000, out: '', error: 'replicasets.apps "web-12345" not found' });
    });
    driven.run(2);
    expect(lines).toEqual([
      '{"t":1,"kind":"Event","name":"Deployment","message":"Scaled up replica set web@1 from 0 to 2","reason":"ScalingReplicaSet"}',
      '{"t":1,"kind":"Event","name":"ReplicaSet","message":"Error creating: pods \\"web@1-24lpj\\" is forbidden","reason":"FailedCreate"}',
      '{"t":1,"kind":"Step","name":"kubectl","began":0.9,"out":"pod \\"web@1-24lpj\\" deleted","run":"delete pod -l app=web"}',
      '{"t":1,"kind":"Step","name":"kubectl","began":0.95,"error":"replicasets.apps \\"web-12345\\" not found","out":"",' +
        '"run":"get rs/web-12345"}',
    ]);
  });
});

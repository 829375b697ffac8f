import { describe, expect, test } from 'vitest';
import { decodeObject } from '../api/index.ts';
import type { JsonObject, ReplicaSetManifest } from '../api/types.ts';
import { Cluster } from '../cluster/index.ts';
import { Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { buildScenario } from '../scenario/index.ts';
import { kinds } from '../scenario/kubectl/kinds.ts';
import { createObject } from '../scenario/kubectl/writes.ts';
import { play } from '../testing/play.ts';
import { PodUsage } from './podUsage.ts';

/** A cluster in which the test makes pods and says which are ready. */
class Rig {
  readonly kernel = new Kernel();
  readonly cluster = new Cluster(this.kernel, {
    seed: 1,
    watchMicros: 0,
    apiServer: { latencyMicros: 0, serviceMicros: 0 },
  });
  readonly usage: PodUsage;
  private readonly tick = this.kernel.register('test/tick', () => {});

  constructor(behavior: string) {
    const text = `{apiVersion: rollsim/v1alpha1, kind: Scenario, behavior: ${behavior}}`;
    const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
    this.usage = new PodUsage(this.cluster, scenario.behavior);
  }

  /** Row of a pod of a ReplicaSet of that name, which is made when it is new. */
  pod(owner: string, image: string, limits: JsonObject = {}): number {
    const { cluster } = this;
    const labels = { app: owner };
    const container = { name: 'app', image, resources: { limits } };
    const document: JsonObject = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: owner },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    };
    const manifest = decodeObject(document);
    if (cluster.replicaSets.find('default', owner) === undefined) createObject(cluster, manifest);
    const { uid } = cluster.replicaSets.find('default', owner)!;
    const template = cluster.templates.intern((manifest as ReplicaSetManifest).spec.template);
    return cluster.createOwnedPod(cluster.owners.get(uid)!, template);
  }

  ready(...pods: number[]): void {
    for (const pod of pods) this.cluster.setPodRunning(pod, true);
  }

  cpu(...pods: number[]): (number | undefined)[] {
    return pods.map((pod) => this.usage.sampleOf(pod)?.cpuMilli);
  }

  at(seconds: number): void {
    this.kernel.scheduleAt(seconds * MICROS_PER_SECOND, this.tick);
    this.kernel.run();
  }
}

test('usage is of pods that run, be they ready or not', () => {
  const rig = new Rig('[{usage: {cpu: 50m, memory: 1Mi}}]');
  const [waiting, running, ready] = [rig.pod('a', 'a:1'), rig.pod('a', 'a:1'), rig.pod('a', 'a:1')] as const;
  rig.cluster.setPodRunning(running, false);
  rig.ready(ready);
  expect(rig.cpu(waiting, running, ready)).toEqual([undefined, 50, 50]);
  expect(rig.usage.sampleOf(ready)).toEqual({ cpuMilli: 50, memoryBytes: 2 ** 20 });
});

describe('a load is shared', () => {
  test('by the pods of its rule, whosever they are, as far as they are ready', () => {
    const rig = new Rig('[{load: {cpu: 1}}]');
    const pods = [rig.pod('a', 'a:1'), rig.pod('b', 'b:1'), rig.pod('b', 'b:1')] as const;
    rig.cluster.setPodRunning(pods[2], false);
    rig.ready(pods[0], pods[1]);
    expect(rig.cpu(...pods)).toEqual([500, 500, 0]);
    rig.ready(pods[2]);
    expect(rig.cpu(...pods)).toEqual([333, 333, 333]);
  });

  test('and by those of other rules in the same workload: each uses its own rule of it', () => {
    const rig = new Rig("[{match: {image: 'a:2'}, load: {cpu: 2}}, {load: {cpu: 1}}]");
    // One ReplicaSet stands for a Deployment of two versions: what counts is whose the pods are.
    const pods = [rig.pod('a', 'a:1'), rig.pod('a', 'a:2'), rig.pod('b', 'b:1'), rig.pod('b', 'b:1')];
    rig.ready(...pods);
    expect(rig.cpu(...pods)).toEqual([250, 500, 250, 250]);
  });

  test('but not between rules that have no workload in common', () => {
    const rig = new Rig("[{match: {image: 'a:1'}, load: {cpu: 1}}, {load: {cpu: 1}}]");
    const pods = [rig.pod('a', 'a:1'), rig.pod('b', 'b:1'), rig.pod('b', 'b:1')];
    rig.ready(...pods);
    expect(rig.cpu(...pods)).toEqual([1000, 500, 500]);
  });

  test('up to what a container may use', () => {
    const rig = new Rig('[{load: {cpu: 2}}]');
    const pods = [rig.pod('a', 'a:1', { cpu: '300m' }), rig.pod('b', 'b:1')];
    rig.ready(...pods);
    expect(rig.cpu(...pods)).toEqual([300, 1000]);
  });
});

test('what a pod uses at its start, and what a load is when, change at known times', () => {
  const rig = new Rig('[{usage: {cpu: 50m, startup: {cpu: 400m, for: 30s}}, load: {cpu: {steps: [[60s, 1]]}}}]');
  const pod = rig.pod('a', 'a:1');
  const next = () => rig.usage.nextChangeMicros(pod) / MICROS_PER_SECOND;
  rig.at(10);
  rig.ready(pod);
  expect([rig.cpu(pod)[0], next()]).toEqual([400, 40]);
  rig.at(40);
  expect([rig.cpu(pod)[0], next()]).toEqual([50, 60]);
  rig.at(60);
  expect([rig.cpu(pod)[0], next()]).toEqual([1050, Number.POSITIVE_INFINITY]);
});

test('that nobody asks for is a warning, and so is an autoscaler that learns nothing', () => {
  const { warnings } = play({ behavior: { usage: { cpu: '50m' }, load: { cpu: '1' } } }).result;
  expect(warnings).toEqual([
    'behavior[0].usage: no HorizontalPodAutoscaler looked at a running pod of the rule',
    'behavior[0].load: no HorizontalPodAutoscaler looked at a running pod of the rule',
  ]);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const autoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: kinds.HorizontalPodAutoscaler.kind,
    metadata: { name: 'web' },
    spec: { scaleTargetRef, maxReplicas: 5 },
  };
  expect(play({ before: [autoscaler] }).result.warnings).toEqual([
    'horizontalpodautoscaler/web scales nothing: the HPA was unable to compute the replica count: failed to get cpu ' +
      'utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API (behavior in a ' +
      'Scenario says with usage and load what pods use)',
  ]);
});

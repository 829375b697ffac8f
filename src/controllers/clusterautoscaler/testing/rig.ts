/** A cluster with the autoscaler, and nobody else who would make nodes; for tests. */

import { featureGates } from '../../../api/featureGates.ts';
import type { JsonObject } from '../../../api/types.ts';
import { POD_BOUND, POD_EXISTS } from '../../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../../kernel/time.ts';
import { nodeGroups } from '../../../runner/nodeGroups.ts';
import { buildScenario } from '../../../scenario/index.ts';
import { joinNode } from '../../../scenario/nodes.ts';
import { nodeNames } from '../../../scenario/pools.ts';
import { Stand } from '../../../testing/stand.ts';
import { ClusterAutoscaler } from '../controller.ts';
import type { NodeGroup } from '../nodeGroup.ts';

/** From a pod's creation to the scheduler having failed to place it, for sure. */
const TRIED_MICROS = MICROS_PER_SECOND / 2;

export class Rig {
  readonly stand: Stand;
  readonly groups: readonly NodeGroup[];
  /** Nodes asked for, and taken away (negative), in order. */
  readonly scaled: number[] = [];

  /** @param flags of cluster-autoscaler */
  constructor(pools: readonly JsonObject[], flags: JsonObject = {}, seed = 1) {
    const stand = new Stand({ nodes: [], seed });
    this.stand = stand;
    const { kernel, cluster } = stand;
    const text = JSON.stringify({
      apiVersion: 'rollsim/v1alpha1',
      kind: 'Scenario',
      cluster: { nodes: pools },
      controlPlane: { 'cluster-autoscaler': flags },
    });
    const scenario = buildScenario({ files: [{ file: 's.yaml', text }] }, {});
    const { controlPlane, kubernetes } = scenario;
    const context = { kernel, cluster, controlPlane, version: kubernetes, gates: featureGates(kubernetes, {}) };
    this.groups = nodeGroups(cluster, scenario.pools);
    const autoscaler = new ClusterAutoscaler(context, {
      groups: this.groups,
      options: scenario.clusterAutoscaler,
      isQueued: () => true,
      onScale: (nodes) => this.scaled.push(nodes),
    });
    const tried = kernel.register('rig/tried', (pod, uid) => {
      const isWaiting = (cluster.pods.state[pod]! & (POD_EXISTS | POD_BOUND)) === POD_EXISTS;
      if (isWaiting && (cluster.pods.uid[pod]! | 0) === uid) autoscaler.podUnschedulable(pod);
    });
    cluster.observePods((pod, before) => {
      if (before === 0) kernel.schedule(TRIED_MICROS, tried, pod, cluster.pods.uid[pod]! | 0);
    });
    for (const pool of scenario.pools) {
      for (const [index, name] of nodeNames(pool).entries()) {
        joinNode(cluster, pool, name, pool.zones[index % pool.zones.length] ?? '');
      }
    }
  }

  pod(name: string, cpu: string, spec: JsonObject = {}, labels: JsonObject = {}): void {
    this.stand.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: { containers: [{ name: 'c', image: 'c:v1', resources: { requests: { cpu } } }], ...spec },
    });
  }

  /** Names of the nodes, with their zones. */
  nodes(): string[] {
    const zoneOf = (labels: Readonly<Record<string, string>>) => labels['topology.kubernetes.io/zone'];
    return this.stand.cluster.nodeObjects
      .list()
      .map(({ meta }) => (zoneOf(meta.labels) === undefined ? meta.name : `${meta.name} ${zoneOf(meta.labels)}`));
  }

  /** `REASON message` of the autoscaler's Events about pods and nodes. */
  events(): string[] {
    return this.stand.events
      .filter(({ reason }) => /ScaleUp$|^ScaleDown/.test(reason))
      .map(({ name, reason, message }) => `${name} ${reason} ${message}`);
  }
}

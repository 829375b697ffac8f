import { resolveRoundUp } from '../../api/intOrPercent.ts';
import { type Cluster, type PodDisruptionBudget, type PodOwner, RESOURCES } from '../../cluster/index.ts';
import type { CountedPods } from './budgetPods.ts';

/** How many pods a budget is reckoned from, and how many of them have to be healthy. */
export interface Expectation {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  /** Pods without a controller that a share of the controllers' replicas leaves out. */
  readonly unmanaged: number;
}

/**
 * Upstream's `getExpectedPodCount`: a whole `minAvailable` counts the pods that there are, everything else the replicas
 * that their controllers want.
 *
 * @returns what is wrong where a controller does not say how many it wants
 */
export function expectedPods(
  cluster: Cluster,
  { spec }: PodDisruptionBudget,
  counted: Readonly<CountedPods>,
): Expectation | string {
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined && !minAvailable.isPercent) {
    return { expectedPods: counted.pods, desiredHealthy: minAvailable.value, unmanaged: 0 };
  }
  const scale = expectedScale(cluster, counted);
  if (typeof scale === 'string') return scale;
  const unmanaged = counted.byOwner.get(-1) ?? 0;
  const desiredHealthy =
    maxUnavailable === undefined
      ? resolveRoundUp(minAvailable!, scale)
      : Math.max(0, scale - resolveRoundUp(maxUnavailable, scale));
  return { expectedPods: scale, desiredHealthy, unmanaged };
}

/** Sum of what the pods' controllers want, each once. */
function expectedScale(cluster: Cluster, counted: Readonly<CountedPods>): number | string {
  const scales = new Map<number, number>();
  for (const uid of counted.byOwner.keys()) {
    if (uid === -1) continue;
    const scale = scaleOf(cluster, cluster.owners.get(uid)!);
    if (typeof scale === 'string') return scale;
    scales.set(scale.uid, scale.replicas);
  }
  let sum = 0;
  for (const replicas of scales.values()) sum += replicas;
  return sum;
}

interface Scale {
  readonly uid: number;
  readonly replicas: number;
}

/** The Deployment's replicas, or those of the controller itself (upstream's finders). */
function scaleOf(cluster: Cluster, { kind, uid }: PodOwner): Scale | string {
  if (kind === 'DaemonSet' || kind === 'Job') return `${RESOURCES[kind]} does not implement the scale subresource`;
  const controller = cluster.tables[kind].cached(uid);
  if (controller === undefined) return 'found no controllers for pod';
  const deployment = kind === 'ReplicaSet' ? cluster.deployments.cached(controller.ownerUid) : undefined;
  const { uid: scaledUid, spec } = deployment ?? controller;
  return { uid: scaledUid, replicas: spec.replicas };
}

import type { JobSpec } from '../../api/types.ts';
import { type Cluster, POD_BOUND, POD_READY, POD_RUNNING, truncateToSecond } from '../../cluster/index.ts';
import { duplicatedIndexPods } from './indexed.ts';
import type { JobPod } from './jobPods.ts';

/**
 * Active pods to delete (upstream's `activePodsForRemoval`): those of an Indexed Job whose index is taken or not valid,
 * and others until there are `atLeast`.
 */
export function activePodsForRemoval(
  cluster: Cluster,
  spec: JobSpec,
  active: readonly JobPod[],
  atLeast: number,
): JobPod[] {
  const compare = (a: JobPod, b: JobPod) => compareActivePods(cluster, a, b);
  const { removed, left } =
    spec.completionMode === 'Indexed' ? duplicatedIndexPods(spec, active, compare) : { removed: [], left: [...active] };
  if (removed.length >= atLeast) return removed;
  return [...removed, ...left.sort(compare).slice(0, atLeast - removed.length)];
}

/**
 * Upstream's `ActivePods`; negative: `a` goes first. Unassigned pods before assigned ones, Pending before Running, not
 * Ready before Ready, ready for a shorter time, more restarts, created later. What upstream leaves open goes by age too.
 */
export function compareActivePods({ pods }: Cluster, a: JobPod, b: JobPod): number {
  const byState =
    (a.state & POD_BOUND) - (b.state & POD_BOUND) ||
    (a.state & POD_RUNNING) - (b.state & POD_RUNNING) ||
    (a.state & POD_READY) - (b.state & POD_READY);
  if (byState !== 0) return byState;
  const laterFirst = (times: Float64Array) => truncateToSecond(times[b.row]!) - truncateToSecond(times[a.row]!);
  return (
    ((a.state & POD_READY) === 0 ? 0 : laterFirst(pods.readyMicros)) ||
    pods.restarts[b.row]! - pods.restarts[a.row]! ||
    laterFirst(pods.createdMicros) ||
    pods.ordinal[b.row]! - pods.ordinal[a.row]!
  );
}

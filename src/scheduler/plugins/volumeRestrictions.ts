import type { Cluster } from '../../cluster/cluster.ts';
import { Lister } from '../../cluster/lister.ts';
import type { PersistentVolumeClaim } from '../../cluster/objects.ts';
import { ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type NodeInfoListener,
  type PodInfo,
  type PreFilterPlugin,
  SKIP,
  type Status,
  SUCCESS,
} from '../framework.ts';

const ERR_REASON_READ_WRITE_ONCE_POD_CONFLICT =
  'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';

/**
 * Rejects all nodes for a pod whose claim is ReadWriteOncePod and that another pod has mounted, whichever node that one is
 * on. The volumes of some clouds that upstream looks at here too are not simulated.
 */
export class VolumeRestrictions implements PreFilterPlugin, FilterPlugin, EnqueueExtensions, NodeInfoListener {
  readonly name = 'VolumeRestrictions';
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  /** Placed pods by `namespace/name` of a claim. */
  private readonly users = new Map<string, number>();

  constructor({ cluster }: Handle) {
    this.cluster = cluster;
    this.claims = new Lister(cluster.tables.PersistentVolumeClaim);
  }

  eventsToRegister(): readonly EventRegistration[] {
    return [{ kinds: ClusterEventKind.AssignedPodDelete | ClusterEventKind.ClaimAddOrUpdate }];
  }

  podAdded(pod: PodInfo): void {
    this.count(pod, 1);
  }

  podRemoved(pod: PodInfo): void {
    this.count(pod, -1);
  }

  private count(info: PodInfo, sign: 1 | -1): void {
    for (const name of this.cluster.claimsOf(info.pod, info.template)) {
      const key = `${info.namespace}/${name}`;
      const users = (this.users.get(key) ?? 0) + sign;
      if (users === 0) this.users.delete(key);
      else this.users.set(key, users);
    }
  }

  preFilter({ pod, template }: CycleState): Status {
    const names = this.cluster.claimsOf(pod, template);
    if (names.length === 0) return SKIP;
    const namespace = this.cluster.podNamespace(pod);
    const isTaken = (name: string) =>
      this.users.has(`${namespace}/${name}`) &&
      this.claims.get(namespace, name)?.spec.accessModes.includes('ReadWriteOncePod') === true;
    return names.some(isTaken) ? SUCCESS : SKIP;
  }

  /** Only asked where PreFilter has found a conflict. */
  filter(): number {
    return 1;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON_READ_WRITE_ONCE_POD_CONFLICT];
  }

  isUnresolvable(): boolean {
    return false;
  }
}

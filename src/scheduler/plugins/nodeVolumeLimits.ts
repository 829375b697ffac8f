import { isJsonObject } from '../../api/canonical.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { Lister } from '../../cluster/lister.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../cluster/objects.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
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

const ERR_REASON_MAX_VOLUME_COUNT_EXCEEDED = 'node(s) exceed max volume count';
/** What a driver's limit is called among a node's allocatable resources. */
const ATTACH_LIMIT_PREFIX = 'attachable-volumes-csi-';
const PROVISIONED_BY_ANNOTATION = 'pv.kubernetes.io/provisioned-by';

/** A volume as a CSI driver sees it. */
interface DriverVolume {
  readonly driver: string;
  /** Tells it from the driver's other volumes. */
  readonly handle: string;
}

/**
 * Rejects nodes on which a CSI driver would have more volumes than it can attach there. The limit is what the node's
 * CSINode says, else what stands among its allocatable resources; without either there is none.
 *
 * A volume counts once on a node, however many pods use it. Volumes of in-tree plugins, which upstream counts for the
 * drivers that they have been migrated to, are not counted.
 */
export class NodeVolumeLimits implements PreFilterPlugin, FilterPlugin, EnqueueExtensions, NodeInfoListener {
  readonly name = 'NodeVolumeLimits';
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly volumes: Lister<PersistentVolume>;
  private readonly classes: Lister<StorageClass>;
  /** By row: how many pods use a claim, by `namespace/name`. */
  private readonly claimsOfNode: (Map<string, number> | undefined)[] = [];
  /** Volumes of the pod whose turn it is. */
  private needed: readonly DriverVolume[] = [];

  constructor({ cluster }: Handle) {
    this.cluster = cluster;
    this.claims = new Lister(cluster.tables.PersistentVolumeClaim);
    this.volumes = new Lister(cluster.tables.PersistentVolume);
    this.classes = new Lister(cluster.tables.StorageClass);
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { AssignedPodDelete, ClaimAddOrUpdate, NodeAdd } = ClusterEventKind;
    return [
      // A new node stands for the CSINode that comes with it. Upstream passes over pods that had no volumes.
      { kinds: NodeAdd | AssignedPodDelete },
      { kinds: ClaimAddOrUpdate, hint: (_template, event, pod) => this.isClaimOf(pod, event) },
    ];
  }

  private isClaimOf(pod: number, { claim }: ClusterEvent): boolean {
    if (claim === undefined || claim.meta.namespace !== this.cluster.podNamespace(pod)) return false;
    return this.cluster.claimsOf(pod).includes(claim.meta.name);
  }

  podAdded(pod: PodInfo, node: number): void {
    this.count(pod, node, 1);
  }

  podRemoved(pod: PodInfo, node: number): void {
    this.count(pod, node, -1);
  }

  private count(info: PodInfo, node: number, sign: 1 | -1): void {
    const names = this.cluster.claimsOf(info.pod, info.template);
    if (names.length === 0) return;
    const users = (this.claimsOfNode[node] ??= new Map());
    for (const name of names) {
      const key = `${info.namespace}/${name}`;
      const pods = (users.get(key) ?? 0) + sign;
      if (pods === 0) users.delete(key);
      else users.set(key, pods);
    }
  }

  preFilter(state: CycleState): Status {
    const names = this.cluster.claimsOf(state.pod, state.template);
    if (names.length === 0) return SKIP;
    this.needed = this.resolveAll(names.map((name) => `${state.namespace}/${name}`));
    return this.needed.length === 0 ? SKIP : SUCCESS;
  }

  filter(_state: CycleState, node: number): number {
    let attached: readonly DriverVolume[] | undefined;
    for (const driver of new Set(this.needed.map((volume) => volume.driver))) {
      const limit = this.limitOf(node, driver);
      if (limit === undefined) continue;
      attached ??= this.resolveAll(this.claimsOfNode[node]?.keys() ?? []);
      const handles = new Set(handlesOf(attached, driver));
      const before = handles.size;
      for (const handle of handlesOf(this.needed, driver)) handles.add(handle);
      if (handles.size > before && handles.size > limit) return 1;
    }
    return 0;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON_MAX_VOLUME_COUNT_EXCEEDED];
  }

  isUnresolvable(): boolean {
    return false;
  }

  private limitOf(node: number, driver: string): number | undefined {
    const { volumeLimits, nodes } = this.cluster;
    const limit = volumeLimits.get(nodes.names[node]!)?.get(driver);
    return limit ?? nodes.objects[node]!.allocatable.extended.get(`${ATTACH_LIMIT_PREFIX}${driver}`);
  }

  /** @param keys `namespace/name` of claims; those that no driver has a volume for are left out */
  private resolveAll(keys: Iterable<string>): DriverVolume[] {
    return [...keys].flatMap((key) => this.resolve(key) ?? []);
  }

  /** Upstream's getCSIDriverInfo: the claim's volume, or, where it has none yet, the one that its class will make. */
  private resolve(key: string): DriverVolume | undefined {
    const [namespace, name] = key.split('/') as [string, string];
    const claim = this.claims.get(namespace, name);
    if (claim === undefined) return undefined;
    const volume = claim.spec.volumeName === '' ? undefined : this.volumes.get('', claim.spec.volumeName);
    if (volume !== undefined) return driverVolumeOf(volume);
    const storageClass = this.classes.get('', claim.spec.storageClassName ?? '');
    return storageClass && { driver: storageClass.spec.provisioner, handle: `claim ${key}` };
  }
}

function handlesOf(volumes: readonly DriverVolume[], driver: string): string[] {
  return volumes.filter((volume) => volume.driver === driver).map(({ handle }) => handle);
}

function driverVolumeOf({ meta, manifest }: PersistentVolume): DriverVolume | undefined {
  const csi = isJsonObject(manifest.spec) ? manifest.spec.csi : undefined;
  if (isJsonObject(csi)) return { driver: String(csi.driver), handle: String(csi.volumeHandle ?? meta.name) };
  const driver = meta.annotations[PROVISIONED_BY_ANNOTATION];
  return driver === undefined ? undefined : { driver, handle: meta.name };
}

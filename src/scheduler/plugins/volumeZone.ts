import type { StringMap } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { Lister } from '../../cluster/lister.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../cluster/objects.ts';
import { isDelayBindingMode } from '../../cluster/volumes.ts';
import { ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type PreFilterPlugin,
  SKIP,
  type Status,
  SUCCESS,
  unresolvable,
} from '../framework.ts';

const ERR_REASON_CONFLICT = 'node(s) had no available volume zone';

/** Labels that say where a volume is, and the labels of nodes that have to say the same: in the end the newer ones. */
const TOPOLOGY_LABELS: readonly (readonly [string, string])[] = [
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['topology.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['topology.kubernetes.io/region', 'topology.kubernetes.io/region'],
];
/** Between the zones of a volume that is in several. */
const SEPARATOR = '__';

/** Where a volume can be reached from. */
interface VolumeTopology {
  readonly label: string;
  readonly newerLabel: string;
  readonly values: readonly string[];
}

/**
 * Keeps pods to the zones and regions that their volumes name by labels, the way before node affinity. A node that says
 * nothing of where it is may have every volume.
 */
export class VolumeZone implements PreFilterPlugin, FilterPlugin, EnqueueExtensions {
  readonly name = 'VolumeZone';
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly volumes: Lister<PersistentVolume>;
  private readonly classes: Lister<StorageClass>;
  /** Of the volumes of the pod whose turn it is. */
  private topologies: readonly VolumeTopology[] = [];

  constructor({ cluster }: Handle) {
    this.cluster = cluster;
    this.claims = new Lister(cluster.tables.PersistentVolumeClaim);
    this.volumes = new Lister(cluster.tables.PersistentVolume);
    this.classes = new Lister(cluster.tables.StorageClass);
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateLabel, ClaimAddOrUpdate, VolumeAddOrUpdate, StorageClassAddOrUpdate } = ClusterEventKind;
    return [
      { kinds: NodeAdd | NodeUpdateLabel | VolumeAddOrUpdate | StorageClassAddOrUpdate },
      {
        kinds: ClaimAddOrUpdate,
        hint: (_template, { claim }, pod) =>
          claim !== undefined &&
          claim.meta.namespace === this.cluster.podNamespace(pod) &&
          this.cluster.claimsOf(pod).includes(claim.meta.name),
      },
    ];
  }

  preFilter(state: CycleState): Status {
    const names = this.cluster.claimsOf(state.pod, state.template);
    if (names.length === 0) return SKIP;
    const topologies: VolumeTopology[] = [];
    for (const name of names) {
      const claim = this.claims.get(state.namespace, name);
      if (claim === undefined) return unresolvable(`persistentvolumeclaim "${name}" not found`);
      const { volumeName } = claim.spec;
      if (volumeName === '') {
        const problem = this.problemOfUnbound(claim);
        if (problem !== undefined) return unresolvable(problem);
        continue;
      }
      const volume = this.volumes.get('', volumeName);
      if (volume === undefined) return unresolvable(`persistentvolume "${volumeName}" not found`);
      topologies.push(...topologiesOf(volume.meta.labels));
    }
    this.topologies = topologies;
    return topologies.length === 0 ? SKIP : SUCCESS;
  }

  /** Undefined for a claim that may wait for a pod. */
  private problemOfUnbound({ spec: { storageClassName = '' } }: PersistentVolumeClaim): string | undefined {
    if (storageClassName === '') return 'PersistentVolumeClaim had no pv name and storageClass name';
    const storageClass = this.classes.get('', storageClassName);
    if (storageClass === undefined) return `storageclass.storage.k8s.io "${storageClassName}" not found`;
    return isDelayBindingMode(storageClass) ? undefined : 'PersistentVolume had no name';
  }

  filter(_state: CycleState, node: number): number {
    const { labels } = this.cluster.nodes.objects[node]!.meta;
    if (!TOPOLOGY_LABELS.some(([label]) => Object.hasOwn(labels, label))) return 0;
    for (const { label, newerLabel, values } of this.topologies) {
      const value = labels[label] ?? labels[newerLabel];
      if (value === undefined || !values.includes(value)) return 1;
    }
    return 0;
  }

  reasonsOf(): readonly string[] {
    return [ERR_REASON_CONFLICT];
  }

  isUnresolvable(): boolean {
    return true;
  }
}

/** A label with a zone that is blank is passed over. */
function topologiesOf(labels: StringMap): VolumeTopology[] {
  return TOPOLOGY_LABELS.flatMap(([label, newerLabel]) => {
    const values = labels[label]?.split(SEPARATOR).map((value) => value.trim());
    return values === undefined || values.includes('') ? [] : [{ label, newerLabel, values }];
  });
}

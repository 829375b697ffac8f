import type { Cluster } from '../../cluster/cluster.ts';
import type { ReplicaSet } from '../../cluster/objects.ts';
import type { PodOwner } from '../../cluster/podOwner.ts';

/** What a Kubernetes object name may look like within a text. */
const NAME = /[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/g;
const GENERATED_SUFFIX = /-[a-z0-9]{5}$/;

/**
 * The names of a log: generated hashes and suffixes are replaced by counts, so that two runs, or a run and a recording,
 * can be compared. A Deployment's ReplicaSets are `web@1`, `web@2` … by order of creation.
 */
export class LogNames {
  private readonly cluster: Cluster;
  /** By uid. */
  private readonly replicaSets = new Map<number, string>();
  /** ReplicaSets made so far, by the Deployment's name in the log. */
  private readonly madeBy = new Map<string, number>();
  /** By uid of the pod; uids of pods are never reused. */
  private readonly podNames = new Map<number, string>();
  /** From the name in the cluster to the one in the log; only where they differ. */
  private readonly inTexts = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** With the namespace in front where that is not `default`. */
  object(meta: { readonly namespace: string; readonly name: string }): string {
    return meta.namespace === 'default' ? meta.name : `${meta.namespace}/${meta.name}`;
  }

  replicaSet(replicaSet: ReplicaSet): string {
    return this.replicaSets.get(replicaSet.uid) ?? this.nameReplicaSet(replicaSet);
  }

  /** Name in the log of the ReplicaSet with this uid, if there ever was one. */
  replicaSetByUid(uid: number): string | undefined {
    const known = this.replicaSets.get(uid);
    if (known !== undefined) return known;
    const replicaSet = this.cluster.replicaSets.get(uid);
    return replicaSet && this.nameReplicaSet(replicaSet);
  }

  /** Name of a pod that has just been created: `ReplicaSet/web@1#3`, or its own where it was given one. */
  newPod(pod: number): string {
    const { cluster } = this;
    const named = cluster.namedPod(pod);
    if (named !== undefined) return this.object(named.meta);
    return `${this.podController(cluster.ownerOf(pod))}#${cluster.pods.ordinal[pod]}`;
  }

  /** Remembers the name that a pod has in this log, under its uid. */
  namePod(uid: number, name: string): void {
    this.podNames.set(uid, name);
  }

  /** The pod's name in this log. */
  pod({ podUid, podName }: { readonly podUid: number; readonly podName: string }): string {
    return this.podNames.get(podUid) ?? podName;
  }

  /** `ReplicaSet/web@1`, `StatefulSet/db`; undefined for no controller, or one that never was seen. */
  podController(owner: PodOwner | undefined): string | undefined {
    if (owner === undefined) return undefined;
    const name =
      owner.kind === 'ReplicaSet'
        ? this.replicaSetByUid(owner.uid)
        : this.object({ namespace: owner.namespace, name: owner.name });
    return name === undefined ? undefined : `${owner.kind}/${name}`;
  }

  /** Replaces the names of ReplicaSets, also at the beginning of pod names, by those of the log. */
  text(text: string): string {
    return text.replace(NAME, (name) => {
      const whole = this.inTexts.get(name);
      if (whole !== undefined) return whole;
      const owner = name.replace(GENERATED_SUFFIX, '');
      return owner === name ? name : (this.inTexts.get(owner) ?? owner) + name.slice(owner.length);
    });
  }

  private nameReplicaSet(replicaSet: ReplicaSet): string {
    const deployment = this.cluster.deployments.get(replicaSet.ownerUid);
    let name = this.object(replicaSet.meta);
    if (deployment !== undefined) {
      const root = this.object(deployment.meta);
      const number = (this.madeBy.get(root) ?? 0) + 1;
      this.madeBy.set(root, number);
      name = `${root}@${number}`;
      this.inTexts.set(replicaSet.meta.name, `${deployment.meta.name}@${number}`);
    }
    this.replicaSets.set(replicaSet.uid, name);
    return name;
  }
}

import { matchesTerm } from '../../api/nodeSelectorMatch.ts';
import type { ApiError } from '../../cluster/apiError.ts';
import { SELECTED_NODE_ANNOTATION } from '../../cluster/claims.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { Lister } from '../../cluster/lister.ts';
import { ZONE_LABEL } from '../../cluster/nodeTable.ts';
import {
  isDeleting,
  type Node,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '../../cluster/objects.ts';
import { call, type Process, ProcessRunner } from '../../cluster/process.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import {
  boundTo,
  findMatchingVolume,
  isDelayBindingMode,
  isFullyBound,
  NO_PROVISIONER,
} from '../../cluster/volumes.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { type ClusterEvent, ClusterEventKind, type EventRegistration } from '../clusterEvent.ts';
import {
  type CycleState,
  type EnqueueExtensions,
  type FilterPlugin,
  type Handle,
  type PreBindPlugin,
  type PreFilterPlugin,
  type ReservePlugin,
  SKIP,
  type Status,
  SUCCESS,
  unresolvable,
} from '../framework.ts';
import { DEFAULT_PLUGIN_ARGS, type VolumeBindingArgs } from '../pluginArgs.ts';

const ERR_REASON_NODE_CONFLICT = 'node(s) had volume node affinity conflict';
const ERR_REASON_BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
const ERR_REASON_PV_NOT_EXIST = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';
const UNBOUND_IMMEDIATE = 'pod has unbound immediate PersistentVolumeClaims';

/** Bits of a Filter's code, in the order of their reasons. */
const NODE_CONFLICT = 1;
const BIND_CONFLICT = 2;
const PV_NOT_EXIST = 4;
const REASONS: readonly (readonly [number, string])[] = [
  [NODE_CONFLICT, ERR_REASON_NODE_CONFLICT],
  [BIND_CONFLICT, ERR_REASON_BIND_CONFLICT],
  [PV_NOT_EXIST, ERR_REASON_PV_NOT_EXIST],
];

/** How often it looks whether the claims are bound: not at once. */
const POLL_MICROS = MICROS_PER_SECOND;

/** What a pod needs of the volume binder before it can be bound (upstream's PodVolumes). */
interface PodVolumes {
  readonly node: Node;
  /** Volumes that are there, for claims that wait for a pod. */
  readonly staticBindings: readonly { readonly volume: PersistentVolume; readonly claim: PersistentVolumeClaim }[];
  /** Claims whose volumes are to be made for the node. */
  readonly dynamicProvisions: readonly PersistentVolumeClaim[];
}

/**
 * Keeps pods to nodes that reach their volumes, and has volumes chosen or made for the node of the first pod where the
 * class asks for that. Such a pod is bound when its claims are, which is looked at once a second.
 */
export class VolumeBinding implements PreFilterPlugin, FilterPlugin, ReservePlugin, PreBindPlugin, EnqueueExtensions {
  readonly name = 'VolumeBinding';
  private readonly cluster: Cluster;
  private readonly claims: Lister<PersistentVolumeClaim>;
  private readonly volumes: Lister<PersistentVolume>;
  private readonly classes: Lister<StorageClass>;
  private readonly runner: ProcessRunner<boolean>;
  private readonly args: VolumeBindingArgs;
  /** Claims of the pod whose turn it is. */
  private boundClaims: PersistentVolumeClaim[] = [];
  private delayedClaims: PersistentVolumeClaim[] = [];
  /** Volumes that one of those might get. */
  private candidates: PersistentVolume[] = [];
  /** Of pods on their way to their nodes, by row. */
  private readonly podVolumes = new Map<number, PodVolumes>();
  /** Upstream's assume caches: uids of claims by uid of the volume, and nodes by uid of the claim. */
  private readonly assumedClaims = new Map<number, number>();
  private readonly assumedNodes = new Map<number, string>();

  constructor({ cluster, client }: Handle, args: VolumeBindingArgs = DEFAULT_PLUGIN_ARGS.VolumeBinding) {
    this.cluster = cluster;
    this.args = args;
    this.claims = new Lister(cluster.tables.PersistentVolumeClaim);
    this.volumes = new Lister(cluster.tables.PersistentVolume);
    this.classes = new Lister(cluster.tables.StorageClass);
    this.runner = new ProcessRunner(cluster.kernel, client, 'scheduler/volumeBinding');
  }

  eventsToRegister(): readonly EventRegistration[] {
    const { NodeAdd, NodeUpdateLabel, ClaimAddOrUpdate, VolumeAddOrUpdate, StorageClassAddOrUpdate } = ClusterEventKind;
    return [
      { kinds: NodeAdd | NodeUpdateLabel | VolumeAddOrUpdate | StorageClassAddOrUpdate },
      { kinds: ClaimAddOrUpdate, hint: (_template, event, pod) => this.isClaimOf(pod, event) },
    ];
  }

  private isClaimOf(pod: number, { claim }: ClusterEvent): boolean {
    if (claim === undefined || claim.meta.namespace !== this.cluster.podNamespace(pod)) return false;
    return this.cluster.claimsOf(pod).includes(claim.meta.name);
  }

  preFilter({ pod, template }: CycleState): Status {
    const names = this.cluster.claimsOf(pod, template);
    if (names.length === 0) return SKIP;
    this.boundClaims = [];
    this.delayedClaims = [];
    const namespace = this.cluster.podNamespace(pod);
    let hasUnboundImmediate = false;
    for (const name of names) {
      const claim = this.claims.get(namespace, name);
      const problem = problemOf(name, claim);
      if (claim === undefined || problem !== undefined) return unresolvable(problem ?? '');
      if (isFullyBound(claim)) this.boundClaims.push(claim);
      else if (isDelayBindingMode(this.classOf(claim)) && claim.spec.volumeName === '') this.delayedClaims.push(claim);
      else hasUnboundImmediate = true;
    }
    this.delayedClaims.sort((a, b) => a.spec.requestBytes - b.spec.requestBytes);
    this.candidates = this.delayedClaims.length === 0 ? [] : [...this.volumes.list()].filter(isUnbound);
    return hasUnboundImmediate ? unresolvable(UNBOUND_IMMEDIATE) : SUCCESS;
  }

  filter(_state: CycleState, node: number): number {
    const object = this.cluster.nodes.objects[node]!;
    const code = this.checkBoundClaims(object);
    const isSatisfied = this.delayedClaims.length === 0 || this.findPodVolumes(object) !== undefined;
    return isSatisfied ? code : code | BIND_CONFLICT;
  }

  reasonsOf(code: number): readonly string[] {
    return REASONS.filter(([bit]) => (code & bit) !== 0).map(([, reason]) => reason);
  }

  isUnresolvable(): boolean {
    return true;
  }

  private checkBoundClaims(node: Node): number {
    for (const { spec } of this.boundClaims) {
      const volume = this.volumes.get('', spec.volumeName);
      if (volume === undefined) return PV_NOT_EXIST;
      if (!isReachable(volume, node)) return NODE_CONFLICT;
    }
    return 0;
  }

  /** Volumes for the claims that wait for a pod, on this node; undefined where the node cannot have them all. */
  private findPodVolumes(node: Node): PodVolumes | undefined {
    const staticBindings: { volume: PersistentVolume; claim: PersistentVolumeClaim }[] = [];
    const dynamicProvisions: PersistentVolumeClaim[] = [];
    for (const claim of this.delayedClaims) {
      const selectedNode = this.assumedNodes.get(claim.uid) ?? claim.meta.annotations[SELECTED_NODE_ANNOTATION];
      if (selectedNode !== undefined && selectedNode !== node.meta.name) return undefined;
      const isTaken = (volume: PersistentVolume) =>
        this.isAssumedForOther(volume, claim) || staticBindings.some((binding) => binding.volume === volume);
      const volume =
        selectedNode === undefined
          ? findMatchingVolume(claim, this.candidates, {
              isDelayBinding: true,
              isReachable: (candidate) => isReachable(candidate, node),
              isExcluded: isTaken,
            })
          : undefined;
      if (volume !== undefined) staticBindings.push({ volume, claim });
      else if (this.canProvision(claim, node)) dynamicProvisions.push(claim);
      else return undefined;
    }
    return { node, staticBindings, dynamicProvisions };
  }

  private isAssumedForOther(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
    const assumed = this.assumedClaims.get(volume.uid);
    return assumed !== undefined && assumed !== claim.uid;
  }

  /** Upstream's `checkVolumeProvisions`; storage is never full here. */
  private canProvision(claim: PersistentVolumeClaim, node: Node): boolean {
    const storageClass = this.classOf(claim);
    if (storageClass === undefined || storageClass.spec.provisioner === NO_PROVISIONER) return false;
    const { allowedZones } = storageClass.spec;
    return allowedZones === undefined || allowedZones.includes(node.meta.labels[ZONE_LABEL] ?? '');
  }

  private classOf({ spec }: PersistentVolumeClaim): StorageClass | undefined {
    return this.classes.get('', spec.storageClassName ?? '');
  }

  // ---- the chosen node ----

  reserve({ pod, template }: CycleState, node: number): boolean {
    if (this.cluster.claimsOf(pod, template).length === 0 || this.delayedClaims.length === 0) return true;
    const object = this.cluster.nodes.objects[node];
    const podVolumes = object && this.findPodVolumes(object);
    if (podVolumes === undefined) return false;
    this.podVolumes.set(pod, podVolumes);
    for (const { volume, claim } of podVolumes.staticBindings) this.assumedClaims.set(volume.uid, claim.uid);
    for (const claim of podVolumes.dynamicProvisions) this.assumedNodes.set(claim.uid, podVolumes.node.meta.name);
    return true;
  }

  unreserve(pod: number, _template?: CompiledTemplate, _node?: number): void {
    const podVolumes = this.podVolumes.get(pod);
    if (podVolumes === undefined) return;
    this.podVolumes.delete(pod);
    for (const { volume } of podVolumes.staticBindings) this.assumedClaims.delete(volume.uid);
    for (const claim of podVolumes.dynamicProvisions) this.assumedNodes.delete(claim.uid);
  }

  preBind(pod: number, _node: number, done: (isReady: boolean) => void): boolean {
    const podVolumes = this.podVolumes.get(pod);
    if (podVolumes === undefined) return false;
    this.runner.start(this.bindPodVolumes(pod, podVolumes), (isReady) => {
      // A pod that has gone is no longer waited for, and its row may be another's.
      if (this.podVolumes.get(pod) !== podVolumes) return;
      if (isReady) this.unreserve(pod);
      done(isReady);
    });
    return true;
  }

  /** Asks for the volumes and waits until the volume binder has bound them (upstream's BindPodVolumes). */
  private *bindPodVolumes(pod: number, podVolumes: PodVolumes): Process<boolean> {
    for (const commit of this.apiUpdates(podVolumes)) {
      const { error } = yield call(commit);
      if (error !== undefined) return false;
    }
    for (let waited = 0; waited < this.args.bindTimeoutMicros; waited += POLL_MICROS) {
      yield { kind: 'sleep', micros: POLL_MICROS };
      if (this.podVolumes.get(pod) !== podVolumes) return false;
      const verdict = this.checkBindings(podVolumes);
      if (verdict !== 'waiting') return verdict === 'bound';
    }
    return false;
  }

  private apiUpdates({ node, staticBindings, dynamicProvisions }: PodVolumes): (() => ApiError | undefined)[] {
    const { PersistentVolume: volumes, PersistentVolumeClaim: claims } = this.cluster.tables;
    return [
      ...staticBindings.map(
        ({ volume, claim }) =>
          () =>
            volumes.update(boundTo(volume, claim)),
      ),
      ...dynamicProvisions.map((claim) => () => claims.update(withSelectedNode(claim, node.meta.name))),
    ];
  }

  private checkBindings({ node, staticBindings, dynamicProvisions }: PodVolumes): 'bound' | 'waiting' | 'failed' {
    const { PersistentVolumeClaim: table } = this.cluster.tables;
    const claims = [...staticBindings.map(({ claim }) => claim), ...dynamicProvisions];
    for (const { uid } of claims) {
      const claim = table.cached(uid);
      if (claim === undefined || isDeleting(claim)) return 'failed';
      if (!isFullyBound(claim)) return 'waiting';
      const volume = this.volumes.get('', claim.spec.volumeName);
      if (volume !== undefined && !isReachable(volume, node)) return 'failed';
    }
    return 'bound';
  }
}

/** What is wrong with a claim of the pod, in upstream's words. */
function problemOf(name: string, claim: PersistentVolumeClaim | undefined): string | undefined {
  if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
  if (claim.status.phase === 'Lost') {
    return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
  }
  return isDeleting(claim) ? `persistentvolumeclaim "${name}" is being deleted` : undefined;
}

function isUnbound({ status }: PersistentVolume): boolean {
  return status.phase !== 'Bound' && status.phase !== 'Released';
}

/** Upstream's CheckNodeAffinity. */
function isReachable({ spec: { nodeAffinity } }: PersistentVolume, { meta }: Node): boolean {
  return nodeAffinity === undefined || nodeAffinity.some((term) => matchesTerm(term, meta.labels, meta.name));
}

function withSelectedNode(claim: PersistentVolumeClaim, nodeName: string): PersistentVolumeClaim {
  const annotations = { ...claim.meta.annotations, [SELECTED_NODE_ANNOTATION]: nodeName };
  return { ...claim, meta: { ...claim.meta, annotations } };
}

import type { JsonObject, StringMap } from '../api/types.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { RandomStreams } from '../kernel/randomStreams.ts';
import { type ApiError, alreadyExists, conflict, forbidden, notFound } from './apiError.ts';
import { ApiServer, type ApiServerOptions } from './apiServer.ts';
import { AvailabilityClock } from './availability.ts';
import { type ExistingPod, ExistingPods } from './existingPods.ts';
import { POD_CONTROLLER_KINDS, type PodControllerKind } from './objects.ts';
import type { ObjectTable } from './objectTable.ts';
import type { PodDirectoryOptions } from './podDirectory.ts';
import {
  minReadySecondsOf,
  type NamedPod,
  type NewPod,
  type PodAdmission,
  type PodController,
  type PodIdentity,
  withSpecOf,
} from './podIdentity.ts';
import { mix32 } from './podNames.ts';
import { PodOwner, recount } from './podOwner.ts';
import type { PodDisruption, PodStatus } from './podStatus.ts';
import {
  POD_BOUND,
  POD_DISRUPTED,
  POD_EXISTS,
  type POD_FAILED,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  type POD_SUCCEEDED,
  POD_TERMINATING,
  type PodListener,
  type PodObserver,
} from './podTable.ts';
import type { CompiledTemplate } from './templateTable.ts';

/** A pod's notice carries its state and its owner in one number: work queues keep uids below 2^24. */
const STATE_BITS = 8;
const STATE_MASK = 2 ** STATE_BITS - 1;

/** Minor release since which binding clears `status.nominatedNodeName` (ClearingNominatedNodeNameAfterBinding). */
const CLEARS_NOMINATION_SINCE = 35;

export interface ClusterOptions extends PodDirectoryOptions {
  readonly apiServer: ApiServerOptions;
}

/**
 * The simulated API server's data and what the informers have seen of it.
 *
 * Every write changes the live state at once, tells the observers, and schedules one notice; when the notice is
 * delivered, the informers' view and the counts that controllers work with follow. Components write only through an
 * `ApiClient`, which says when a request arrives; the methods here are what then happens.
 */
export class Cluster extends ExistingPods {
  readonly streams: RandomStreams;
  /**
   * Where upstream leaves to chance which of two equal pods of a ReplicaSet is stopped: negative for the first, 0 for either.
   * Undefined in every run but one that follows another.
   */
  stopsFirst: ((a: number, b: number) => number) | undefined;
  private readonly admissions: PodAdmission[] = [];
  private readonly podNotice: HandlerId;
  private readonly nominationNotice: HandlerId;
  private readonly podObservers: PodObserver[] = [];
  private readonly podListeners: PodListener[] = [];
  /** Those of `podListeners` that hear of all pods of a kind of controller. */
  private readonly podListenersByKind = new Map<PodControllerKind, PodListener[]>();
  private barePodsCreated = 0;

  constructor(kernel: Kernel, options: ClusterOptions) {
    super(kernel, new ApiServer(kernel, options.apiServer), options);
    this.streams = new RandomStreams(options.seed);
    this.podNotice = kernel.register('watch/pod', (pod, packed) => {
      this.deliverPod(pod, packed & STATE_MASK, (packed >>> STATE_BITS) - 1);
    });
    this.nominationNotice = kernel.register('watch/nomination', (pod, before) => {
      for (const listener of this.nominationListeners) listener(pod, before);
    });
    for (const kind of POD_CONTROLLER_KINDS) {
      this.podListenersByKind.set(kind, []);
      const table: ObjectTable<PodController> = this.tables[kind] as never;
      table.observe((before, after) => this.keepOwner(before, after));
      table.listen((before, after) => this.followMinReadySeconds(before, after));
    }
    this.nodeObjects.listen((before, after) => {
      if (after !== undefined) this.nodes.upsert(after);
      else if (before !== undefined) this.nodes.remove(before.uid);
    });
  }

  /** Calls `observer` within every pod write. It may not write. */
  observePods(observer: PodObserver): void {
    this.podObservers.push(observer);
  }

  /**
   * Calls `listener` when the informers see a pod change, after the counts have followed.
   *
   * @param kind of the controllers whose pods matter to it. Of pods of other kinds it then hears only while they have
   *   finalizers and when they change hands; of pods without a controller it hears as well.
   */
  listenPods(listener: PodListener, kind?: PodControllerKind): void {
    this.podListeners.push(listener);
    for (const [ofKind, listeners] of this.podListenersByKind) {
      if (kind === undefined || kind === ofKind) listeners.push(listener);
    }
  }

  /** Has `admission` look at every pod before it is created; the first refusal counts. */
  admitPods(admission: PodAdmission): void {
    this.admissions.push(admission);
  }

  // ---- pods: writing ----

  /** A controller's POST of a pod: refused by admission, or when the name is taken; otherwise `createOwnedPod`. */
  createPod(owner: PodOwner, given: CompiledTemplate, identity: PodIdentity = {}): ApiError | undefined {
    if (identity.name !== undefined && this.podByOwnName.has(`${owner.namespace}/${identity.name}`)) {
      return alreadyExists('pods', identity.name);
    }
    const name = () => identity.name ?? this.generatedPodName(owner, owner.created + owner.refused, identity.index);
    const template = this.admit({ namespace: owner.namespace, name, template: given });
    if ('reason' in template) {
      owner.refused++;
      return template;
    }
    this.createOwnedPod(owner, template, identity);
    return undefined;
  }

  /** Creates a pod of a controller, whatever admission would say. Returns its row. */
  createOwnedPod(owner: PodOwner, template: CompiledTemplate, identity: PodIdentity = {}): number {
    const pod = this.newPod(
      template,
      owner.created++,
      mix32(this.seed ^ mix32(owner.uid * 0x9e3779b1 + owner.created)),
    );
    const { pods } = this;
    pods.index[pod] = identity.index ?? -1;
    pods.pinnedNode[pod] = identity.pinnedNode ?? -1;
    pods.finalizers[pod] = identity.finalizers ?? 0;
    if (identity.labels !== undefined) pods.labelSet[pod] = this.labels.intern(identity.labels);
    if (identity.claims !== undefined) this.ownClaims.set(pod, identity.claims);
    pods.linkToOwner(pod, owner);
    if (identity.name !== undefined) this.nameForGood(pod, identity.name);
    this.write(pod, POD_EXISTS | this.place(pod, template));
    return pod;
  }

  /** Creates a pod that a user wrote. */
  createBarePod(given: CompiledTemplate, named: NamedPod): ApiError | undefined {
    const { namespace, name } = named.meta;
    const key = `${namespace}/${name}`;
    if (this.podByOwnName.has(key)) return alreadyExists('pods', name);
    const template = this.admit({ namespace, name: () => name, template: given });
    if ('reason' in template) return template;
    const ordinal = this.barePodsCreated++;
    const pod = this.newPod(template, ordinal, mix32(this.seed ^ mix32(0x51ed270b + ordinal)));
    this.namedPods.set(pod, template === given ? named : withSpecOf(template, named));
    this.podByOwnName.set(key, pod);
    this.write(pod, POD_EXISTS | this.place(pod, template));
    return undefined;
  }

  /** Adds a pod that has been there since before the run: observers are told, and informers know it at once. */
  addExistingPod(existing: ExistingPod): void {
    const { owner, template, uid, state } = existing;
    const pod = this.newPod(template, owner === undefined ? this.barePodsCreated++ : owner.created++, uid);
    this.fill(pod, existing);
    this.pods.state[pod] = state;
    for (const observer of this.podObservers) observer(pod, 0, state, this.kernel.nowMicros);
    this.deliverPod(pod, state, this.pods.owner[pod]!);
  }

  /** The scheduler's binding: `spec.nodeName` is set. */
  bindPod(pod: number, node: number): ApiError | undefined {
    const { pods } = this;
    const state = pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return notFound('pods', String(pod));
    if ((state & (POD_BOUND | POD_TERMINATING)) !== 0) return conflict('pods', this.podName(pod));
    this.linkToNode(pod, node);
    this.unschedulableConditions.delete(pod);
    if (this.minorVersion >= CLEARS_NOMINATION_SINCE) this.nominatedNodes.delete(pod);
    this.write(pod, state | POD_BOUND);
    return undefined;
  }

  /** The scheduler's status patch of a pod that fits nowhere. No controller decides by it: informers do not hear of it. */
  setPodUnschedulable(pod: number, message: string): void {
    if ((this.pods.state[pod]! & (POD_EXISTS | POD_BOUND)) !== POD_EXISTS) return;
    const sinceMicros = this.unschedulableConditions.get(pod)?.sinceMicros ?? this.kernel.nowMicros;
    this.unschedulableConditions.set(pod, { message, sinceMicros });
  }

  /**
   * The scheduler's status patch of a pod for which it makes room.
   *
   * @param node row of a node, -1 to take the nomination back
   */
  setNominatedNode(pod: number, node: number): void {
    if ((this.pods.state[pod]! & (POD_EXISTS | POD_BOUND)) !== POD_EXISTS) return;
    const before = this.nominatedNodeOf(pod);
    if (node === -1) this.nominatedNodes.delete(pod);
    else this.nominatedNodes.set(pod, node);
    if (before !== -1 && before !== node) this.kernel.scheduleAt(this.noticeAt(), this.nominationNotice, pod, before);
  }

  /** The kubelet's status update: phase Running, Ready or not. */
  setPodRunning(pod: number, ready: boolean): void {
    const state = this.pods.state[pod]!;
    const next = (state & ~POD_READY) | POD_RUNNING | (ready ? POD_READY : 0);
    if (next === state) return;
    if (ready) this.pods.readyMicros[pod] = this.kernel.nowMicros;
    this.write(pod, next);
  }

  /** The condition Ready becomes False although nobody knows of the pod: its node does not report. */
  setPodNotReady(pod: number): void {
    const state = this.pods.state[pod]!;
    if ((state & POD_READY) !== 0) this.write(pod, state & ~POD_READY);
  }

  /** The kubelet's status update of a pod whose containers have all ended for good. The phase never changes again. */
  setPodFinished(pod: number, phase: typeof POD_SUCCEEDED | typeof POD_FAILED, status?: PodStatus): void {
    const state = this.pods.state[pod]!;
    if ((state & POD_FINISHED) !== 0) return;
    if (status !== undefined) this.keepStatus(pod, status);
    this.pods.finishedMicros[pod] = this.kernel.nowMicros;
    this.write(pod, (state & ~(POD_READY | POD_RUNNING)) | phase);
  }

  /**
   * The kubelet's status update of a pod whose containers tell more than its phase does: one restarted, waits, or has
   * ended while others run.
   */
  setPodStatus(pod: number, isRunning: boolean, isReady: boolean, status: PodStatus): void {
    const state = this.pods.state[pod]!;
    if ((state & POD_FINISHED) !== 0) return;
    this.keepStatus(pod, status);
    const next = (state & ~(POD_READY | POD_RUNNING)) | (isRunning ? POD_RUNNING : 0) | (isReady ? POD_READY : 0);
    if (isReady && (state & POD_READY) === 0) this.pods.readyMicros[pod] = this.kernel.nowMicros;
    this.write(pod, next);
  }

  /** Sets the condition DisruptionTarget, as evictions do before they delete. */
  setPodDisrupted(pod: number, why?: Pick<PodDisruption, 'reason' | 'message'>): void {
    const state = this.pods.state[pod]!;
    if (why !== undefined) this.podDisruptions.set(pod, { ...why, sinceMicros: this.kernel.nowMicros });
    if ((state & POD_DISRUPTED) === 0) this.write(pod, state | POD_DISRUPTED);
  }

  /**
   * A DELETE request: a pod that no kubelet has to stop goes at once, another gets its deletionTimestamp (upstream's
   * `CheckGracefulDelete`). Deleting twice changes nothing.
   */
  deletePod(pod: number): ApiError | undefined {
    const state = this.pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return notFound('pods', String(pod));
    const hasNoGrace = this.templateOf(pod).spec.terminationGracePeriodSeconds === 0;
    if ((state & POD_BOUND) === 0 || (state & POD_FINISHED) !== 0 || hasNoGrace) this.removePod(pod);
    else if ((state & POD_TERMINATING) === 0) this.write(pod, this.markDeleted(pod, state));
    return undefined;
  }

  /** The kubelet's last word: the object goes, or is held by its finalizers from now on. */
  removePod(pod: number): void {
    const { pods } = this;
    if (pods.finalizers[pod] !== 0) {
      pods.isHeld[pod] = 1;
      const state = pods.state[pod]!;
      if ((state & POD_TERMINATING) === 0) this.write(pod, this.markDeleted(pod, state));
      return;
    }
    this.write(pod, 0);
    this.unlinkFromOwner(pod);
    if (pods.node[pod] !== -1) pods.unlinkFromNode(pod, this.nodes.firstPod);
    const named = this.namedPods.get(pod);
    if (named !== undefined) this.podByOwnName.delete(`${named.meta.namespace}/${named.meta.name}`);
  }

  /** Removes all finalizers; a deleted pod that nothing else keeps goes. */
  removePodFinalizers(pod: number): ApiError | undefined {
    const state = this.pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return notFound('pods', String(pod));
    if (this.pods.finalizers[pod] === 0) return undefined;
    this.pods.finalizers[pod] = 0;
    if (this.pods.isHeld[pod] !== 0) this.removePod(pod);
    else this.write(pod, state);
    return undefined;
  }

  /** Sets or clears the controller reference. A pod that leaves keeps its name. */
  setPodOwner(pod: number, owner: PodOwner | undefined): void {
    if (!this.namedPods.has(pod)) this.nameForGood(pod);
    this.unlinkFromOwner(pod);
    if (owner === undefined) this.pods.owner[pod] = -1;
    else this.pods.linkToOwner(pod, owner);
    this.write(pod, this.pods.state[pod]!);
  }

  /** Replaces a pod's labels. */
  setPodLabels(pod: number, labels: StringMap): void {
    this.pods.labelSet[pod] = this.labels.intern(labels);
    this.ownerOf(pod)?.relabelledPods.add(pod);
    this.write(pod, this.pods.state[pod]!);
  }

  /** Replaces a pod's annotations; its deletion cost is among them. */
  setPodAnnotations(pod: number, annotations: StringMap): void {
    if (!this.namedPods.has(pod)) this.nameForGood(pod);
    const named = this.namedPods.get(pod)!;
    this.namedPods.set(pod, { ...named, meta: { ...named.meta, annotations } });
    this.pods.template[pod] = this.templates.withAnnotations(this.templateOf(pod), annotations).id;
    this.write(pod, this.pods.state[pod]!);
  }

  /** Replaces a pod's spec, in the little of it that may change while it runs; `manifest` is the whole pod with it. */
  setPodSpec(pod: number, template: CompiledTemplate, manifest: JsonObject): void {
    const named = this.namedPods.get(pod);
    if (named?.manifest !== undefined) this.namedPods.set(pod, { ...named, manifest });
    this.pods.template[pod] = template.id;
    this.write(pod, this.pods.state[pod]!);
  }

  private newPod(template: CompiledTemplate, ordinal: number, uid: number): number {
    const pod = this.pods.allocate();
    this.pods.template[pod] = template.id;
    this.pods.labelSet[pod] = template.labelSet;
    this.pods.ordinal[pod] = ordinal;
    this.pods.uid[pod] = uid;
    this.pods.createdMicros[pod] = this.kernel.nowMicros;
    const priority = this.priorities.admit(template);
    if (typeof priority === 'number') {
      this.pods.priorityId[pod] = priority;
      this.pods.priority[pod] = this.priorities.get(priority).value;
    }
    return pod;
  }

  /** What becomes of the new pod's template, or why there is to be no such pod: first what changes it, then what only looks. */
  private admit({ namespace, name, template }: NewPod): CompiledTemplate | ApiError {
    const limited = this.limitRanger.admit(namespace, template);
    const admitted = this.withDefaultTolerations(limited.template);
    const priority = this.priorities.admit(admitted);
    if (typeof priority === 'string') return forbidden('pods', name(), priority);
    if (limited.refuse !== undefined) return limited.refuse(name());
    for (const admission of this.admissions) {
      const refusal = admission({ namespace, name, template: admitted });
      if (refusal !== undefined) return refusal;
    }
    return admitted;
  }

  private markDeleted(pod: number, state: number): number {
    this.pods.deletionMicros[pod] = this.kernel.nowMicros;
    return state | POD_TERMINATING;
  }

  /** A pod whose manifest names its node goes past the scheduler; a name that no node has leaves it waiting for ever. */
  private place(pod: number, template: CompiledTemplate): number {
    const { nodeName } = template.spec;
    const node = nodeName === '' ? -1 : this.nodes.rowOf(nodeName);
    if (node === -1) return 0;
    this.linkToNode(pod, node);
    return POD_BOUND;
  }

  private linkToNode(pod: number, node: number): void {
    this.pods.linkToNode(pod, node, this.nodes.firstPod);
    this.pods.boundMicros[pod] = this.kernel.nowMicros;
  }

  private unlinkFromOwner(pod: number): void {
    const owner = this.ownerOf(pod);
    if (owner !== undefined) this.pods.unlinkFromOwner(pod, owner);
  }

  private write(pod: number, state: number): void {
    const before = this.pods.state[pod]!;
    this.pods.state[pod] = state;
    const now = this.kernel.nowMicros;
    this.lastWriteMicros = now;
    for (const observer of this.podObservers) observer(pod, before, state, now);
    const packed = ((this.pods.owner[pod]! + 1) << STATE_BITS) | state;
    this.kernel.scheduleAt(this.noticeAt(), this.podNotice, pod, packed);
  }

  // ---- notices ----

  private deliverPod(pod: number, state: number, owner: number): void {
    const { pods } = this;
    const before = pods.observed[pod]!;
    const ownerBefore = pods.observedOwner[pod]!;
    // A pod that is gone still counts as gone for the owner that it was last seen with.
    const ownerAfter = state === 0 ? ownerBefore : owner;
    pods.observed[pod] = state;
    pods.observedOwner[pod] = ownerAfter;
    const from = this.owners.get(ownerBefore);
    const to = ownerBefore === ownerAfter ? from : this.owners.get(ownerAfter);
    recount(pod, pods.readyMicros[pod]!, from, before, to, state);
    if (state !== 0 && ownerAfter === -1) this.orphanPods.add(pod);
    else if (ownerBefore === -1) this.orphanPods.delete(pod);
    if (state === 0 || from !== to) from?.relabelledPods.delete(pod);
    const now = this.kernel.nowMicros;
    const isOrdinary = to !== undefined && (from === to || before === 0) && pods.finalizers[pod] === 0;
    const listeners = isOrdinary ? this.podListenersByKind.get(to.kind)! : this.podListeners;
    for (const listener of listeners) listener(pod, before, state, now, ownerBefore);
    if (state === 0) {
      this.forget(pod);
      pods.release(pod);
    }
  }

  private keepOwner(before: PodController | undefined, after: PodController | undefined): void {
    if (after === undefined) return;
    if (before === undefined) {
      const { namespace, name } = after.meta;
      this.owners.set(after.uid, new PodOwner(after.kind, after.uid, namespace, name, after.ownerUid));
    } else if (after.ownerUid !== -1) {
      this.owners.get(after.uid)!.rootUid = after.ownerUid;
    }
  }

  /** A changed minReadySeconds changes which pods are available: the clock is set anew, once, from the pods. */
  private followMinReadySeconds(before: PodController | undefined, after: PodController | undefined): void {
    if (after === undefined) return;
    const { pods } = this;
    const owner = this.owners.get(after.uid)!;
    const minReadySeconds = minReadySecondsOf(after);
    if (before !== undefined && minReadySecondsOf(before) === minReadySeconds) return;
    if (owner.availability.minReadySeconds === minReadySeconds) return;
    const ready = pods.readyPodsOf(owner.uid).map((pod) => [pod, pods.readyMicros[pod]!] as const);
    owner.availability = AvailabilityClock.of(ready, minReadySeconds);
  }
}

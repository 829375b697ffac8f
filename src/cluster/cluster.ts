import { LabelIndex } from '../api/labelIndex.ts';
import type { LabelSelector } from '../api/selector.ts';
import type { JsonObject, ObjectMeta, StringMap } from '../api/types.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { RandomStreams } from '../kernel/randomStreams.ts';
import type { Micros } from '../kernel/time.ts';
import { type ApiError, conflict, notFound } from './apiError.ts';
import { ApiServer, type ApiServerOptions } from './apiServer.ts';
import { AvailabilityClock } from './availability.ts';
import { EventSpamFilter } from './eventSpamFilter.ts';
import { NodeTable } from './nodeTable.ts';
import type { Deployment, Node, ReplicaSet } from './objects.ts';
import { ObjectTable } from './objectTable.ts';
import { generatedSuffix, mix32 } from './podNames.ts';
import { PodOwner, recount } from './podOwner.ts';
import {
  isActiveAndReady,
  POD_BOUND,
  POD_EXISTS,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  POD_TERMINATING,
  type PodListener,
  type PodObserver,
  PodTable,
} from './podTable.ts';
import { type CompiledTemplate, TemplateTable } from './templateTable.ts';

/** A pod's notice carries its state and its owner in one number: work queues keep uids below 2^24. */
const STATE_BITS = 7;
const STATE_MASK = 2 ** STATE_BITS - 1;

/** A pod that has a name of its own: a bare one, or one that left its owner. */
export interface NamedPod {
  readonly meta: ObjectMeta;
  readonly manifest: JsonObject | undefined;
}

/** A Kubernetes Event, as controllers and the scheduler record them. */
export interface RecordedEvent {
  /** Kind of the object it is about. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** `ScalingReplicaSet`, `FailedCreate` … */
  readonly reason: string;
  readonly message: string;
}

/** Delivered notices are forgotten from this number on, where some are always under way. */
const COMPACT_NOTICES_FROM = 1_000;

export interface ClusterOptions {
  readonly seed: number;
  readonly apiServer: ApiServerOptions;
  /** From a write to the moment in which informers see it. */
  readonly watchMicros: Micros;
}

/**
 * The simulated API server's data and what the informers have seen of it.
 *
 * Every write changes the live state at once, tells the observers, and schedules one notice; when the notice is
 * delivered, the informers' view and the counts that controllers work with follow. Components write only through an
 * `ApiClient`, which says when a request arrives; the methods here are what then happens.
 */
export class Cluster {
  readonly kernel: Kernel;
  readonly seed: number;
  readonly streams: RandomStreams;
  readonly apiServer: ApiServer;
  readonly labels = new LabelIndex();
  readonly templates = new TemplateTable(this.labels);
  readonly pods = new PodTable();
  /** As the scheduler's cache has them. */
  readonly nodes = new NodeTable(this.labels);
  readonly deployments: ObjectTable<Deployment>;
  readonly replicaSets: ObjectTable<ReplicaSet>;
  readonly nodeObjects: ObjectTable<Node>;
  /** Controllers of pods by uid. */
  readonly owners = new Map<number, PodOwner>();
  /** Pods without a controller as informers see them, for adoption. */
  readonly orphanPods = new Set<number>();
  /** When anything was last written. What comes after are time-outs that found nothing to do. */
  lastWriteMicros: Micros = 0;
  private readonly namedPods = new Map<number, NamedPod>();
  private readonly podByOwnName = new Map<string, number>();
  private readonly watchMicros: Micros;
  private readonly podNotice: HandlerId;
  private readonly objectNotice: HandlerId;
  private objectNotices: (() => void)[] = [];
  private objectNoticeHead = 0;
  private readonly podObservers: PodObserver[] = [];
  private readonly podListeners: PodListener[] = [];
  private readonly eventObservers: ((event: RecordedEvent) => void)[] = [];
  private readonly eventSpamFilter = new EventSpamFilter();
  private nextUid = 1;
  private barePodsCreated = 0;

  constructor(kernel: Kernel, options: ClusterOptions) {
    this.kernel = kernel;
    this.seed = options.seed;
    this.streams = new RandomStreams(options.seed);
    this.apiServer = new ApiServer(kernel, options.apiServer);
    this.watchMicros = options.watchMicros;
    this.podNotice = kernel.register('watch/pod', (pod, packed) => {
      this.deliverPod(pod, packed & STATE_MASK, (packed >>> STATE_BITS) - 1);
    });
    this.objectNotice = kernel.register('watch/object', () => this.deliverObject());
    const schedule = (deliver: () => void) => {
      this.lastWriteMicros = kernel.nowMicros;
      this.objectNotices.push(deliver);
      kernel.schedule(this.watchMicros, this.objectNotice);
    };
    this.deployments = new ObjectTable<Deployment>('deployments.apps', schedule);
    this.replicaSets = new ObjectTable<ReplicaSet>('replicasets.apps', schedule);
    this.nodeObjects = new ObjectTable<Node>('nodes', schedule);
    this.replicaSets.observe((before, after) => this.keepOwner(before, after));
    this.replicaSets.listen((before, after) => this.followMinReadySeconds(before, after));
    this.nodeObjects.listen((before, after) => {
      if (after !== undefined) this.nodes.upsert(after);
      else if (before !== undefined) this.nodes.remove(before.uid);
    });
  }

  /** Calls `observer` within every pod write. It may not write. */
  observePods(observer: PodObserver): void {
    this.podObservers.push(observer);
  }

  /** Calls `listener` when the informers see a pod change, after the counts have followed. */
  listenPods(listener: PodListener): void {
    this.podListeners.push(listener);
  }

  /** Calls `observer` for every Event that is recorded. */
  observeEvents(observer: (event: RecordedEvent) => void): void {
    this.eventObservers.push(observer);
  }

  /** Tells those who watch Events, and sends it to the API server. */
  recordEvent(uid: number, event: RecordedEvent): void {
    this.sendEvent(uid);
    for (const observer of this.eventObservers) observer(event);
  }

  /**
   * Sends an Event that nobody here reads. It goes past the component's client limits and through client-go's spam
   * filter; at the API server it takes its time like any write.
   */
  sendEvent(uid: number): void {
    if (this.eventSpamFilter.admits(uid, this.kernel.nowMicros)) this.apiServer.load();
  }

  allocateUid(): number {
    return this.nextUid++;
  }

  // ---- pods: reading ----

  templateOf(pod: number): CompiledTemplate {
    return this.templates.get(this.pods.template[pod]!);
  }

  ownerOf(pod: number): PodOwner | undefined {
    return this.owners.get(this.pods.owner[pod]!);
  }

  labelsOf(pod: number): StringMap {
    return this.labels.labelsOf(this.pods.labelSet[pod]!);
  }

  /** The selector, compiled once, matches the labels, interned once. */
  selects(selector: LabelSelector, labels: StringMap): boolean {
    return this.labels.compile(selector).matches(this.labels.intern(labels));
  }

  namedPod(pod: number): NamedPod | undefined {
    return this.namedPods.get(pod);
  }

  podNamespace(pod: number): string {
    return this.namedPods.get(pod)?.meta.namespace ?? this.ownerOf(pod)!.namespace;
  }

  podName(pod: number): string {
    const named = this.namedPods.get(pod);
    if (named !== undefined) return named.meta.name;
    const owner = this.ownerOf(pod)!;
    return `${owner.name}-${generatedSuffix(this.seed, owner.uid, this.pods.ordinal[pod]!)}`;
  }

  /** Row of an existing pod, -1 when there is none of that name. */
  findPod(namespace: string, name: string): number {
    const own = this.podByOwnName.get(`${namespace}/${name}`);
    if (own !== undefined) return own;
    for (const owner of this.owners.values()) {
      if (owner.namespace !== namespace || !name.startsWith(`${owner.name}-`)) continue;
      for (let pod = owner.firstPod; pod !== -1; pod = this.pods.nextOfOwner[pod]!) {
        if (!this.namedPods.has(pod) && this.podName(pod) === name) return pod;
      }
    }
    return -1;
  }

  /** Rows of all existing pods of a namespace, by name. */
  listPods(namespace: string): number[] {
    const rows: number[] = [];
    for (let pod = 0; pod < this.pods.rowCount; pod++) {
      if ((this.pods.state[pod]! & POD_EXISTS) !== 0 && this.podNamespace(pod) === namespace) rows.push(pod);
    }
    const names = new Map(rows.map((pod) => [pod, this.podName(pod)]));
    return rows.sort((a, b) => (names.get(a)! < names.get(b)! ? -1 : 1));
  }

  /** Rows of the pods that users made themselves and that no controller has adopted. */
  barePods(): number[] {
    return [...this.namedPods.keys()].filter((pod) => this.pods.owner[pod] === -1);
  }

  // ---- pods: writing ----

  /** Creates a pod of a controller. */
  createOwnedPod(owner: PodOwner, template: CompiledTemplate): number {
    const pod = this.newPod(
      template,
      owner.created++,
      mix32(this.seed ^ mix32(owner.uid * 0x9e3779b1 + owner.created)),
    );
    this.pods.linkToOwner(pod, owner);
    this.write(pod, POD_EXISTS | this.place(pod, template));
    return pod;
  }

  /** Creates a pod that a user wrote. */
  createBarePod(template: CompiledTemplate, named: NamedPod): ApiError | undefined {
    const key = `${named.meta.namespace}/${named.meta.name}`;
    if (this.podByOwnName.has(key)) {
      return { reason: 'AlreadyExists', message: `pods "${named.meta.name}" already exists` };
    }
    const ordinal = this.barePodsCreated++;
    const pod = this.newPod(template, ordinal, mix32(this.seed ^ mix32(0x51ed270b + ordinal)));
    this.namedPods.set(pod, named);
    this.podByOwnName.set(key, pod);
    this.write(pod, POD_EXISTS | this.place(pod, template));
    return undefined;
  }

  /** The scheduler's binding: `spec.nodeName` is set. */
  bindPod(pod: number, node: number): ApiError | undefined {
    const { pods } = this;
    const state = pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return notFound('pods', String(pod));
    if ((state & (POD_BOUND | POD_TERMINATING)) !== 0) return conflict('pods', this.podName(pod));
    this.linkToNode(pod, node);
    this.write(pod, state | POD_BOUND);
    return undefined;
  }

  /** The kubelet's status update: phase Running, Ready or not. */
  setPodRunning(pod: number, ready: boolean): void {
    const state = this.pods.state[pod]!;
    const next = (state & ~POD_READY) | POD_RUNNING | (ready ? POD_READY : 0);
    if (next === state) return;
    if (ready) this.pods.readyMicros[pod] = this.kernel.nowMicros;
    this.write(pod, next);
  }

  /** The kubelet's status update of a pod whose containers have all ended for good. */
  setPodFinished(pod: number, phase: number): void {
    this.write(pod, (this.pods.state[pod]! & ~(POD_READY | POD_RUNNING)) | phase);
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
    else if ((state & POD_TERMINATING) === 0) this.write(pod, state | POD_TERMINATING);
    return undefined;
  }

  /** The kubelet's last word: the object goes. */
  removePod(pod: number): void {
    this.write(pod, 0);
    this.unlinkFromOwner(pod);
    if (this.pods.node[pod] !== -1) this.pods.unlinkFromNode(pod, this.nodes.firstPod);
    const named = this.namedPods.get(pod);
    if (named !== undefined) this.podByOwnName.delete(`${named.meta.namespace}/${named.meta.name}`);
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

  private newPod(template: CompiledTemplate, ordinal: number, uid: number): number {
    const pod = this.pods.allocate();
    this.pods.template[pod] = template.id;
    this.pods.labelSet[pod] = template.labelSet;
    this.pods.ordinal[pod] = ordinal;
    this.pods.uid[pod] = uid;
    this.pods.createdMicros[pod] = this.kernel.nowMicros;
    return pod;
  }

  private nameForGood(pod: number): void {
    const meta = {
      namespace: this.podNamespace(pod),
      name: this.podName(pod),
      labels: this.labelsOf(pod),
      annotations: {},
    };
    this.namedPods.set(pod, { meta, manifest: undefined });
    this.podByOwnName.set(`${meta.namespace}/${meta.name}`, pod);
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
    this.kernel.schedule(this.watchMicros, this.podNotice, pod, packed);
  }

  // ---- notices ----

  private deliverObject(): void {
    const deliver = this.objectNotices[this.objectNoticeHead++]!;
    if (this.objectNoticeHead === this.objectNotices.length || this.objectNoticeHead === COMPACT_NOTICES_FROM) {
      this.objectNotices = this.objectNotices.slice(this.objectNoticeHead);
      this.objectNoticeHead = 0;
    }
    deliver();
  }

  private deliverPod(pod: number, state: number, owner: number): void {
    const { pods } = this;
    const before = pods.observed[pod]!;
    const ownerBefore = pods.observedOwner[pod]!;
    // A pod that is gone still counts as gone for the owner that it was last seen with.
    const ownerAfter = state === 0 ? ownerBefore : owner;
    pods.observed[pod] = state;
    pods.observedOwner[pod] = ownerAfter;
    recount(pod, pods.readyMicros[pod]!, this.owners.get(ownerBefore), before, this.owners.get(ownerAfter), state);
    if (state !== 0 && ownerAfter === -1) this.orphanPods.add(pod);
    else this.orphanPods.delete(pod);
    if (state === 0 || ownerAfter !== ownerBefore) this.owners.get(ownerBefore)?.relabelledPods.delete(pod);
    const now = this.kernel.nowMicros;
    for (const listener of this.podListeners) listener(pod, before, state, now, ownerBefore);
    if (state === 0) {
      this.namedPods.delete(pod);
      pods.release(pod);
    }
  }

  private keepOwner(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    if (after === undefined) return;
    if (before === undefined) {
      this.owners.set(after.uid, new PodOwner(after.uid, after.meta.namespace, after.meta.name, after.ownerUid));
    } else if (after.ownerUid !== -1) {
      this.owners.get(after.uid)!.rootUid = after.ownerUid;
    }
  }

  /** A changed minReadySeconds changes which pods are available: the clock is set anew, once, from the pods. */
  private followMinReadySeconds(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    if (after === undefined) return;
    const owner = this.owners.get(after.uid)!;
    const { minReadySeconds } = after.spec;
    if (before !== undefined && before.spec.minReadySeconds === minReadySeconds) return;
    if (owner.availability.minReadySeconds === minReadySeconds) return;
    const clock = new AvailabilityClock(minReadySeconds);
    const ready: number[] = [];
    // Not by the owner's list: that is of the live pods, and these are the ones that informers have seen.
    for (let pod = 0; pod < this.pods.rowCount; pod++) {
      if (this.pods.observedOwner[pod] === owner.uid && isActiveAndReady(this.pods.observed[pod]!)) ready.push(pod);
    }
    ready.sort((a, b) => this.pods.readyMicros[a]! - this.pods.readyMicros[b]!);
    for (const pod of ready) clock.add(pod, this.pods.readyMicros[pod]!);
    owner.availability = clock;
  }
}

import { type Cluster, POD_BOUND, POD_EXISTS, POD_READY, POD_RUNNING, POD_TERMINATING } from '../cluster/index.ts';
import { type Distribution, isRandom, NEVER, sampleMicros } from '../kernel/distribution.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type BehaviorRule, DEFAULT_BEHAVIOR } from './behavior.ts';
import { BehaviorTable } from './behaviorTable.ts';
import { ImageStore } from './images.ts';
import { hasReadinessProbes, readyAfterMicros } from './probes.ts';

export interface KubeletOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly behavior: readonly BehaviorRule[];
  /** Time that a status update takes to the API server. */
  readonly apiMicros: Micros;
}

/**
 * The kubelets of all nodes: a pod's life from its binding to its end. Bound, images pulled, containers started,
 * ready, told to terminate, gone; each step takes the delay that the pod's behavior rule says and reaches the API
 * server as a status update.
 */
export class Kubelets {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly behavior: BehaviorTable;
  private readonly images = new ImageStore();
  private readonly apiMicros: Micros;
  /** Index of each pod into its rule's sequences. */
  private dealtIndex = new Int32Array(256);
  private readonly startedHandler: HandlerId;
  private readonly readyHandler: HandlerId;
  private readonly unreadyHandler: HandlerId;
  private readonly goneHandler: HandlerId;

  constructor(options: KubeletOptions) {
    this.kernel = options.kernel;
    this.cluster = options.cluster;
    this.apiMicros = options.apiMicros;
    this.behavior = new BehaviorTable(options.cluster, options.behavior);
    this.startedHandler = this.kernel.register('kubelet/started', (pod) => this.started(pod));
    this.readyHandler = this.kernel.register('kubelet/ready', (pod) => this.ready(pod));
    this.unreadyHandler = this.kernel.register('kubelet/unready', (pod) => this.unready(pod));
    this.goneHandler = this.kernel.register('kubelet/gone', (pod) => this.gone(pod));
    this.cluster.listenPods((pod, before, after) => this.podChanged(pod, before, after));
    this.cluster.nodeObjects.listen((_before, after) => {
      if (after === undefined) return;
      for (const image of after.images) this.images.preload(image, this.cluster.nodes.rowOf(after.meta.name));
    });
  }

  private podChanged(pod: number, before: number, after: number): void {
    if (before === 0 && after !== 0) this.deal(pod);
    if (after === 0) {
      this.cancelTimer(pod);
      return;
    }
    const state = this.cluster.pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return;
    const isNew = (bit: number) => (after & bit) !== 0 && (before & bit) === 0;
    if (isNew(POD_BOUND) && (after & POD_TERMINATING) === 0) this.admit(pod);
    if (isNew(POD_TERMINATING)) this.stop(pod);
  }

  private deal(pod: number): void {
    if (pod >= this.dealtIndex.length) {
      const wider = new Int32Array(Math.max(this.dealtIndex.length * 2, pod + 1));
      wider.set(this.dealtIndex);
      this.dealtIndex = wider;
    }
    const rule = this.behavior.ruleOf(pod);
    this.dealtIndex[pod] = this.behavior.deal(rule, this.cluster.templateOf(pod).image);
  }

  private admit(pod: number): void {
    const rule = this.behavior.ruleOf(pod);
    const node = this.cluster.pods.node[pod]!;
    const now = this.kernel.nowMicros;
    let presentAt = now;
    for (const image of this.cluster.templateOf(pod).images) {
      const at = this.images.ensure(image, node, now, () => this.sample(pod, rule.pull, 'podPull'));
      presentAt = Math.max(presentAt, at);
    }
    const startedAt = presentAt + this.sample(pod, rule.start, 'podStart');
    this.setTimer(pod, startedAt + this.apiMicros, this.startedHandler);
  }

  private started(pod: number): void {
    const startedAt = this.kernel.nowMicros - this.apiMicros;
    const readyAfter = this.readyAfter(pod);
    if (readyAfter === 0) {
      this.ready(pod);
      return;
    }
    this.cluster.setPodRunning(pod, false);
    this.setTimer(pod, startedAt + readyAfter + this.apiMicros, this.readyHandler);
  }

  private readyAfter(pod: number): Micros {
    const rule = this.behavior.ruleOf(pod);
    const { spec } = this.cluster.templateOf(pod);
    // Nothing is known of this pod: without probes the kubelet calls it ready as soon as its containers run.
    if (rule === DEFAULT_BEHAVIOR && !hasReadinessProbes(spec)) return 0;
    return readyAfterMicros(spec, this.sample(pod, rule.ready, 'podReady'));
  }

  private ready(pod: number): void {
    this.cluster.setPodRunning(pod, true);
    const unreadyAfter = this.sample(pod, this.behavior.ruleOf(pod).unready, 'podUnready');
    this.setTimer(pod, this.kernel.nowMicros + unreadyAfter, this.unreadyHandler);
  }

  private unready(pod: number): void {
    this.cluster.pods.kubeletTimer[pod] = -1;
    if ((this.cluster.pods.state[pod]! & POD_READY) !== 0) this.cluster.setPodRunning(pod, false);
  }

  /** SIGTERM; the grace period cuts off what takes longer. Containers that don't run need no signal. */
  private stop(pod: number): void {
    this.cancelTimer(pod);
    const isRunning = (this.cluster.pods.state[pod]! & POD_RUNNING) !== 0;
    const grace = this.cluster.templateOf(pod).spec.terminationGracePeriodSeconds * MICROS_PER_SECOND;
    const exit = isRunning ? this.sample(pod, this.behavior.ruleOf(pod).terminate, 'podTerminate') : 0;
    this.setTimer(pod, this.kernel.nowMicros + Math.min(exit, grace) + this.apiMicros, this.goneHandler);
  }

  private gone(pod: number): void {
    this.cluster.pods.kubeletTimer[pod] = -1;
    this.cluster.removePod(pod);
  }

  /**
   * One delay of one pod. A random one comes from a stream of its own, named by what the pod is and not by when it came
   * about, so that the same pod behaves the same in every variant of a sweep.
   */
  private sample(pod: number, distribution: Distribution, purpose: string): Micros {
    const stream = isRandom(distribution) ? () => this.streamOf(pod, purpose) : noStream;
    return sampleMicros(distribution, stream, this.dealtIndex[pod]!);
  }

  private streamOf(pod: number, purpose: string): RandomStream {
    const { cluster } = this;
    const owner = cluster.ownerOf(pod);
    const root = owner === undefined ? undefined : cluster.deployments.get(owner.rootUid);
    const workload = root?.meta.name ?? owner?.name ?? cluster.podName(pod);
    const image = cluster.templateOf(pod).image;
    const name = `${purpose}/${cluster.podNamespace(pod)}/${workload}/${image}/${cluster.pods.ordinal[pod]}`;
    return cluster.streams.stream(name);
  }

  private setTimer(pod: number, atMicros: Micros, handler: HandlerId): void {
    this.cluster.pods.kubeletTimer[pod] = atMicros === NEVER ? -1 : this.kernel.scheduleAt(atMicros, handler, pod);
  }

  private cancelTimer(pod: number): void {
    const timer = this.cluster.pods.kubeletTimer[pod]!;
    if (timer === -1) return;
    this.kernel.cancel(timer);
    this.cluster.pods.kubeletTimer[pod] = -1;
  }
}

function noStream(): never {
  throw new Error('a delay that is not random asked for a random stream');
}

import {
  type Cluster,
  type CompiledTemplate,
  type Node,
  POD_BOUND,
  POD_EXISTS,
  POD_FAILED,
  POD_FINISHED,
  POD_READY,
  POD_RUNNING,
  POD_TERMINATING,
  type PodPast,
  readyStatus,
} from '../cluster/index.ts';
import { NEVER } from '../kernel/distribution.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { ActiveDeadlines, DEADLINE_EXCEEDED } from './activeDeadlines.ts';
import { checkAdmission } from './admission.ts';
import type { BehaviorRule } from './behavior.ts';
import { BehaviorTable } from './behaviorTable.ts';
import { MINIMUM_GRACE_PERIOD_SECONDS, SIGKILL_EXIT_CODE, SIGTERM_EXIT_CODE } from './containerRuntime.ts';
import { Draws } from './draws.ts';
import type { ImagePullCounts, ImagePullOptions, ImagePulls } from './imagePulls.ts';
import { ImageStore } from './images.ts';
import { type KubeletLimits, NodeClients } from './nodeClients.ts';
import { NodeOutages } from './nodeOutages.ts';
import { PodPlans } from './podPlans.ts';
import { PodReports } from './podReports.ts';
import { PodRuntimes } from './podRuntimes.ts';
import { cancelPodTimer, followPull, setPodTimer } from './podTimer.ts';
import { hasReadinessProbes, readyAfterMicros } from './probes.ts';
import { type BackOffLimits, DEFAULT_BACK_OFF } from './restartBackOff.ts';

const UNLIMITED: KubeletLimits = { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: Number.POSITIVE_INFINITY };

export interface KubeletOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly behavior: readonly BehaviorRule[];
  /** From seeing a bound pod to beginning with it. Read anew for each pod: it may be drawn. */
  readonly syncMicros: Micros;
  /** What it typically is, where it is drawn. */
  readonly typicalSyncMicros?: Micros;
  /** Of each node's client for the status of its pods; undefined: none. */
  readonly limits?: KubeletLimits;
  /** Undefined: images have no sizes, and pulls no limits but one at a time for each node. */
  readonly imagePulls?: ImagePullOptions;
  /** How long containers that keep ending wait for their restart. */
  readonly restartBackOff?: BackOffLimits;
}

/** A change on the node, and the status update that tells of it. */
interface Transition {
  readonly due: HandlerId;
  readonly reported: HandlerId;
}

/**
 * The kubelets of all nodes: a pod's life from its binding to its end. Bound, images pulled, containers started,
 * ready, told to terminate, gone; each step takes the delay that the pod's behavior rule says and reaches the API
 * server as a status update.
 *
 * Most pods are simple: nothing happens to one of their containers that does not happen to all. Those are followed here
 * as a whole, at one timer a pod. The others, whose containers end, restart, or wait for each other, have a
 * `PodRuntime` each.
 */
export class Kubelets {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly behavior: BehaviorTable;
  private readonly draws: Draws;
  private readonly plans: PodPlans;
  private readonly images = new ImageStore();
  private readonly runtimes: PodRuntimes;
  private readonly pulls: ImagePulls | undefined;
  private readonly clients: NodeClients;
  private readonly reports: PodReports;
  /** Pods that their kubelets did not take. */
  private readonly rejected = new Set<number>();
  private readonly started: Transition;
  private readonly ready: Transition;
  private readonly unready: Transition;
  private readonly gone: Transition;
  private readonly failed: Transition;
  private readonly options: KubeletOptions;
  private readonly deadlines: ActiveDeadlines;
  private readonly outages: NodeOutages;

  constructor(options: KubeletOptions) {
    this.kernel = options.kernel;
    this.cluster = options.cluster;
    this.options = options;
    this.behavior = new BehaviorTable(options.cluster, options.behavior);
    this.draws = new Draws(options.cluster, this.behavior);
    this.plans = new PodPlans(options.behavior);
    this.started = this.transition('started', (pod) => this.reportStarted(pod));
    this.ready = this.transition('ready', (pod) => this.reportReady(pod));
    this.unready = this.transition('unready', (pod) => this.reportUnready(pod));
    this.gone = this.transition('gone', (pod) => this.cluster.removePod(pod));
    this.failed = this.transition('failed', (pod) => this.reportFailed(pod));
    this.outages = new NodeOutages(this.kernel, this.cluster);
    this.clients = new NodeClients(this.kernel, this.cluster.apiServer, options.limits ?? UNLIMITED);
    this.reports = new PodReports(this.kernel, this.cluster, this.clients);
    const { kernel, cluster, images, draws, clients, reports } = this;
    const { imagePulls } = options;
    this.runtimes = new PodRuntimes({
      kernel,
      cluster,
      images,
      ...(imagePulls && { imagePulls }),
      isDown: (node) => this.outages.isDown(node),
      draws,
      clients,
      reports,
      restartBackOff: options.restartBackOff ?? DEFAULT_BACK_OFF,
      gone: this.gone.reported,
    });
    this.pulls = this.runtimes.pulls;
    this.deadlines = new ActiveDeadlines(kernel, cluster, options.typicalSyncMicros ?? options.syncMicros, (pod) =>
      this.stopOverdue(pod),
    );
    this.cluster.listenPods((pod, before, after) => this.podChanged(pod, before, after));
    this.cluster.nodeObjects.listen((before, after) => {
      if (after === undefined) return;
      const node = this.cluster.nodes.rowOf(after.meta.name);
      if (before === undefined) this.nodeJoined(node, after);
      const store = this.pulls ?? this.images;
      for (const image of after.images.flatMap(({ names }) => names)) store.preload(image, node);
    });
  }

  /** What of the behavior rules came to nothing. */
  warnings(): string[] {
    return this.plans.warnings();
  }

  /** What was pulled; undefined without `imagePulls`. */
  get imagePulls(): ImagePullCounts | undefined {
    return this.pulls?.counts();
  }

  private podChanged(pod: number, before: number, after: number): void {
    if (before === 0 && after !== 0) this.draws.deal(pod);
    if (after === 0) {
      cancelPodTimer(this.cluster, pod);
      this.forget(pod);
      return;
    }
    const state = this.cluster.pods.state[pod]!;
    if ((state & POD_EXISTS) === 0) return;
    const isNew = (bit: number) => (after & bit) !== 0 && (before & bit) === 0;
    if (this.outages.isDown(this.cluster.pods.node[pod]!)) return;
    const past = before === 0 ? this.cluster.pastOf(pod) : undefined;
    if (past !== undefined && (after & POD_BOUND) !== 0) {
      this.takeOver(pod, after, past);
      return;
    }
    if (isNew(POD_BOUND) && (after & POD_TERMINATING) === 0) this.admit(pod);
    if (isNew(POD_FINISHED)) this.drop(pod);
    if (isNew(POD_TERMINATING)) this.stop(pod);
    else if (before === after && (after & POD_BOUND) !== 0) this.followDeadline(pod);
  }

  private nodeJoined(row: number, node: Node): void {
    // A new machine under the name of one that was lost and deleted.
    this.recoverNode(row);
    // Nobody has heard of it since before the run.
    if (readyStatus(node) === 'Unknown') this.failNode(row);
  }

  /**
   * The kubelet of a node falls silent: it reports nothing any more, and of what was to happen to its pods nothing does.
   * Containers that run go on. False when there is no such kubelet, or it was silent already.
   */
  failNode(row: number): boolean {
    if (!this.outages.begin(row)) return false;
    for (const pod of this.cluster.podsOnNode(row)) cancelPodTimer(this.cluster, pod);
    return true;
  }

  /** The kubelet of a node is back, and tells of its pods. False when it was never away. */
  recoverNode(row: number): boolean {
    const readyPods = this.outages.end(row);
    if (readyPods === undefined) return false;
    for (const pod of this.cluster.podsOnNode(row)) this.resume(pod, readyPods.has(pod));
    return true;
  }

  /** Takes a pod up again. What it was waiting for begins anew. */
  private resume(pod: number, wasReady: boolean): void {
    const state = this.cluster.pods.observed[pod]!;
    if ((state & POD_BOUND) === 0) return;
    const isDeleted = (state & POD_TERMINATING) !== 0;
    if ((state & POD_FINISHED) !== 0) this.drop(pod);
    if (this.runtimes.has(pod)) this.runtimes.resume(pod, isDeleted);
    else if (isDeleted) this.stop(pod);
    else if ((state & POD_FINISHED) !== 0) return;
    else if ((state & POD_RUNNING) === 0) this.admit(pod);
    else this.after(pod, wasReady ? this.options.syncMicros : this.readyAfter(pod), this.ready);
    this.deadlines.forget(pod);
    this.followDeadline(pod);
  }

  /** A pod that was on its node before the run goes on from where it is; what may still befall it begins to count now. */
  private takeOver(pod: number, state: number, past: PodPast): void {
    const template = this.cluster.templateOf(pod);
    const store = this.pulls ?? this.images;
    const isRunning = (state & POD_RUNNING) !== 0;
    if (isRunning) for (const image of template.images) store.preload(image, this.cluster.pods.node[pod]!);
    if ((state & POD_TERMINATING) !== 0) this.stop(pod);
    else if ((state & POD_FINISHED) !== 0 || past.isStuck) return;
    else if (!isRunning) this.admit(pod);
    else this.takeOverRunning(pod, template, state, past);
    this.followDeadline(pod);
  }

  private takeOverRunning(pod: number, template: CompiledTemplate, state: number, past: PodPast): void {
    const plan = this.plans.planOf(this.behavior.ruleOf(pod), template);
    if (!plan.isSimple || this.cluster.pods.finalizers[pod] !== 0) this.runtimes.takeOver(pod, plan, past);
    else if ((state & POD_READY) !== 0) this.watchReadiness(pod);
    else this.after(pod, Math.max(0, this.readyAfter(pod) - this.sinceMicros(past.startedMicros)), this.ready);
  }

  /** How long ago something happened before the run; 0 where it did in the run, or nobody says when. */
  private sinceMicros(atMicros: Micros | undefined): Micros {
    return atMicros === undefined || atMicros >= 0 ? 0 : this.kernel.nowMicros - atMicros;
  }

  /** A pod that has finished has no containers, whoever says so: of those that still run nothing is told any more. */
  private drop(pod: number): void {
    cancelPodTimer(this.cluster, pod);
    if (this.runtimes.has(pod)) this.runtimes.drop(pod);
  }

  private followDeadline(pod: number): void {
    if (this.runtimes.has(pod)) this.runtimes.followDeadline(pod);
    else this.deadlines.follow(pod);
  }

  private forget(pod: number): void {
    this.runtimes.forget(pod);
    this.reports.forget(pod);
    this.rejected.delete(pod);
    this.deadlines.forget(pod);
  }

  private admit(pod: number): void {
    const rule = this.behavior.ruleOf(pod);
    const template = this.cluster.templateOf(pod);
    if (template.spec.nodeName !== '' && this.isRejected(pod)) return;
    const plan = this.plans.planOf(rule, template);
    const hasImages = this.pulls?.hasAll(template.spec.containers, this.cluster.pods.node[pod]!) ?? true;
    // A Job wants to know how its pods ended.
    if (plan.isSimple && this.cluster.pods.finalizers[pod] === 0 && hasImages) this.begin(pod, rule, template);
    else this.runtimes.admit(pod, plan, this.options.syncMicros);
  }

  /** True when the kubelet does not take a pod that came to it past the scheduler; it fails then. */
  private isRejected(pod: number): boolean {
    const rejection = checkAdmission(this.cluster, pod, (other) => this.rejected.has(other));
    if (rejection === undefined) return false;
    this.rejected.add(pod);
    const status = { initContainers: [], containers: [], ...rejection };
    this.reports.send(pod, { phase: 'Failed', isReady: false, status });
    return true;
  }

  private begin(pod: number, rule: BehaviorRule, template: CompiledTemplate): void {
    const node = this.cluster.pods.node[pod]!;
    const { nowMicros } = this.kernel;
    const isOlder = this.cluster.pastOf(pod) !== undefined;
    const begin = (isOlder ? this.cluster.pods.boundMicros[pod]! : nowMicros) + this.options.syncMicros;
    let presentAt = begin;
    for (const image of this.pulls === undefined ? template.images : []) {
      const at = this.images.ensure(image, node, begin, () => this.draws.sample(pod, rule.pull, 'podPull'));
      presentAt = Math.max(presentAt, at);
    }
    const startedAt = presentAt + this.draws.sample(pod, rule.start, 'podStart');
    const askedAt = Math.max(nowMicros, begin);
    const isPulled = presentAt > askedAt && presentAt !== NEVER;
    const cause = isPulled ? followPull(this.kernel, pod, askedAt, presentAt) : this.kernel.cause;
    this.after(pod, Math.max(0, startedAt - nowMicros), this.started);
    this.kernel.resumeCause(cause);
  }

  /** Nothing is known of a pod without a rule: without probes the kubelet calls it ready as soon as its containers run. */
  private readyAfter(pod: number): Micros {
    const rule = this.behavior.ruleOf(pod);
    const { spec } = this.cluster.templateOf(pod);
    if (rule.isAssumed === true && !hasReadinessProbes(spec)) return 0;
    return readyAfterMicros(spec, this.draws.sample(pod, rule.ready, 'podReady'));
  }

  /** The containers run. A pod that is ready at once says so in the same status update. */
  private reportStarted(pod: number): void {
    if (this.isStopping(pod)) return;
    const readyAfter = this.readyAfter(pod);
    this.cluster.setPodRunning(pod, readyAfter === 0);
    if (readyAfter === 0) this.watchReadiness(pod);
    else this.after(pod, readyAfter, this.ready);
  }

  private reportReady(pod: number): void {
    if (this.isStopping(pod)) return;
    this.cluster.setPodRunning(pod, true);
    this.watchReadiness(pod);
  }

  private watchReadiness(pod: number): void {
    this.after(pod, this.draws.sample(pod, this.behavior.ruleOf(pod).unready, 'podUnready'), this.unready);
  }

  private reportUnready(pod: number): void {
    if ((this.cluster.pods.state[pod]! & POD_READY) !== 0) this.cluster.setPodRunning(pod, false);
  }

  /** The kubelet has been told to stop the pod, or somebody failed it: what it was reporting is overtaken. */
  private isStopping(pod: number): boolean {
    const { observed, state } = this.cluster.pods;
    return (observed[pod]! & POD_TERMINATING) !== 0 || (state[pod]! & POD_FINISHED) !== 0;
  }

  private stop(pod: number): void {
    if (this.runtimes.has(pod)) {
      cancelPodTimer(this.cluster, pod);
      this.runtimes.stop(pod);
    } else if (this.cluster.pods.isHeld[pod] === 0) {
      this.terminate(pod, this.gone);
    }
  }

  /** A simple pod was active for longer than it may. */
  private stopOverdue(pod: number): void {
    if (this.outages.isDown(this.cluster.pods.node[pod]!)) return;
    if (!this.isStopping(pod)) this.terminate(pod, this.failed);
  }

  private reportFailed(pod: number): void {
    if (this.isStopping(pod)) return;
    const { spec } = this.cluster.templateOf(pod);
    const exitCode = this.terminateMicros(pod) <= this.graceMicros(pod) ? SIGTERM_EXIT_CODE : SIGKILL_EXIT_CODE;
    const ended = {
      state: 'terminated',
      reason: 'Error',
      exitCode,
      ready: false,
      started: false,
      restartCount: 0,
      finishedMicros: this.kernel.nowMicros,
    } as const;
    const containers = this.isRunning(pod) ? spec.containers.map(({ name }) => ({ name, ...ended })) : [];
    this.cluster.setPodFinished(pod, POD_FAILED, { initContainers: [], containers, ...DEADLINE_EXCEEDED });
  }

  /** SIGTERM; the grace period cuts off what takes longer. Containers that don't run need no signal. */
  private terminate(pod: number, end: Transition): void {
    cancelPodTimer(this.cluster, pod);
    const exit = this.isRunning(pod) ? this.terminateMicros(pod) : 0;
    const askedMicros = this.cluster.pods.deletionMicros[pod]!;
    const passedMicros = askedMicros === -1 ? 0 : this.sinceMicros(askedMicros);
    this.after(pod, Math.max(0, Math.min(exit, this.graceMicros(pod)) - passedMicros), end);
  }

  private isRunning(pod: number): boolean {
    return (this.cluster.pods.state[pod]! & POD_RUNNING) !== 0;
  }

  private terminateMicros(pod: number): Micros {
    return this.draws.sample(pod, this.behavior.ruleOf(pod).terminate, 'podTerminate');
  }

  private graceMicros(pod: number): Micros {
    const graceSeconds = this.cluster.templateOf(pod).spec.terminationGracePeriodSeconds;
    return Math.max(graceSeconds, MINIMUM_GRACE_PERIOD_SECONDS) * MICROS_PER_SECOND;
  }

  private transition(name: string, report: (pod: number) => void): Transition {
    const { pods } = this.cluster;
    const reported = this.kernel.register(`kubelet/${name}`, (pod, uid) => {
      // The pod may be gone by now, and its row another one's.
      if (pods.uid[pod] === uid >>> 0 && pods.state[pod] !== 0) report(pod);
    });
    const due = this.kernel.register(`kubelet/${name}-due`, (pod) => {
      pods.kubeletTimer[pod] = -1;
      this.send(pod, reported);
    });
    return { due, reported };
  }

  /** Has something happen to the pod after a delay, and the API server told of it then. */
  private after(pod: number, delayMicros: Micros, transition: Transition): void {
    // What was reported at the last moment may arrive when the kubelet is silent.
    if (this.outages.isDown(this.cluster.pods.node[pod]!)) return;
    if (delayMicros === 0) this.send(pod, transition.reported);
    else if (delayMicros !== NEVER) setPodTimer(this.cluster, pod, delayMicros, transition.due);
  }

  private send(pod: number, reported: HandlerId): void {
    const { pods } = this.cluster;
    this.clients.send(pods.node[pod]!, reported, pod, pods.uid[pod]! | 0);
  }
}

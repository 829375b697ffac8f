import { type Cluster, POD_READY, type PodPast } from '../cluster/index.ts';
import { NEVER } from '../kernel/distribution.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { type DelayWord, delayOf, exitCodeOf } from './behavior.ts';
import { type ImageFailure, POD_WAITS, type PodWait } from './containerRuntime.ts';
import type { Draws } from './draws.ts';
import { type ImageError, type ImageNeed, type ImagePullOptions, ImagePulls } from './imagePulls.ts';
import type { ImageStore } from './images.ts';
import type { NodeClients } from './nodeClients.ts';
import { NodeImages } from './nodeImages.ts';
import type { ContainerPlan, PodPlan } from './podPlan.ts';
import type { PodReports } from './podReports.ts';
import { type PodHost, PodRuntime } from './podRuntime.ts';
import { cancelPodTimer, followPull, setPodTimer } from './podTimer.ts';
import type { BackOffLimits } from './restartBackOff.ts';

/** Names of random streams by what is drawn. */
const PURPOSES: Readonly<Record<DelayWord, string>> = {
  pull: 'podPull',
  start: 'podStart',
  ready: 'podReady',
  live: 'podLive',
  terminate: 'podTerminate',
  unready: 'podUnready',
  run: 'podRun',
  hang: 'podHang',
};

/** Upstream's `backOffPeriod`, after which a pod worker looks again at a pod of which something failed, and its jitter. */
const LOOK_AGAIN_MICROS = 10 * MICROS_PER_SECOND;
const WORKER_BACK_OFF_JITTER = 0.5;
/** From a relist of the kubelet's event generator to the next: the new pod's sandbox is news, and its worker looks again. */
const RELIST_MICROS = MICROS_PER_SECOND;

interface Entry {
  readonly runtime: PodRuntime;
  isDeleted: boolean;
  /** Random numbers for when to look again, by container; made when one lacks its image. */
  readonly looks: Map<string, RandomStream>;
}

export interface PodRuntimesOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  readonly images: ImageStore;
  /** In place of `images`, where images have sizes or pulls have limits. */
  readonly imagePulls?: ImagePullOptions;
  /** Whether the kubelet of the node in that row is silent. */
  isDown(node: number): boolean;
  readonly draws: Draws;
  readonly clients: NodeClients;
  readonly reports: PodReports;
  readonly restartBackOff: BackOffLimits;
  /** Handler of a request that removes a pod. */
  readonly gone: HandlerId;
}

/** The pods whose containers have to be followed one by one, with a timer each. */
export class PodRuntimes {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly images: ImageStore;
  /** Undefined: `images` counts. */
  readonly pulls: ImagePulls | undefined;
  private readonly isDown: (node: number) => boolean;
  private readonly draws: Draws;
  private readonly clients: NodeClients;
  private readonly reports: PodReports;
  private readonly restartBackOff: BackOffLimits;
  private readonly entries = new Map<number, Entry>();
  /** By what the pod waits for, for chains of causes. */
  private readonly due = {} as Record<PodWait, HandlerId>;
  private readonly gone: HandlerId;

  constructor({
    kernel,
    cluster,
    images,
    imagePulls,
    isDown,
    draws,
    clients,
    reports,
    restartBackOff,
    gone,
  }: PodRuntimesOptions) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.images = images;
    this.isDown = isDown;
    this.pulls = imagePulls && this.createPulls(imagePulls);
    this.draws = draws;
    this.clients = clients;
    this.reports = reports;
    this.restartBackOff = restartBackOff;
    this.gone = gone;
    const due = (pod: number) => {
      cluster.pods.kubeletTimer[pod] = -1;
      this.advance(pod);
    };
    for (const wait of POD_WAITS) this.due[wait] = kernel.register(`kubelet/pod-due/${wait}`, due);
  }

  has(pod: number): boolean {
    return this.entries.has(pod);
  }

  /** Takes a pod in, and begins with it after a delay. */
  admit(pod: number, plan: PodPlan, delayMicros: Micros): void {
    const admittedMicros = this.kernel.nowMicros + delayMicros;
    const runtime = new PodRuntime(plan, this.hostOf(pod), admittedMicros);
    this.entries.set(pod, { runtime, isDeleted: false, looks: new Map() });
    if (delayMicros === 0) this.advance(pod);
    else this.schedule(pod, delayMicros, 'start');
  }

  /** Takes in a pod whose containers were started before the run. */
  takeOver(pod: number, plan: PodPlan, { startedMicros }: PodPast): void {
    const { pods } = this.cluster;
    const boundMicros = pods.boundMicros[pod]!;
    const runtime = new PodRuntime(plan, this.hostOf(pod), boundMicros);
    const isReady = (pods.state[pod]! & POD_READY) !== 0;
    runtime.takeOver(this.cluster.podStatus(pod), startedMicros ?? boundMicros, isReady, this.kernel.nowMicros);
    const entry = { runtime, isDeleted: false, looks: new Map() };
    this.entries.set(pod, entry);
    this.carryOn(pod, entry);
  }

  /** The pod was deleted: its containers are stopped, and then it is removed. */
  stop(pod: number): void {
    const entry = this.entries.get(pod)!;
    entry.isDeleted = true;
    entry.runtime.kill(this.kernel.nowMicros);
    this.carryOn(pod, entry);
  }

  /** The pod has finished: nothing of it is left to follow, but its removal. */
  drop(pod: number): void {
    this.entries.get(pod)!.runtime.abandon();
  }

  /** The pod's kubelet was away: what happened meanwhile is noticed now, its deletion too, and all of it told. */
  resume(pod: number, isDeleted: boolean): void {
    const entry = this.entries.get(pod)!;
    if (isDeleted && !entry.isDeleted) {
      this.stop(pod);
      return;
    }
    entry.runtime.reportAgain();
    entry.runtime.advance(this.kernel.nowMicros);
    this.carryOn(pod, entry);
  }

  /** The pod may have another deadline now. */
  followDeadline(pod: number): void {
    const { activeDeadlineSeconds } = this.cluster.templateOf(pod).spec;
    const { runtime } = this.entries.get(pod)!;
    if (activeDeadlineSeconds === undefined || !runtime.setDeadline(activeDeadlineSeconds)) return;
    cancelPodTimer(this.cluster, pod);
    this.schedule(pod, Math.max(0, runtime.admittedMicros - this.kernel.nowMicros), 'start');
  }

  /** The pod is gone. */
  forget(pod: number): void {
    this.entries.delete(pod);
  }

  private advance(pod: number): void {
    const entry = this.entries.get(pod)!;
    entry.runtime.advance(this.kernel.nowMicros);
    this.carryOn(pod, entry);
  }

  private carryOn(pod: number, { runtime, isDeleted }: Entry): void {
    if (runtime.hasEnded) {
      // Held by finalizers alone means that it was removed already.
      if (isDeleted && this.cluster.pods.isHeld[pod] === 0) {
        const { pods } = this.cluster;
        this.clients.send(pods.node[pod]!, this.gone, pod, pods.uid[pod]! | 0);
      }
      return;
    }
    const { nowMicros } = this.kernel;
    const dueMicros = runtime.dueMicros(nowMicros);
    if (dueMicros === NEVER) return;
    const imageMicros = runtime.imageDueMicros(nowMicros);
    // The timer of a container whose pull takes a known time is for its start.
    const isPulled = imageMicros <= dueMicros;
    const cause = isPulled ? followPull(this.kernel, pod, nowMicros, imageMicros) : this.kernel.cause;
    this.schedule(pod, Math.max(0, dueMicros - nowMicros), isPulled ? 'start' : runtime.waitsFor(nowMicros));
    this.kernel.resumeCause(cause);
  }

  private schedule(pod: number, delayMicros: Micros, wait: PodWait): void {
    setPodTimer(this.cluster, pod, delayMicros, this.due[wait]);
  }

  private createPulls(options: ImagePullOptions): ImagePulls {
    const told = new NodeImages(this.kernel, this.cluster, this.isDown);
    return new ImagePulls(this.kernel, options, {
      ended: (need, failure) => this.pullEnded(need, failure),
      arrived: (node, image, sizeBytes) => told.add(node, image, sizeBytes),
    });
  }

  /** A kubelet is done with a pull. A silent one starts nothing; it takes its pods up again when it is back. */
  private pullEnded(need: ImageNeed, failure: string | undefined): void {
    const { pod, uid, node, container } = need;
    const entry = this.entries.get(pod);
    if (entry === undefined || this.cluster.pods.uid[pod] !== uid) return;
    if (failure !== undefined) this.tell(need, 'Failed', `Failed to pull image "${container.image}": ${failure}`);
    const outcome = failure === undefined ? this.kernel.nowMicros : this.lookAgain(need, 'ErrImagePull');
    entry.runtime.pullEnded(container.name, outcome);
    if (this.isDown(node)) return;
    cancelPodTimer(this.cluster, pod);
    this.advance(pod);
  }

  private ensureImage(pulls: ImagePulls, need: ImageNeed): Micros | ImageFailure {
    const outcome = pulls.ensure(need);
    if (typeof outcome === 'number') return outcome;
    const { image } = need.container;
    if (outcome === 'ImagePullBackOff') this.tell(need, 'BackOff', `Back-off pulling image "${image}"`);
    else this.tell(need, outcome, `Container image "${image}" is not present with pull policy of Never`);
    return this.lookAgain(need, outcome);
  }

  private lookAgain({ pod, container }: ImageNeed, error: ImageError): ImageFailure {
    const { looks } = this.entries.get(pod)!;
    const { nowMicros } = this.kernel;
    const stream = looks.get(container.name);
    if (stream === undefined) {
      looks.set(container.name, this.draws.stream(pod, 'podImage', `/${container.name}`));
      return { error, retryMicros: nowMicros + RELIST_MICROS };
    }
    const waitMicros = Math.round(LOOK_AGAIN_MICROS * (1 + WORKER_BACK_OFF_JITTER * stream.uniform()));
    return { error, retryMicros: nowMicros + waitMicros };
  }

  private tell({ pod }: ImageNeed, reason: string, message: string): void {
    this.cluster.recordPodEvent(pod, reason, message);
  }

  private hostOf(pod: number): PodHost {
    const { draws, images, pulls, cluster } = this;
    const node = cluster.pods.node[pod]!;
    const uid = cluster.pods.uid[pod]!;
    return {
      restartBackOff: this.restartBackOff,
      imageMicros: (container, nowMicros, pullMicros) =>
        pulls === undefined
          ? images.ensure(container.image, node, nowMicros, pullMicros)
          : this.ensureImage(pulls, { pod, uid, node, container, pullMicros }),
      delayMicros: (plan, word, attempt) => {
        return draws.sample(pod, delayOf(plan.delays[word], attempt), PURPOSES[word], detailOf(plan, word, attempt));
      },
      exitCode: (plan, attempt) => exitCodeOf(plan.exitCode, draws.indexOf(pod), attempt),
      jitterStream: (plan, attempt) => draws.stream(pod, 'podRestart', `/${plan.container.name}#${attempt}`),
      report: (report) => this.reports.send(pod, report),
    };
  }
}

/** What the containers of a pod have in common is drawn once for all of them, and anew for each of their starts. */
function detailOf({ container, ownDelays }: ContainerPlan, word: DelayWord, attempt: number): string {
  const own = ownDelays.has(word) ? `/${container.name}` : '';
  return attempt === 0 ? own : `${own}#${attempt}`;
}

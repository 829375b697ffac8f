import type { PodStatus } from '../cluster/index.ts';
import { NEVER } from '../kernel/distribution.ts';
import type { RandomStream } from '../kernel/randomStreams.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import { DEADLINE_EXCEEDED } from './activeDeadlines.ts';
import { type ContainerHost, ContainerRuntime, type ImageFailure, type PodWait } from './containerRuntime.ts';
import type { ContainerPlan, PodPlan } from './podPlan.ts';
import { isSameReport, type PodReport } from './podReport.ts';
import { killContainers } from './termination.ts';

/** The longest that a pod worker leaves a pod alone, and the share of a wait that it may take longer. */
const RESYNC_MICROS = 60 * MICROS_PER_SECOND;
const WORKER_BACK_OFF_JITTER = 0.5;

/** From the furthest behind on; one that is ready, and only waits for its end, holds up nobody. */
const STAGES: readonly PodWait[] = ['image', 'start', 'readiness', 'restart'];

/** What a pod asks of its node, and of its behavior. */
export interface PodHost extends Omit<ContainerHost, 'filledMicros'> {
  /** Random numbers for the waits after the container's `attempt`-th end. */
  jitterStream(plan: ContainerPlan, attempt: number): RandomStream;
  /** Receives each status that differs from the one before. */
  report(report: PodReport): void;
}

/**
 * A pod on its node, container by container: upstream's pod worker with `computePodActions` and `getPhase`. It knows
 * neither kernel nor cluster: `advance` lets happen what is due at a moment, and `dueMicros` says when to call it next.
 */
export class PodRuntime {
  private readonly plan: PodPlan;
  private readonly host: PodHost;
  private readonly initContainers: readonly ContainerRuntime[];
  private readonly containers: readonly ContainerRuntime[];
  private readonly all: readonly ContainerRuntime[];
  readonly admittedMicros: Micros;
  private deadlineMicros: Micros = NEVER;
  private readonly filledMicros = new Map<string, Micros>();
  private readonly jitter = new Map<ContainerRuntime, RandomStream>();
  /** Something happened that others may have to follow. */
  private hasActed = false;
  /** All init containers have been done once, and the others may start. */
  private isInitialized = false;
  /** All containers are being stopped; none starts any more. */
  private isTerminating = false;
  private isOver = false;
  private failure = { reason: '', message: '' };
  private reported: PodReport | undefined;

  constructor(plan: PodPlan, host: PodHost, admittedMicros: Micros) {
    this.plan = plan;
    this.host = host;
    const { activeDeadlineSeconds, terminationGracePeriodSeconds } = plan.spec;
    const containerHost: ContainerHost = {
      restartBackOff: host.restartBackOff,
      imageMicros: (container, nowMicros, pullMicros) => host.imageMicros(container, nowMicros, pullMicros),
      delayMicros: (container, word, attempt) => host.delayMicros(container, word, attempt),
      exitCode: (container, attempt) => host.exitCode(container, attempt),
      filledMicros: (volume) => this.filledMicros.get(volume) ?? NEVER,
    };
    const runtimeOf = (container: ContainerPlan) =>
      new ContainerRuntime(container, containerHost, admittedMicros, terminationGracePeriodSeconds);
    this.initContainers = plan.initContainers.map(runtimeOf);
    this.containers = plan.containers.map(runtimeOf);
    this.all = [...this.initContainers, ...this.containers];
    this.admittedMicros = admittedMicros;
    if (activeDeadlineSeconds !== undefined) this.setDeadline(activeDeadlineSeconds);
    // A new pod's phase says it all, unless there are init containers to count.
    if (this.initContainers.length === 0) this.reported = this.currentReport(admittedMicros);
  }

  /** All containers have ended for good, and the last word is said. */
  get hasEnded(): boolean {
    return this.isOver;
  }

  /** Lets happen all that is due. */
  advance(nowMicros: Micros): void {
    if (this.isOver) return;
    do {
      this.hasActed = false;
      for (const container of this.all) if (container.advance(nowMicros)) this.hasActed = true;
      this.fillVolumes(nowMicros);
      this.syncPod(nowMicros);
    } while (this.hasActed);
    this.isOver = this.isTerminating && this.all.every(({ state }) => state !== 'running');
    this.report(nowMicros);
  }

  /**
   * The containers were started before, and are as the status says; where it says nothing, they run, and the init
   * containers are done.
   *
   * @param startedMicros when the containers were started
   * @param isReady what the API server has of the pod
   */
  takeOver(status: PodStatus | undefined, startedMicros: Micros, isReady: boolean, nowMicros: Micros): void {
    const known = new Map(
      [...(status?.initContainers ?? []), ...(status?.containers ?? [])].map((one) => [one.name, one]),
    );
    for (const container of this.all)
      container.takeOver(known.get(container.plan.container.name), startedMicros, isReady, nowMicros);
    this.isInitialized = true;
    this.reported = this.currentReport(nowMicros);
  }

  /** Counts from when the kubelet took the pod in. False: it was the same before. */
  setDeadline(activeDeadlineSeconds: number): boolean {
    const deadlineMicros = this.admittedMicros + activeDeadlineSeconds * MICROS_PER_SECOND;
    if (deadlineMicros === this.deadlineMicros) return false;
    this.deadlineMicros = deadlineMicros;
    return true;
  }

  /** Has the next report sent whatever the one before said: somebody else may have written the pod's status. */
  reportAgain(): void {
    this.reported = undefined;
  }

  /** The pod is over for somebody else's reasons, who has said so. */
  abandon(): void {
    this.isOver = true;
  }

  /** A pull is over that a container waits for. */
  pullEnded(name: string, outcome: Micros | ImageFailure): void {
    this.all.find(({ plan }) => plan.container.name === name)?.pullEnded(outcome);
  }

  /** Stops all containers, because the pod was deleted. */
  kill(nowMicros: Micros): void {
    if (this.isOver) return;
    this.killPod(nowMicros);
    this.advance(nowMicros);
  }

  /** The next moment in which something happens; NEVER: nothing will, of itself. */
  dueMicros(nowMicros: Micros): Micros {
    let due = this.isTerminating ? NEVER : this.deadlineMicros;
    for (const container of this.all) due = Math.min(due, container.dueMicros(nowMicros));
    return due;
  }

  /** What the pod waits for until the next thing happens: of its containers, what the one waits for that is furthest behind. */
  waitsFor(nowMicros: Micros): PodWait {
    return this.isTerminating ? 'termination' : (this.furthestBehind(nowMicros)?.waitsFor(nowMicros) ?? 'start');
  }

  /** When the image comes that the pod waits for, where that is known; NEVER otherwise. */
  imageDueMicros(nowMicros: Micros): Micros {
    return this.isTerminating ? NEVER : (this.furthestBehind(nowMicros)?.imageDueMicros(nowMicros) ?? NEVER);
  }

  private furthestBehind(nowMicros: Micros): ContainerRuntime | undefined {
    const isDone = (container: ContainerRuntime) =>
      container.plan.kind === 'sidecar' ? container.isStarted(nowMicros) : container.hasEndedWell;
    const init = this.isInitialized ? undefined : this.initContainers.find((container) => !isDone(container));
    if (init !== undefined) return init;
    const stageOf = (container: ContainerRuntime) => STAGES.indexOf(container.waitsFor(nowMicros));
    return this.containers.toSorted((a, b) => stageOf(a) - stageOf(b))[0];
  }

  /** Starts what is to run now. */
  private syncPod(nowMicros: Micros): void {
    if (this.isTerminating) return;
    if (this.deadlineMicros <= nowMicros) {
      this.failure = DEADLINE_EXCEEDED;
      this.killPod(nowMicros);
      return;
    }
    if (!this.syncInitContainers(nowMicros)) return;
    this.isInitialized = true;
    this.syncContainers(nowMicros);
  }

  /**
   * Upstream's `computeInitContainerActions`: one after the other, a sidecar until it is started. True when all are done;
   * a sidecar that ends later on is started again beside the containers.
   */
  private syncInitContainers(nowMicros: Micros): boolean {
    for (const container of this.initContainers) {
      if (container.plan.kind === 'sidecar') {
        this.keepRunning(container, nowMicros);
        if (!this.isInitialized && !container.isStarted(nowMicros)) return false;
      } else if (!container.hasEndedWell) {
        if (container.state === 'terminated' && this.plan.spec.restartPolicy === 'Never') this.killPod(nowMicros);
        else this.keepRunning(container, nowMicros);
        return false;
      }
    }
    return true;
  }

  /** The containers are started one after the other, too, but none waits for another one's readiness. */
  private syncContainers(nowMicros: Micros): void {
    let isAnyLeft = false;
    for (const container of this.containers) {
      if (container.state !== 'terminated' || this.isRestarted(container)) {
        isAnyLeft = true;
        this.keepRunning(container, nowMicros);
      }
      if (container.starts === 0 && container.imageError === undefined) return;
    }
    if (!isAnyLeft) this.killPod(nowMicros);
  }

  private isRestarted({ exitCode }: ContainerRuntime): boolean {
    const { restartPolicy } = this.plan.spec;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && exitCode !== 0);
  }

  private keepRunning(container: ContainerRuntime, nowMicros: Micros): void {
    if (container.imageError !== undefined) this.tryImageAgain(container, nowMicros);
    else if (container.state === 'waiting') this.create(container, nowMicros);
    else if (container.state === 'terminated') this.restart(container, nowMicros);
  }

  /** Upstream's `doBackOff`. The wait ends when the pod worker looks again, which is late by up to half of the wait. */
  private restart(container: ContainerRuntime, nowMicros: Micros): void {
    const { backOff, finishedMicros } = container;
    const waitMicros = backOff.endMicros(finishedMicros) - nowMicros;
    if (waitMicros <= 0) {
      backOff.next(finishedMicros, nowMicros);
      // That it ended shows, however short the time until it runs again.
      this.report(nowMicros);
      this.create(container, nowMicros);
      return;
    }
    if (!container.isBackingOff) this.jitter.set(container, this.host.jitterStream(container.plan, container.starts));
    else if (container.retryMicros > nowMicros) return;
    const longer = 1 + WORKER_BACK_OFF_JITTER * this.jitter.get(container)!.uniform();
    container.isBackingOff = true;
    container.retryMicros = nowMicros + Math.round(Math.min(waitMicros, RESYNC_MICROS) * longer);
  }

  private tryImageAgain(container: ContainerRuntime, nowMicros: Micros): void {
    const isIdle = container.state === 'waiting' || container.state === 'terminated';
    if (isIdle && container.retryMicros <= nowMicros) this.create(container, nowMicros);
  }

  private create(container: ContainerRuntime, nowMicros: Micros): void {
    container.create(nowMicros);
    this.hasActed = true;
  }

  private killPod(nowMicros: Micros): void {
    this.isTerminating = true;
    this.hasActed = true;
    const { terminationGracePeriodSeconds } = this.plan.spec;
    killContainers(this.initContainers, this.containers, nowMicros, terminationGracePeriodSeconds);
  }

  /** A volume has its content once its writer is done with it, and keeps it as long as the pod lives. */
  private fillVolumes(nowMicros: Micros): void {
    for (const container of this.all) {
      const { kind, writes } = container.plan;
      if (writes === undefined || this.filledMicros.has(writes)) continue;
      if (!(kind === 'init' ? container.hasEndedWell : container.isReady(nowMicros))) continue;
      this.filledMicros.set(writes, nowMicros);
      for (const reader of this.all) if (reader.plan.reads === writes) reader.volumeFilled();
      this.hasActed = true;
    }
  }

  private report(nowMicros: Micros): void {
    const report = this.currentReport(nowMicros);
    if (this.reported !== undefined && isSameReport(this.reported, report)) return;
    this.reported = report;
    this.host.report(report);
  }

  private currentReport(nowMicros: Micros): PodReport {
    const waitingReason = this.initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    const statusOf = (container: ContainerRuntime) => container.status(nowMicros, waitingReason);
    const lasting = this.all.filter(({ plan }) => plan.kind !== 'init');
    return {
      phase: this.phase(),
      isReady: !this.isOver && lasting.every((container) => container.isReady(nowMicros)),
      status: {
        initContainers: this.initContainers.map(statusOf),
        containers: this.containers.map(statusOf),
        ...(this.isOver ? this.failure : { reason: '', message: '' }),
      },
    };
  }

  /** Upstream's `getPhase`; Succeeded and Failed only once nothing runs any more (`mergePodStatus`). */
  private phase(): PodReport['phase'] {
    if (this.isOver) {
      const hasSucceeded = this.failure.reason === '' && this.containers.every(({ hasEndedWell }) => hasEndedWell);
      return hasSucceeded ? 'Succeeded' : 'Failed';
    }
    return this.isInitialized && this.containers.every(({ starts }) => starts > 0) ? 'Running' : 'Pending';
  }
}

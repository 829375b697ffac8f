import type { Container } from '../api/types.ts';
import type { ContainerStatus } from '../cluster/index.ts';
import { NEVER } from '../kernel/distribution.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';
import type { DelayWord } from './behavior.ts';
import type { ImageError } from './imagePulls.ts';
import type { ContainerPlan } from './podPlan.ts';
import { type ProbeTimes, probeTimes } from './probes.ts';
import { type BackOffLimits, RestartBackOff } from './restartBackOff.ts';

/** What SIGTERM gets at least (upstream's `minimumGracePeriodInSeconds`). */
export const MINIMUM_GRACE_PERIOD_SECONDS = 2;

/** What a process exits with that a signal ended: 128 and the number of the signal. */
export const SIGTERM_EXIT_CODE = 143;
export const SIGKILL_EXIT_CODE = 137;

/** What a pod or container waits for: `restart` is the back-off of one that has failed, or the end of one that will. */
export const POD_WAITS = ['image', 'start', 'readiness', 'restart', 'termination'] as const;

export type PodWait = (typeof POD_WAITS)[number];

/** Why a container has no image, and when its pod looks again. */
export interface ImageFailure {
  readonly error: ImageError;
  readonly retryMicros: Micros;
}

/** What the containers of one pod ask of the node, and of their behavior. */
export interface ContainerHost {
  readonly restartBackOff: BackOffLimits;
  /**
   * When the image is there, or why it is not. NEVER: it is not known; `pullEnded` says when a pull is over.
   * `pullMicros` is asked only when it has to be pulled.
   */
  imageMicros(container: Container, nowMicros: Micros, pullMicros: () => Micros): Micros | ImageFailure;
  /** `attempt`: how often the container has been started before. */
  delayMicros(plan: ContainerPlan, word: DelayWord, attempt: number): Micros;
  exitCode(plan: ContainerPlan, attempt: number): number;
  /** Since when the volume has its content; NEVER as long as it has not. */
  filledMicros(volume: string): Micros;
}

const NO_PROBES: ProbeTimes = {
  startedMicros: NEVER,
  readyMicros: NEVER,
  unreadyMicros: NEVER,
  killMicros: NEVER,
};

/**
 * One container on its node, from start to start. What is going to happen to it is kept as moments; its pod calls
 * `advance` when one of them has come, and says when to start and when to stop.
 */
export class ContainerRuntime {
  readonly plan: ContainerPlan;
  state: 'waiting' | 'creating' | 'running' | 'terminated' = 'waiting';
  /** Starts so far. */
  starts = 0;
  exitCode = -1;
  /** When it last ended; -1 before. */
  finishedMicros: Micros = -1;
  readonly backOff: RestartBackOff;
  /** It ended and has not been started again since, because of the back-off. */
  isBackingOff = false;
  /** What came of the last try to get its image; undefined once that is there. */
  imageError: ImageError | undefined;
  /** Its pod looks then whether the back-off is over, of its restarts or of its image. */
  retryMicros: Micros = NEVER;
  private readonly host: ContainerHost;
  private readonly admittedMicros: Micros;
  private readonly graceSeconds: number;
  /** Start of this attempt, or, while it is created, when that will be. */
  private startMicros: Micros = NEVER;
  /** While it is created, when its image is there; NEVER: not known yet. */
  private imageMicros: Micros = NEVER;
  private exitMicros: Micros = NEVER;
  /** When it would end if nobody stopped it and it had all it needs. */
  private endsMicros: Micros = NEVER;
  private nextExitCode = 0;
  private probes = NO_PROBES;
  private hangsMicros: Micros = NEVER;
  private unreadyAfterMicros: Micros = NEVER;
  private servesMicros: Micros = NEVER;
  private livesMicros: Micros = NEVER;
  private isStopping = false;

  /** @param graceSeconds what it gets when a probe without a grace period of its own has it killed */
  constructor(plan: ContainerPlan, host: ContainerHost, admittedMicros: Micros, graceSeconds: number) {
    this.plan = plan;
    this.host = host;
    this.backOff = new RestartBackOff(host.restartBackOff);
    this.admittedMicros = admittedMicros;
    this.graceSeconds = graceSeconds;
  }

  get hasEndedWell(): boolean {
    return this.state === 'terminated' && this.exitCode === 0;
  }

  /**
   * It was started before somebody looked. `run` counts from that start; what may befall it, `unready` or `hang`, from now.
   *
   * @param known undefined: nothing is said of it but that its pod runs
   */
  takeOver(known: ContainerStatus | undefined, startedMicros: Micros, isPodReady: boolean, nowMicros: Micros): void {
    this.starts = known?.restartCount ?? 0;
    this.exitCode = known?.exitCode ?? -1;
    this.finishedMicros = known?.finishedMicros ?? -1;
    if (known?.state === 'waiting') return;
    if (known === undefined ? this.plan.kind === 'init' : known.state === 'terminated') {
      this.starts++;
      this.state = 'terminated';
      if (known === undefined) this.exitCode = 0;
      return;
    }
    this.start(startedMicros);
    this.hangsMicros += nowMicros - startedMicros;
    this.planProbes();
    if (!(known?.ready ?? isPodReady)) return;
    const started = Math.min(this.probes.startedMicros, nowMicros);
    const ready = Math.min(this.probes.readyMicros, nowMicros);
    this.probes = { ...this.probes, startedMicros: started, readyMicros: ready };
    this.unreadyAfterMicros += nowMicros - ready;
  }

  /** Pulls the image, if need be, and starts the container. */
  create(nowMicros: Micros): void {
    const { plan, host } = this;
    this.retryMicros = NEVER;
    this.state = 'creating';
    this.followImage(host.imageMicros(plan.container, nowMicros, () => this.delay('pull')));
  }

  /** The pull that it waits for is over. */
  pullEnded(outcome: Micros | ImageFailure): void {
    if (this.state === 'creating') this.followImage(outcome);
  }

  /** The volume that it reads has its content from now on. */
  volumeFilled(): void {
    if (this.state !== 'running' || this.isStopping) return;
    if (this.plan.kind === 'init') this.exitMicros = this.sinceFilled(this.endsMicros);
    this.planProbes();
  }

  /** Lets happen what is due; true when something did. */
  advance(nowMicros: Micros): boolean {
    if (this.state === 'creating' && this.startMicros <= nowMicros) {
      this.start(nowMicros);
      return true;
    }
    if (this.state !== 'running') return false;
    if (this.exitMicros <= nowMicros) {
      this.finish(nowMicros);
      return true;
    }
    if (this.probes.killMicros > nowMicros || this.isStopping) return false;
    this.stop(nowMicros, this.probeGraceSeconds, nowMicros);
    return true;
  }

  /** The next moment in which something happens that is not due yet. */
  dueMicros(nowMicros: Micros): Micros {
    if (this.state === 'creating') return this.startMicros;
    if (this.state === 'terminated' || this.state === 'waiting') return this.retryMicros;
    const { startedMicros, readyMicros, killMicros } = this.probes;
    const moments = [startedMicros, readyMicros, this.unreadyMicros, this.exitMicros];
    if (!this.isStopping) moments.push(killMicros);
    return Math.min(...moments.filter((moment) => moment > nowMicros));
  }

  /** What the container waits for, or goes through, at present. */
  waitsFor(nowMicros: Micros): PodWait {
    if (this.imageError !== undefined || (this.state === 'creating' && this.imageMicros > nowMicros)) return 'image';
    if (this.state === 'creating' || this.state === 'waiting') return 'start';
    if (this.state === 'terminated') return 'restart';
    if (this.plan.kind === 'init') return 'start';
    // One that is ready has nothing to wait for but its end.
    return this.isReady(nowMicros) ? 'restart' : 'readiness';
  }

  /** When the image comes that is on its way, where that is known; NEVER otherwise. */
  imageDueMicros(nowMicros: Micros): Micros {
    return this.state === 'creating' && this.imageMicros > nowMicros ? this.imageMicros : NEVER;
  }

  /** Upstream's `container.started`. */
  isStarted(nowMicros: Micros): boolean {
    return this.state === 'running' && this.probes.startedMicros <= nowMicros;
  }

  isReady(nowMicros: Micros): boolean {
    if (this.state !== 'running') return false;
    return this.probes.readyMicros <= nowMicros && nowMicros < this.unreadyMicros;
  }

  /** When it ends, as far as is known. */
  get endMicros(): Micros {
    return this.state === 'running' ? this.exitMicros : this.finishedMicros;
  }

  /**
   * Upstream's `killContainer`: the preStop hook and the wait for its turn take from the grace period, whole seconds
   * each; what is left, at least two seconds, is for SIGTERM. A container that is not running yet is not started.
   *
   * @param turnMicros when SIGTERM may be sent at the earliest
   */
  stop(nowMicros: Micros, graceSeconds: number, turnMicros: Micros): void {
    if (this.state === 'creating') this.state = this.starts > 0 ? 'terminated' : 'waiting';
    this.isBackingOff = false;
    this.retryMicros = NEVER;
    if (this.state !== 'running') return;
    let left = graceSeconds;
    let at = nowMicros;
    if (left > 0) {
      const hook = Math.min(this.plan.container.preStopSleepSeconds, left);
      at += hook * MICROS_PER_SECOND;
      left -= hook;
    }
    if (left > 0 && turnMicros > at) {
      const waited = Math.min(turnMicros - at, left * MICROS_PER_SECOND);
      at += waited;
      left -= Math.floor(waited / MICROS_PER_SECOND);
    }
    const grace = Math.max(left, MINIMUM_GRACE_PERIOD_SECONDS) * MICROS_PER_SECOND;
    const terminate = this.host.delayMicros(this.plan, 'terminate', this.starts - 1);
    this.isStopping = true;
    if (at + Math.min(terminate, grace) >= this.exitMicros) return;
    this.exitMicros = at + Math.min(terminate, grace);
    this.nextExitCode = terminate <= grace ? SIGTERM_EXIT_CODE : SIGKILL_EXIT_CODE;
  }

  status(nowMicros: Micros, waitingReason: string): ContainerStatus {
    const { state } = this;
    const isWaiting = this.isBackingOff || this.starts === 0 || this.imageError !== undefined;
    return {
      name: this.plan.container.name,
      state: isWaiting ? 'waiting' : state === 'running' ? 'running' : 'terminated',
      reason: this.reason(waitingReason),
      exitCode: this.exitCode,
      ready: this.plan.kind === 'init' ? this.hasEndedWell : this.isReady(nowMicros),
      started: this.isStarted(nowMicros),
      restartCount: Math.max(0, this.starts - 1),
      finishedMicros: this.finishedMicros,
    };
  }

  private reason(waitingReason: string): string {
    if (this.imageError !== undefined) return this.imageError;
    if (this.isBackingOff) return 'CrashLoopBackOff';
    if (this.state === 'running') return '';
    if (this.starts === 0) return waitingReason;
    return this.exitCode === 0 ? 'Completed' : 'Error';
  }

  private followImage(outcome: Micros | ImageFailure): void {
    if (typeof outcome !== 'number') {
      this.state = this.starts > 0 ? 'terminated' : 'waiting';
      this.isBackingOff = false;
      this.imageError = outcome.error;
      this.retryMicros = outcome.retryMicros;
      return;
    }
    this.imageMicros = outcome;
    const isCounted = this.starts === 0 && this.plan.isStartCounted;
    this.startMicros = outcome + (isCounted ? 0 : this.delay('start'));
    // While it is pulled again, the last error is what is known.
    if (outcome !== NEVER) this.imageError = undefined;
  }

  private start(nowMicros: Micros): void {
    const attempt = this.starts;
    this.state = 'running';
    this.isStopping = false;
    this.isBackingOff = false;
    this.startMicros = nowMicros;
    this.endsMicros = nowMicros + this.delay('run');
    this.exitMicros = this.plan.kind === 'init' ? this.sinceFilled(this.endsMicros) : this.endsMicros;
    this.nextExitCode = this.host.exitCode(this.plan, attempt);
    this.hangsMicros = nowMicros + this.delay('hang');
    this.unreadyAfterMicros = this.delay('unready');
    this.servesMicros = nowMicros + this.delay('ready');
    this.livesMicros = nowMicros + this.delay('live');
    this.starts++;
    this.planProbes();
  }

  /** Of the probe that has it killed, if that has one of its own: of the startup probe as long as it has not succeeded. */
  private get probeGraceSeconds(): number {
    const { startupProbe, livenessProbe } = this.plan.container;
    const probe = this.probes.startedMicros === NEVER ? startupProbe : livenessProbe;
    return probe?.terminationGracePeriodSeconds ?? this.graceSeconds;
  }

  private planProbes(): void {
    this.probes = probeTimes(this.plan.container, {
      admittedMicros: this.admittedMicros,
      startedMicros: this.startMicros,
      servesMicros: this.sinceFilled(this.servesMicros),
      livesMicros: this.livesMicros,
      hangsMicros: this.hangsMicros,
    });
  }

  /** The moment, or the later one in which the volume that it reads is filled. */
  private sinceFilled(moment: Micros): Micros {
    const { reads } = this.plan;
    return reads === undefined ? moment : Math.max(moment, this.host.filledMicros(reads));
  }

  private get unreadyMicros(): Micros {
    return Math.min(this.probes.unreadyMicros, this.probes.readyMicros + this.unreadyAfterMicros);
  }

  private finish(nowMicros: Micros): void {
    this.state = 'terminated';
    this.exitCode = this.nextExitCode;
    this.finishedMicros = nowMicros;
    this.probes = NO_PROBES;
  }

  private delay(word: DelayWord): Micros {
    return this.host.delayMicros(this.plan, word, this.starts);
  }
}

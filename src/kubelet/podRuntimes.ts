import { type Cluster, POD_FAILED, POD_SUCCEEDED } from '../cluster/index.ts';
import { NEVER } from '../kernel/distribution.ts';
import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { type DelayWord, exitCodeOf } from './behavior.ts';
import type { Draws } from './draws.ts';
import type { ImageStore } from './images.ts';
import type { ContainerPlan, PodPlan } from './podPlan.ts';
import type { PodReport } from './podReport.ts';
import { type PodHost, PodRuntime } from './podRuntime.ts';

/** Names of random streams by what is drawn. */
const PURPOSES: Readonly<Record<DelayWord, string>> = {
  pull: 'podPull',
  start: 'podStart',
  ready: 'podReady',
  terminate: 'podTerminate',
  unready: 'podUnready',
  run: 'podRun',
  hang: 'podHang',
};

interface Entry {
  readonly runtime: PodRuntime;
  /** On their way to the API server, the oldest first. */
  readonly reports: PodReport[];
  isDeleted: boolean;
}

/** The pods whose containers have to be followed one by one: their timers, and their way to the API server. */
export class PodRuntimes {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly images: ImageStore;
  private readonly draws: Draws;
  private readonly entries = new Map<number, Entry>();
  private readonly due: HandlerId;
  private readonly reported: HandlerId;
  private readonly gone: HandlerId;

  /** @param gone handler of a request that removes a pod */
  constructor(kernel: Kernel, cluster: Cluster, images: ImageStore, draws: Draws, gone: HandlerId) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.images = images;
    this.draws = draws;
    this.gone = gone;
    this.due = kernel.register('kubelet/pod-due', (pod) => {
      cluster.pods.kubeletTimer[pod] = -1;
      this.advance(pod);
    });
    this.reported = kernel.register('kubelet/pod-status', (pod, uid) => {
      // The pod may be gone by now, and its row another one's.
      if (cluster.pods.uid[pod] === uid >>> 0 && cluster.pods.state[pod] !== 0) this.applyReport(pod);
    });
  }

  has(pod: number): boolean {
    return this.entries.has(pod);
  }

  /** Takes a pod in, and begins with it after a delay. */
  admit(pod: number, plan: PodPlan, delayMicros: Micros): void {
    const admittedMicros = this.kernel.nowMicros + delayMicros;
    const runtime = new PodRuntime(plan, this.hostOf(pod), admittedMicros);
    this.entries.set(pod, { runtime, reports: [], isDeleted: false });
    if (delayMicros === 0) this.advance(pod);
    else this.schedule(pod, delayMicros);
  }

  /** The pod was deleted: its containers are stopped, and then it is removed. */
  stop(pod: number): void {
    const entry = this.entries.get(pod)!;
    entry.isDeleted = true;
    entry.runtime.kill(this.kernel.nowMicros);
    this.carryOn(pod, entry);
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
      if (isDeleted && this.cluster.pods.isHeld[pod] === 0) this.send(pod, this.gone);
      return;
    }
    const { nowMicros } = this.kernel;
    const dueMicros = runtime.dueMicros(nowMicros);
    if (dueMicros !== NEVER) this.schedule(pod, dueMicros - nowMicros);
  }

  private schedule(pod: number, delayMicros: Micros): void {
    this.cluster.pods.kubeletTimer[pod] = this.kernel.schedule(delayMicros, this.due, pod);
  }

  private send(pod: number, handler: HandlerId): void {
    this.cluster.apiServer.send(handler, pod, this.cluster.pods.uid[pod]! | 0);
  }

  /** Status updates of one pod arrive in the order in which they were sent. */
  private applyReport(pod: number): void {
    const { phase, isReady, status } = this.entries.get(pod)!.reports.shift()!;
    if (phase === 'Succeeded') this.cluster.setPodFinished(pod, POD_SUCCEEDED, status);
    else if (phase === 'Failed') this.cluster.setPodFinished(pod, POD_FAILED, status);
    else this.cluster.setPodStatus(pod, phase === 'Running', isReady, status);
  }

  private hostOf(pod: number): PodHost {
    const { draws, images, cluster } = this;
    const node = cluster.pods.node[pod]!;
    return {
      imageMicros: (image, nowMicros, pullMicros) => images.ensure(image, node, nowMicros, pullMicros),
      delayMicros: (plan, word, attempt) => {
        return draws.sample(pod, plan.delays[word], PURPOSES[word], detailOf(plan, word, attempt));
      },
      exitCode: (plan, attempt) => exitCodeOf(plan.exitCode, draws.indexOf(pod), attempt),
      jitterStream: (plan, attempt) => draws.stream(pod, 'podRestart', `/${plan.container.name}#${attempt}`),
      report: (report) => {
        this.entries.get(pod)!.reports.push(report);
        this.send(pod, this.reported);
      },
    };
  }
}

/** What the containers of a pod have in common is drawn once for all of them, and anew for each of their starts. */
function detailOf({ container, ownDelays }: ContainerPlan, word: DelayWord, attempt: number): string {
  const own = ownDelays.has(word) ? `/${container.name}` : '';
  return attempt === 0 ? own : `${own}#${attempt}`;
}

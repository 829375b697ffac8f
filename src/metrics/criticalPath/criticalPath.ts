import type { Cluster } from '../../cluster/cluster.ts';
import type { CauseEntry, CauseLog } from '../../kernel/causeLog.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Micros } from '../../kernel/time.ts';
import { CRITICAL_PATH_PHASES, type CriticalPathPhase } from '../result.ts';
import { phaseOf } from './phases.ts';
import { type PodLife, PodLives } from './podLives.ts';

/** Chains of causes go back no further than so many events: 400 MB. */
const MOST_CAUSES = 2 ** 24;

/** What stands for the tries of a pod to find a node, and for a pod's minReadySeconds. */
const CYCLE = 'scheduler/cycle';
const MIN_READY = '/min-ready';

/** One stretch of time of a critical path. */
export interface Stretch {
  readonly phase: CriticalPathPhase;
  readonly fromMicros: Micros;
  readonly toMicros: Micros;
  /** The event that the stretch leads to. */
  readonly entry: CauseEntry;
  /** The pod whose life was followed, where it was. */
  readonly life?: PodLife;
}

export interface CriticalPathOptions {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  /** Keeps the names of pods, for chains that people read. */
  readonly keepsNames?: boolean;
}

/**
 * Walks chains of causes from what happens now back to a moment, and says of each stretch to which phase it belongs. The
 * stretches leave no gap and do not overlap.
 *
 * An event belongs to what it waited for since the event that it follows from. Two waits are not followed event by event,
 * because who else waited at the time says nothing: a pod's for the scheduler, which begins with its creation, and a pod's
 * for minReadySeconds, which begins with its being ready.
 */
export class CriticalPath {
  readonly lives: PodLives;
  private readonly kernel: Kernel;
  private readonly causes: CauseLog;
  private readonly phases: CriticalPathPhase[] = [];
  /** Causes before it are forgotten although some rollout may need them. */
  private lostUntilMicros: Micros = -1;

  /** @throws Error when the kernel records no causes */
  constructor({ kernel, cluster, keepsNames = false }: CriticalPathOptions) {
    if (kernel.causes === undefined) throw new Error('critical paths need a kernel that records causes');
    this.kernel = kernel;
    this.causes = kernel.causes;
    this.lives = new PodLives(kernel, cluster, keepsNames);
  }

  /**
   * To be called when all handlers are registered.
   *
   * @throws Error for one that has no phase, whether or not it will be on a chain
   */
  classifyHandlers(): void {
    for (const [handler, name] of this.kernel.names.entries()) this.phases[handler] = phaseOf(name);
  }

  /** @param isNeeded whether some chain may still be asked for that goes back to what has been */
  forgetUnless(isNeeded: () => boolean): void {
    this.causes.onCrowded = () => {
      const isTooMuch = this.causes.size >= MOST_CAUSES;
      if (isNeeded() && !isTooMuch) return;
      if (isTooMuch) this.lostUntilMicros = this.kernel.nowMicros;
      this.kernel.forgetCauses();
      this.lives.forget();
    };
  }

  /** The stretches from a moment until now, the earliest first; undefined when too much has happened since to know. */
  since(startMicros: Micros): Stretch[] | undefined {
    if (startMicros <= this.lostUntilMicros) return undefined;
    const stretches: Stretch[] = [];
    let at = this.kernel.cause;
    let to = this.kernel.nowMicros;
    const add = (stretch: Omit<Stretch, 'toMicros'>) => {
      const fromMicros = Math.max(startMicros, stretch.fromMicros);
      if (fromMicros < to) stretches.push({ ...stretch, fromMicros, toMicros: to });
      to = Math.min(to, fromMicros);
    };
    // Ends because a cause is older than what follows from it, and a pod's life began before what is told of it.
    while (to > startMicros) {
      const entry = this.causes.entry(at);
      at = this.followPod(entry, to, add) ?? entry.cause;
      const fromMicros = this.causes.has(at) ? this.causes.entry(at).timeMicros : startMicros;
      add({ phase: this.phaseOf(entry), fromMicros, entry });
    }
    return stretches.reverse();
  }

  /** Follows the pod instead of the event, where that says more, and returns the cause to go on with. */
  private followPod(
    entry: CauseEntry,
    to: Micros,
    add: (stretch: Omit<Stretch, 'toMicros'>) => void,
  ): number | undefined {
    if (entry.handlerName === CYCLE) return this.followScheduling(entry, add);
    if (!entry.handlerName.endsWith(MIN_READY)) return undefined;
    const readiness = this.lives.lastAvailable(entry.a, to);
    if (readiness === undefined) return undefined;
    add({ phase: 'minReady', fromMicros: readiness.atMicros, entry, life: readiness.life });
    return readiness.causedBy;
  }

  /** From the pod's creation to the end of the cycle that found its node. */
  private followScheduling(entry: CauseEntry, add: (stretch: Omit<Stretch, 'toMicros'>) => void): number | undefined {
    const beganMicros = this.causes.has(entry.cause) ? this.causes.entry(entry.cause).timeMicros : entry.timeMicros;
    const life = this.lives.at(entry.a, beganMicros);
    if (life === undefined) return undefined;
    add({ phase: 'scheduling', fromMicros: beganMicros, entry, life });
    const { failedMicros = beganMicros } = life;
    if (failedMicros < beganMicros) add({ phase: 'capacityWait', fromMicros: failedMicros, entry, life });
    add({ phase: 'scheduling', fromMicros: life.createdMicros, entry, life });
    return life.createdBy;
  }

  private phaseOf({ handler, handlerName }: CauseEntry): CriticalPathPhase {
    this.phases[handler] ??= phaseOf(handlerName);
    return this.phases[handler];
  }
}

/** Seconds by phase, of stretches that leave no gap. */
export function secondsByPhase(stretches: readonly Stretch[]): Record<CriticalPathPhase, number> {
  const micros = Object.fromEntries(CRITICAL_PATH_PHASES.map((phase) => [phase, 0])) as Record<
    CriticalPathPhase,
    number
  >;
  for (const { phase, fromMicros, toMicros } of stretches) micros[phase] += toMicros - fromMicros;
  for (const phase of CRITICAL_PATH_PHASES) micros[phase] /= 1e6;
  return micros;
}

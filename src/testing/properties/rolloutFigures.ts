/** The figures of a rollout, computed from the event log alone. */
import type { DeploymentLine, LogEntry } from '../../metrics/log/logLine.ts';
import type { RolloutResult } from '../../metrics/result.ts';
import { Replay } from '../replay.ts';

export type LoggedFigures = Pick<
  RolloutResult,
  | 'outcome'
  | 'startSeconds'
  | 'durationSeconds'
  | 'availableMin'
  | 'availableMean'
  | 'unavailablePodSeconds'
  | 'podsMax'
  | 'podsMaxWithTerminating'
  | 'surgePodSeconds'
>;

/** What the Deployment `web` of a log looks like. */
export interface Workload {
  readonly replicas: number;
  readonly minReadySeconds: number;
}

/**
 * Measures the rollout that begins with the Deployment's second generation, to its completion or the end of the run.
 * Slow and simple: it counts all pods anew after each line.
 */
export function rolloutFigures(log: readonly LogEntry[], workload: Workload, endSeconds: number): LoggedFigures {
  const now = new Replay();
  let index = 0;
  while (!isDeployment(log[index]!) || (log[index] as DeploymentLine).generation < 2) now.apply(log[index++]!);
  const measure = new Measure(now, workload, log[index]!.t);
  for (; index < log.length; index++) {
    const line = log[index]!;
    measure.advance(line.t);
    now.apply(line);
    measure.count();
    if (isDeployment(line) && isRolledOut(line)) return measure.figures('complete', line.t);
  }
  measure.advance(endSeconds);
  return measure.figures(isStalled(now) ? 'stalled' : 'unfinished', endSeconds);
}

class Measure {
  private readonly now: Replay;
  private readonly workload: Workload;
  private readonly startSeconds: number;
  private sinceSeconds: number;
  private availableMin = Number.POSITIVE_INFINITY;
  private podsMax = 0;
  private podsMaxWithTerminating = 0;
  private availablePodSeconds = 0;
  private unavailablePodSeconds = 0;
  private surgePodSeconds = 0;

  constructor(now: Replay, workload: Workload, startSeconds: number) {
    this.now = now;
    this.workload = workload;
    this.startSeconds = startSeconds;
    this.sinceSeconds = startSeconds;
    this.count();
  }

  /** Moves on in time, in pieces: pods become available on the way. */
  advance(untilSeconds: number): void {
    const { minReadySeconds } = this.workload;
    const changes = this.now.active().flatMap(({ isReady, readySince }) => {
      const at = Math.floor(readySince) + minReadySeconds;
      return isReady && at > this.sinceSeconds && at < untilSeconds ? [at] : [];
    });
    for (const until of [...changes.sort((a, b) => a - b), untilSeconds]) this.integrate(until);
  }

  private integrate(untilSeconds: number): void {
    const { replicas, minReadySeconds } = this.workload;
    const seconds = untilSeconds - this.sinceSeconds;
    const available = this.now.available(minReadySeconds, this.sinceSeconds);
    this.availablePodSeconds += available * seconds;
    this.unavailablePodSeconds += Math.max(0, replicas - available) * seconds;
    this.surgePodSeconds += Math.max(0, this.now.pods.size - replicas) * seconds;
    this.sinceSeconds = untilSeconds;
  }

  count(): void {
    const { now } = this;
    const available = now.available(this.workload.minReadySeconds, this.sinceSeconds);
    this.availableMin = Math.min(this.availableMin, available);
    this.podsMax = Math.max(this.podsMax, now.active().length);
    this.podsMaxWithTerminating = Math.max(this.podsMaxWithTerminating, now.pods.size);
  }

  figures(outcome: RolloutResult['outcome'], endSeconds: number): LoggedFigures {
    const seconds = endSeconds - this.startSeconds;
    const available = this.now.available(this.workload.minReadySeconds, endSeconds);
    return {
      outcome,
      startSeconds: this.startSeconds,
      durationSeconds: outcome === 'complete' ? seconds : null,
      availableMin: this.availableMin,
      availableMean: seconds === 0 ? available : this.availablePodSeconds / seconds,
      unavailablePodSeconds: this.unavailablePodSeconds,
      podsMax: this.podsMax,
      podsMaxWithTerminating: this.podsMaxWithTerminating,
      surgePodSeconds: this.surgePodSeconds,
    };
  }
}

function isDeployment(line: LogEntry): line is DeploymentLine {
  return line.kind === 'Deployment';
}

/** `kubectl rollout status` would say that it is done. */
export function isRolledOut({ generation, observed, spec, updated, replicas, available }: DeploymentLine): boolean {
  return observed >= generation && updated >= spec && replicas <= updated && available >= updated;
}

function isStalled(now: Replay): boolean {
  return now.deployments.get('web')?.conditions.Progressing === 'False/ProgressDeadlineExceeded';
}

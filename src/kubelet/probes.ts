import type { Container, PodSpec, Probe } from '../api/types.ts';
import { NEVER } from '../kernel/distribution.ts';
import { MICROS_PER_SECOND, type Micros } from '../kernel/time.ts';

/** All that this file asks of a container. */
export type ProbedContainer = Pick<Container, 'readinessProbe' | 'startupProbe' | 'livenessProbe'>;

/** True when the container has a readiness or startup probe, so that its readiness is probed for. */
export function isProbed(container: ProbedContainer): boolean {
  return container.readinessProbe !== undefined || container.startupProbe !== undefined;
}

/** True when some container of the pod is probed. */
export function hasReadinessProbes(spec: PodSpec): boolean {
  return spec.containers.some(isProbed);
}

/**
 * Time from the containers' start to the pod being Ready, for an application that serves `servesAfterMicros` after the
 * start. A container without probes is ready when the application is; one with probes at the first check that succeeds.
 */
export function readyAfterMicros(spec: PodSpec, servesAfterMicros: Micros): Micros {
  let latest = 0;
  let anyProbed = false;
  for (const { readinessProbe } of spec.containers) {
    if (readinessProbe === undefined) continue;
    anyProbed = true;
    latest = Math.max(latest, firstSuccessMicros(readinessProbe, 0, 0, servesAfterMicros));
  }
  return anyProbed ? latest : servesAfterMicros;
}

/** When what is asked by the probes of one start of a container changes. */
export interface ProbeTimes {
  /** Its startup probe has succeeded, if it has one. */
  readonly startedMicros: Micros;
  readonly readyMicros: Micros;
  /** Readiness fails for good because the container hangs. */
  readonly unreadyMicros: Micros;
  /** Its startup or liveness probe has failed so often that it is killed. */
  readonly killMicros: Micros;
}

/** What the probes of a container meet. All times are absolute. */
export interface ProbedLife {
  /** The kubelet took the pod in: from then on the tickers of its probes run, restarts or not. */
  readonly admittedMicros: Micros;
  readonly startedMicros: Micros;
  /** From when to when it answers. */
  readonly servesMicros: Micros;
  readonly hangsMicros: Micros;
  /** From when on its liveness probe succeeds, until it hangs. */
  readonly livesMicros: Micros;
}

/**
 * What the kubelet's probe workers will find. Readiness is checked as soon as the container has started, and every
 * period from then on; startup and liveness at the ticks of their workers. Liveness counts from the startup probe's
 * success; before the container lives it refuses the check at once, and when it hangs the check runs into its time-out.
 */
export function probeTimes(container: ProbedContainer, life: ProbedLife): ProbeTimes {
  const { startupProbe } = container;
  if (startupProbe === undefined) return timesOnceStarted(container, life, life.startedMicros);
  const first = firstTick(startupProbe, life.admittedMicros, life.startedMicros);
  const success = nextTick(startupProbe, first, life.servesMicros);
  const giveUp = first + (startupProbe.failureThreshold - 1) * periodMicros(startupProbe);
  if (success <= giveUp && success < life.hangsMicros) return timesOnceStarted(container, life, success);
  // A check of what hangs gets no answer; one of what does not serve yet is refused.
  const last = life.hangsMicros > giveUp ? giveUp : giveUp + timeoutMicros(startupProbe);
  return { startedMicros: NEVER, readyMicros: NEVER, unreadyMicros: NEVER, killMicros: last };
}

function timesOnceStarted(container: ProbedContainer, life: ProbedLife, startedMicros: Micros): ProbeTimes {
  const { readinessProbe, livenessProbe, startupProbe } = container;
  const { hangsMicros, servesMicros } = life;
  let readyMicros = startupProbe === undefined ? Math.max(startedMicros, servesMicros) : startedMicros;
  let unreadyMicros = NEVER;
  if (readinessProbe !== undefined) {
    readyMicros = firstSuccessMicros(readinessProbe, startedMicros, life.startedMicros, servesMicros);
    if (readyMicros >= hangsMicros) readyMicros = NEVER;
    unreadyMicros = failureMicros(readinessProbe, nextTick(readinessProbe, startedMicros, hangsMicros));
  }
  const killMicros = livenessProbe === undefined ? NEVER : notAliveMicros(livenessProbe, life, startedMicros);
  return { startedMicros, readyMicros, unreadyMicros, killMicros };
}

/** When the liveness probe has failed often enough: before the container lives, or after it hangs. */
function notAliveMicros(probe: Probe, life: ProbedLife, startedMicros: Micros): Micros {
  const tick = firstTick(probe, life.admittedMicros, life.startedMicros);
  const first = nextTick(probe, tick, startedMicros);
  const refused = first + (probe.failureThreshold - 1) * periodMicros(probe);
  if (refused < Math.min(life.livesMicros, life.hangsMicros)) return refused;
  return failureMicros(probe, nextTick(probe, tick, Math.max(startedMicros, life.hangsMicros)));
}

/** First tick from `fromMicros` on at which the probe has succeeded often enough. */
function firstSuccessMicros(probe: Probe, fromMicros: Micros, startedMicros: Micros, servesMicros: Micros): Micros {
  const earliest = Math.max(startedMicros + probe.initialDelaySeconds * MICROS_PER_SECOND, servesMicros);
  return nextTick(probe, fromMicros, earliest) + (probe.successThreshold - 1) * periodMicros(probe);
}

/** The first check of a container: its worker's first tick that does not come before the initial delay. */
function firstTick(probe: Probe, tickerMicros: Micros, startedMicros: Micros): Micros {
  return nextTick(probe, tickerMicros, startedMicros + probe.initialDelaySeconds * MICROS_PER_SECOND);
}

function nextTick(probe: Probe, tickerMicros: Micros, earliestMicros: Micros): Micros {
  const period = periodMicros(probe);
  const ticks = Math.max(0, Math.ceil((earliestMicros - tickerMicros) / period));
  return tickerMicros + ticks * period;
}

/** A check that gets no answer fails after its time-out, and the next one does not begin before that. */
function failureMicros(probe: Probe, firstFailingMicros: Micros): Micros {
  const timeout = timeoutMicros(probe);
  return firstFailingMicros + (probe.failureThreshold - 1) * Math.max(periodMicros(probe), timeout) + timeout;
}

function timeoutMicros(probe: Probe): Micros {
  return Math.max(1, probe.timeoutSeconds) * MICROS_PER_SECOND;
}

function periodMicros(probe: Probe): Micros {
  return Math.max(1, probe.periodSeconds) * MICROS_PER_SECOND;
}

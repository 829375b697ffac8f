/** The delays of one pod, as far as its life tells them. */
import type { Instant } from '../../api/dateTime.ts';
import type { Probe } from '../../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { ProbedContainer } from '../../kubelet/probes.ts';
import { defaultControlPlane } from '../controlPlane.ts';
import type { LeftOut } from './leftOut.ts';
import { later, type Span, spanBetween, wholeSeconds } from './moments.ts';
import type { Pull } from './podEvents.ts';
import { type ContainerLife, type PodLife, runMicros } from './podLife.ts';
import { type Interval, servesWithin } from './servesWithin.ts';

const { watchMicros, kubeletSyncMicros } = defaultControlPlane.latency;
/** What `run` puts between a pod's binding and its beginning, whatever its behavior. */
const KUBELET_MICROS = watchMicros + kubeletSyncMicros;

/** Two cut times and an exact one may be a second apart the wrong way round. */
const TOLERANCE_MICROS = MICROS_PER_SECOND;

/** SIGTERM and SIGKILL: somebody else ended the container. */
const SIGNAL_EXIT_CODES: readonly number[] = [143, 137];

/** A container that ended by itself. */
export interface Run {
  readonly micros: Micros;
  readonly exitCode: number;
}

/** How often a container of a permanent pod was restarted, and what is known of the run before. */
export interface Restarts {
  readonly count: number;
  readonly last: Run | undefined;
}

/** What one container tells apart from its pod. */
export interface MeasuredContainer {
  readonly start: Span | undefined;
  readonly run: Run | undefined;
  readonly pull: Pull | undefined;
  readonly restarts: Restarts;
}

/** What one pod tells; undefined is what it does not. */
export interface MeasuredPod {
  /** The first pull of the image of its first container, on its node. */
  readonly pull: Pull | undefined;
  /** From having its node, all it waits for but pulls, to all its containers having started. */
  readonly start: Span | undefined;
  /** True when its events tell of each container whether its image was pulled; else `start` may have pulls in it. */
  readonly arePullsKnown: boolean;
  /** When the application began to serve. */
  readonly ready: Interval | undefined;
  /** False: it is ready as soon as its containers run. */
  readonly isReadinessMeasured: boolean;
  readonly terminate: Span | undefined;
  /** By name, init containers too. */
  readonly containers: ReadonlyMap<string, MeasuredContainer>;
}

/** What a pod tells of its delays. What contradicts itself, or comes too late to be of its beginning, is counted. */
export function measurePod(life: PodLife, withinMicros: Micros, leftOut: LeftOut): MeasuredPod {
  const starts = startsOf(life);
  const startedAt = lastStart(life);
  const first = life.containers[0]!;
  const containers = [...life.initContainers, ...life.containers].map((container) => {
    return [container.container.name, measureContainer(life, container, starts, withinMicros, leftOut)] as const;
  });
  return {
    pull: firstPull(life, first),
    start: plausible(starts.pod, leftOut, 'start'),
    arePullsKnown: [...life.initContainers, ...life.containers].every((container) => isPullKnown(life, container)),
    ...measureReadiness(life, startedAt, withinMicros, leftOut),
    terminate: plausible(terminationOf(life), leftOut, 'terminate'),
    containers: new Map(containers),
  };
}

// Starts.

interface Starts {
  readonly pod: Span | undefined;
  /** Of init containers and sidecars, by name. */
  readonly containers: ReadonlyMap<string, Span>;
}

/**
 * The chain from the node being found to all containers running: init containers one behind the other, each from the end of
 * the one before (of a sidecar: its start), then the main ones together. What pulls took of it is left out.
 */
function startsOf(life: PodLife): Starts {
  const containers = new Map<string, Span>();
  let from: Instant | undefined = life.scheduledAt;
  let isFirst = true;
  for (const init of life.initContainers) {
    if (from !== undefined && init.startedAt !== undefined) {
      containers.set(init.container.name, startSpan(from, init.startedAt, waitedFor(life, [init]), isFirst));
    }
    from = init.kind === 'sidecar' ? init.startedAt : init.firstEnd?.finishedAt;
    isFirst = false;
  }
  const to = lastStart(life);
  const isKnown = from !== undefined && to !== undefined;
  return { pod: isKnown ? startSpan(from!, to!, waitedFor(life, life.containers), isFirst) : undefined, containers };
}

function startSpan(from: Instant, to: Instant, waitedMicros: Micros, isFirst: boolean): Span {
  const { micros, isExact } = spanBetween(from, to);
  // In whole seconds, tens of milliseconds would only feign a precision that is not there.
  const own = isExact && isFirst ? KUBELET_MICROS : 0;
  return { micros: micros - waitedMicros - own, isExact };
}

/** When the last of the main containers had started for the first time. */
function lastStart({ containers }: PodLife): Instant | undefined {
  let last: Instant | undefined;
  for (const { startedAt } of containers) {
    if (startedAt === undefined) return undefined;
    last = last === undefined ? startedAt : later(last, startedAt);
  }
  return last;
}

/** Of a pull that only asked the registry whether the image was the right one, the wait for its turn alone is left out. */
function waitedFor({ events }: PodLife, containers: readonly ContainerLife[]): Micros {
  return containers.reduce((sum, { container }) => {
    const pull = events?.pulls.get(container.name);
    if (pull === undefined) return sum;
    return sum + (pull.isFirst ? pull.waitedMicros : pull.waitedMicros - pull.micros);
  }, 0);
}

function isPullKnown({ events }: PodLife, { container }: ContainerLife): boolean {
  return events !== undefined && (events.pulls.has(container.name) || events.present.has(container.name));
}

function firstPull({ events }: PodLife, { container }: ContainerLife): Pull | undefined {
  const pull = events?.pulls.get(container.name);
  return pull?.isFirst === true ? pull : undefined;
}

// Readiness.

function measureReadiness(
  life: PodLife,
  startedAt: Instant | undefined,
  withinMicros: Micros,
  leftOut: LeftOut,
): Pick<MeasuredPod, 'ready' | 'isReadinessMeasured'> {
  const { pod, containers, readyAt } = life;
  const probed = containers.map(({ container }) => probesOf(container)).filter((one) => one !== undefined);
  const hasHooks = containers.some(({ container }) => container.lifecycle?.postStart != null);
  const hasGates = (pod.spec?.readinessGates ?? []).length > 0;
  // Kubernetes calls a pod without any of these ready as soon as its containers run.
  if (probed.length === 0 && !hasHooks && !hasGates) return { ready: undefined, isReadinessMeasured: false };
  const none = { ready: undefined, isReadinessMeasured: true };
  const why = whyNotReady(life, startedAt);
  if (why !== undefined) {
    if (why !== '') leftOut.add(`ready: ${why}`);
    return none;
  }
  const span = spanBetween(startedAt!, readyAt!);
  if (plausible(span, leftOut, 'ready') === undefined) return none;
  if (span.micros > withinMicros) {
    leftOut.add('ready: so late that it was hardly their first time (--within)');
    return none;
  }
  const admittedMicros = life.scheduledAt === undefined ? 0 : spanBetween(life.scheduledAt, startedAt!).micros;
  return { ready: servesWithin(probed, span.micros, Math.max(0, admittedMicros)), isReadinessMeasured: true };
}

/** Undefined: it was seen getting ready. Empty: it has finished, and nobody expects that any more. */
function whyNotReady({ pod, containers, readyAt }: PodLife, startedAt: Instant | undefined): string | undefined {
  if (readyAt !== undefined && startedAt !== undefined) return undefined;
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return '';
  if (containers.some(({ restarts }) => restarts > 0))
    return 'restarted since, and Ready tells of its last transition only';
  return startedAt === undefined ? 'not started, or no time of it' : 'not ready, or no time of it';
}

/** The probes that readiness waits for; undefined without any. */
function probesOf({ readinessProbe, startupProbe }: ContainerLife['container']): ProbedContainer | undefined {
  if (readinessProbe === undefined && startupProbe === undefined) return undefined;
  return {
    readinessProbe: withDefaults(readinessProbe),
    startupProbe: withDefaults(startupProbe),
    livenessProbe: undefined,
  };
}

/** The API server's defaults; a dump has them written out. */
function withDefaults(probe: ContainerLife['container']['readinessProbe']): Probe | undefined {
  if (probe === undefined) return undefined;
  return {
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds ?? 10,
    timeoutSeconds: probe.timeoutSeconds ?? 1,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  };
}

// Ends.

/** From the signal to the last container's end; a preStop sleep is the manifest's, and `run` plays it itself. */
function terminationOf(life: PodLife): Span | undefined {
  let longest: Span | undefined;
  for (const { container, lastEnd } of life.containers) {
    const killedAt = life.events?.killedAt.get(container.name) ?? life.deletedAt;
    const finishedAt = lastEnd?.finishedAt;
    if (killedAt === undefined || finishedAt === undefined) continue;
    // It had ended before by itself.
    if (wholeSeconds(finishedAt) < wholeSeconds(killedAt)) continue;
    const { micros, isExact } = spanBetween(killedAt, finishedAt);
    const sleepMicros = (container.lifecycle?.preStop?.sleep?.seconds ?? 0) * MICROS_PER_SECOND;
    const span = { micros: Math.max(0, micros - sleepMicros), isExact };
    if (longest === undefined || span.micros > longest.micros) longest = span;
  }
  return longest;
}

function measureContainer(
  life: PodLife,
  container: ContainerLife,
  starts: Starts,
  withinMicros: Micros,
  leftOut: LeftOut,
): MeasuredContainer {
  const { kind, firstEnd } = container;
  const isMeantToEnd = kind === 'init' || (kind === 'main' && !life.isPermanent);
  if (isMeantToEnd && kind === 'main' && container.isRunning) leftOut.add('run: not ended yet');
  return {
    start: plausible(starts.containers.get(container.container.name), leftOut, 'start'),
    run: isMeantToEnd ? ownEnd(life, container, firstEnd) : undefined,
    pull: firstPull(life, container),
    restarts: kind === 'main' && life.isPermanent ? restartsOf(container, withinMicros, leftOut) : NO_RESTARTS,
  };
}

/** How it ended, unless the pod was stopped. */
function ownEnd(life: PodLife, { container }: ContainerLife, end: ContainerLife['firstEnd']): Run | undefined {
  const micros = runMicros(end);
  if (micros === undefined) return undefined;
  const exitCode = end!.exitCode ?? 0;
  const isStopped = life.deletedAt !== undefined || life.events?.killedAt.has(container.name) === true;
  const isFailedFromOutside = life.pod.status?.reason !== undefined;
  if (SIGNAL_EXIT_CODES.includes(exitCode) && (isStopped || isFailedFromOutside)) return undefined;
  return { micros, exitCode };
}

const NO_RESTARTS: Restarts = { count: 0, last: undefined };

/** Only of a beginning that failed: what happens after hours is not how a pod starts. */
function restartsOf(container: ContainerLife, withinMicros: Micros, leftOut: LeftOut): Restarts {
  if (container.restarts === 0) return NO_RESTARTS;
  const { lastEnd, isRunning } = container;
  const micros = runMicros(lastEnd);
  if (micros === undefined) {
    leftOut.add('restarts: no times of the run before');
    return NO_RESTARTS;
  }
  if (micros > withinMicros) {
    leftOut.add('restarts: so late that they were hardly part of the start (--within)');
    return NO_RESTARTS;
  }
  const last = { micros, exitCode: lastEnd!.exitCode ?? 0 };
  // In a back-off it has ended once more than it was restarted.
  return { count: container.restarts + (isRunning ? 0 : 1), last };
}

/** What ends before it begins was told by clocks that differ. */
function plausible(span: Span | undefined, leftOut: LeftOut, delay: string): Span | undefined {
  if (span === undefined || span.micros >= 0) return span;
  if (span.micros > -TOLERANCE_MICROS) return { ...span, micros: 0 };
  leftOut.add(`${delay}: ends before it begins, by clocks that differ`);
  return undefined;
}

/** What one pod tells of its delays: from its status, as often as it was seen, and from its events. */
import type { Instant } from '../../api/dateTime.ts';
import type { StringMap } from '../../api/types.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { DumpedContainer, DumpedContainerStatus, DumpedEnd, DumpedPod } from './dump.ts';
import { earlier } from './moments.ts';
import { type EventDigest, type PodEvents, podKeys } from './podEvents.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/** What is known of one container, over all that was seen of its pod. */
export interface ContainerLife {
  readonly container: DumpedContainer;
  readonly kind: 'init' | 'sidecar' | 'main';
  /** Its first start; undefined when a later one has covered it. */
  startedAt: Instant | undefined;
  /** The end of its first run, where it was not restarted since. */
  firstEnd: DumpedEnd | undefined;
  /** Its latest end. */
  lastEnd: DumpedEnd | undefined;
  restarts: number;
  isRunning: boolean;
}

/** What is known of one pod. */
export interface PodLife {
  readonly namespace: string;
  readonly name: string;
  /** As it was seen last. */
  readonly pod: DumpedPod;
  readonly labels: StringMap;
  readonly isMirror: boolean;
  readonly initContainers: readonly ContainerLife[];
  readonly containers: readonly ContainerLife[];
  /** True when all its containers run until somebody stops them. */
  readonly isPermanent: boolean;
  scheduledAt: Instant | undefined;
  /** The first time that it was seen ready, with no container restarted by then. */
  readyAt: Instant | undefined;
  /** When somebody deleted it. */
  deletedAt: Instant | undefined;
  readonly events: PodEvents | undefined;
}

/** One life for each pod, in the order in which they were first seen. */
export function livesOf(pods: readonly DumpedPod[], { byPod }: EventDigest): PodLife[] {
  const seen = new Map<string, DumpedPod[]>();
  for (const [index, pod] of pods.entries()) {
    // Two pods that nobody named are not the same one.
    const key = pod.metadata?.uid ?? (pod.metadata?.name === undefined ? `#${index}` : podKeys(pod)[0]!);
    const states = seen.get(key);
    if (states === undefined) seen.set(key, [pod]);
    else states.push(pod);
  }
  return [...seen.values()].map((states) => lifeOf(states, eventsOf(states.at(-1)!, byPod)));
}

function eventsOf(pod: DumpedPod, byPod: ReadonlyMap<string, PodEvents>): PodEvents | undefined {
  for (const key of podKeys(pod)) {
    const events = byPod.get(key);
    if (events !== undefined) return events;
  }
  return undefined;
}

function lifeOf(states: readonly DumpedPod[], events: PodEvents | undefined): PodLife {
  const pod = states.at(-1)!;
  const { metadata, spec } = pod;
  const life: PodLife = {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    pod,
    labels: metadata?.labels ?? {},
    isMirror: Object.hasOwn(metadata?.annotations ?? {}, MIRROR_ANNOTATION),
    initContainers: (spec?.initContainers ?? []).map((container) =>
      newContainer(container, container.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    ),
    containers: (spec?.containers ?? []).map((container) => newContainer(container, 'main')),
    isPermanent: spec?.restartPolicy === undefined || spec.restartPolicy === 'Always',
    scheduledAt: events?.scheduledAt,
    readyAt: undefined,
    deletedAt: undefined,
    events,
  };
  for (const state of states) observe(life, state);
  for (const container of [...life.initContainers, ...life.containers]) {
    container.startedAt = events?.startedAt.get(container.container.name) ?? container.startedAt;
  }
  return life;
}

function newContainer(container: DumpedContainer, kind: ContainerLife['kind']): ContainerLife {
  const unknown = { startedAt: undefined, firstEnd: undefined, lastEnd: undefined };
  return { container, kind, ...unknown, restarts: 0, isRunning: false };
}

/** Takes in what the pod was like at one time. */
function observe(life: PodLife, { metadata, status }: DumpedPod): void {
  const conditions = new Map((status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const trueSince = (type: string): Instant | undefined => {
    const condition = conditions.get(type);
    return condition?.status === 'True' ? condition.lastTransitionTime : undefined;
  };
  if (life.events?.scheduledAt === undefined) life.scheduledAt = earlier(life.scheduledAt, trueSince('PodScheduled'));
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  for (const container of [...life.initContainers, ...life.containers]) {
    const found = statuses.find(({ name }) => name === container.container.name);
    if (found !== undefined) observeContainer(container, found);
  }
  const lasting = [...life.containers, ...life.initContainers.filter(({ kind }) => kind === 'sidecar')];
  // Ready tells of its last transition only: behind a restart that is not the first one.
  if (lasting.every(({ restarts }) => restarts === 0)) life.readyAt = earlier(life.readyAt, trueSince('Ready'));
  const deletedAt = deletionOf(metadata?.deletionTimestamp, metadata?.deletionGracePeriodSeconds);
  // A second deletion may shorten the grace period.
  life.deletedAt = earlier(life.deletedAt, deletedAt);
}

/** The API server adds the grace period to the time of the request. */
function deletionOf(deletionTime: Instant | undefined, graceSeconds = 0): Instant | undefined {
  if (deletionTime === undefined) return undefined;
  return { ...deletionTime, epochMicros: deletionTime.epochMicros - graceSeconds * MICROS_PER_SECOND };
}

function observeContainer(life: ContainerLife, status: DumpedContainerStatus): void {
  const { state, lastState, restartCount = 0 } = status;
  const running = state?.running?.startedAt;
  const ended = state?.terminated;
  const before = lastState?.terminated;
  life.restarts = Math.max(life.restarts, restartCount);
  life.isRunning = state?.running != null;
  life.lastEnd = ended ?? before ?? life.lastEnd;
  if (restartCount === 0) {
    life.startedAt = earlier(life.startedAt, running ?? ended?.startedAt);
    life.firstEnd = ended ?? life.firstEnd;
  } else if (restartCount === 1) {
    life.startedAt = earlier(life.startedAt, before?.startedAt);
    life.firstEnd = before ?? life.firstEnd;
  }
}

/** How long a run lasted; undefined where one of its times is missing. */
export function runMicros(end: DumpedEnd | undefined): Micros | undefined {
  if (end?.startedAt === undefined || end.finishedAt === undefined) return undefined;
  return Math.max(0, end.finishedAt.epochMicros - end.startedAt.epochMicros);
}

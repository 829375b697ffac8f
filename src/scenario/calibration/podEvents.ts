/** What the events of a pod say: when its node was found, its images came, its containers started and were told to stop. */
import type { Instant } from '../../api/dateTime.ts';
import { parseDurationMicros } from '../../api/duration.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { DumpedEvent, DumpedPod } from './dump.ts';
import { earlier, spanBetween } from './moments.ts';

/** One pull of an image. */
export interface Pull {
  readonly image: string;
  /** Of the pull alone. */
  readonly micros: Micros;
  /** With the wait for its turn on the node, from when the kubelet asked for it. */
  readonly waitedMicros: Micros;
  /** True when micros were told by the kubelet, false when they are the span between two events. */
  readonly isExact: boolean;
  /** The first pull of that image on the node. Later ones, by pods that always ask the registry, transfer nothing. */
  isFirst: boolean;
}

/** The events of one pod. */
export interface PodEvents {
  scheduledAt: Instant | undefined;
  /** By container: its first start, even where it was restarted since. */
  readonly startedAt: Map<string, Instant>;
  /** By container: the first pull for it. */
  readonly pulls: Map<string, Pull>;
  /** Containers whose image the node had. */
  readonly present: Set<string>;
  /** By container: when it was first told to stop. */
  readonly killedAt: Map<string, Instant>;
}

/** All that the events say. */
export interface EventDigest {
  /** By uid of the pod, and by `namespace/name` for events without one. */
  readonly byPod: ReadonlyMap<string, PodEvents>;
  /** First pulls of an image on a node, of whatever pods. */
  readonly pulls: readonly Pull[];
}

/** By which key events of a pod are found. */
export function podKeys({ metadata }: Pick<DumpedPod, 'metadata'>): string[] {
  const name = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  return metadata?.uid === undefined ? [name] : [metadata.uid, name];
}

/** Sorts the events by pod. Events of other objects, and those that tell no time, say nothing. */
export function digestEvents(events: readonly DumpedEvent[]): EventDigest {
  const digest = new Digest();
  const timed = events.flatMap((event) => {
    const at = timeOf(event);
    return at === undefined || subjectOf(event)?.kind !== 'Pod' ? [] : [{ event, at }];
  });
  timed.sort((a, b) => a.at.epochMicros - b.at.epochMicros);
  for (const { event, at } of timed) digest.add(event, at);
  return { byPod: digest.byPod, pulls: digest.firstPulls };
}

class Digest {
  readonly byPod = new Map<string, PodEvents>();
  readonly firstPulls: Pull[] = [];
  /** By pod and container: when a pull was announced. */
  private readonly pulling = new Map<string, Instant>();
  /** `node/image` */
  private readonly pulled = new Set<string>();

  add(event: DumpedEvent, at: Instant): void {
    const pod = this.podOf(event);
    const message = event.message ?? event.note ?? '';
    const container = containerOf(event, message);
    if (event.reason === 'Scheduled') pod.scheduledAt = earlier(pod.scheduledAt, at);
    if (container === undefined) return;
    switch (event.reason) {
      case 'Started':
        if (!pod.startedAt.has(container)) pod.startedAt.set(container, at);
        return;
      case 'Killing':
        if (!pod.killedAt.has(container)) pod.killedAt.set(container, at);
        return;
      case 'Pulling':
        this.pulling.set(`${keyOf(event)} ${container}`, at);
        return;
      case 'Pulled':
        this.addPulled(event, pod, container, message, at);
    }
  }

  private addPulled(event: DumpedEvent, pod: PodEvents, container: string, message: string, at: Instant): void {
    if (pod.pulls.has(container) || pod.present.has(container)) return;
    if (message.includes('already present on machine')) {
      pod.present.add(container);
      return;
    }
    const pull = pullOf(message, this.pulling.get(`${keyOf(event)} ${container}`), at);
    if (pull === undefined) return;
    const node = event.source?.host ?? event.deprecatedSource?.host ?? keyOf(event);
    pull.isFirst = !this.pulled.has(`${node} ${pull.image}`);
    this.pulled.add(`${node} ${pull.image}`);
    pod.pulls.set(container, pull);
    if (pull.isFirst) this.firstPulls.push(pull);
  }

  private podOf(event: DumpedEvent): PodEvents {
    const key = keyOf(event);
    let pod = this.byPod.get(key);
    if (pod === undefined) {
      pod = {
        scheduledAt: undefined,
        startedAt: new Map(),
        pulls: new Map(),
        present: new Set(),
        killedAt: new Map(),
      };
      this.byPod.set(key, pod);
    }
    return pod;
  }
}

/** As the kubelet has written it since 1.20, since 1.27 with the wait, since 1.30 with the size; before, without a time. */
const PULLED = /^Successfully pulled image "([^"]*)"(?: in ([^ ]+))?/;
const WAITED = /\(([^ ]+) including waiting\)/;

function pullOf(message: string, pullingAt: Instant | undefined, at: Instant): Pull | undefined {
  const [, image, alone] = PULLED.exec(message) ?? [];
  if (image === undefined) return undefined;
  const told = durationOf(alone);
  const [, withWait] = WAITED.exec(message) ?? [];
  if (told !== undefined) {
    return { image, micros: told, waitedMicros: durationOf(withWait) ?? told, isExact: true, isFirst: true };
  }
  if (pullingAt === undefined) return undefined;
  const { micros, isExact } = spanBetween(pullingAt, at);
  return { image, micros, waitedMicros: micros, isExact, isFirst: true };
}

/** Go's notation; undefined for anything else, since a message is no interface. */
function durationOf(written: string | undefined): Micros | undefined {
  if (written === undefined) return undefined;
  try {
    return parseDurationMicros(written);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function subjectOf(event: DumpedEvent) {
  return event.involvedObject ?? event.regarding;
}

function keyOf(event: DumpedEvent): string {
  const subject = subjectOf(event);
  return subject?.uid ?? `${subject?.namespace ?? ''}/${subject?.name ?? ''}`;
}

/** Upstream names the container in the path of the field, in older messages too: `Started container app`. */
function containerOf(event: DumpedEvent, message: string): string | undefined {
  const ofPath = /^spec\.(?:initContainers|containers)\{([^}]+)\}$/.exec(subjectOf(event)?.fieldPath ?? '');
  if (ofPath !== null) return ofPath[1];
  return /^(?:Started|Stopping) container:? ([a-z0-9-]+)$/.exec(message)?.[1];
}

/**
 * When it first happened. Components that write `firstTimestamp` in whole seconds give the event a name that ends with the
 * nanoseconds of the same moment; where both agree it is exact.
 */
function timeOf(event: DumpedEvent): Instant | undefined {
  if (event.eventTime !== undefined) return event.eventTime;
  const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp;
  const nanos = /\.([0-9a-f]{15,16})$/.exec(event.metadata?.name ?? '')?.[1];
  if (nanos !== undefined && first !== undefined) {
    const epochMicros = Number(BigInt(`0x${nanos}`) / 1000n);
    const isSame = Math.floor(epochMicros / MICROS_PER_SECOND) === Math.floor(first.epochMicros / MICROS_PER_SECOND);
    if (isSame) return { epochMicros, isExact: true };
  }
  return first ?? event.metadata?.creationTimestamp;
}

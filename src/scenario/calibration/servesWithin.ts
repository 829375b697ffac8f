/** When an application became ready, from when its probes found it so: the inverse of what the kubelet plays. */
import { NEVER } from '../../kernel/distribution.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import { type ProbedContainer, probeTimes } from '../../kubelet/probes.ts';

/** All moments in a range are as likely. Since the start of the containers. */
export interface Interval {
  readonly lowMicros: Micros;
  readonly highMicros: Micros;
}

/** Two times that were cut to whole seconds are less than that wrong. */
const RESOLUTION_MICROS = MICROS_PER_SECOND;

/**
 * When the application of a pod began to serve that was seen ready `readyMicros` after its start.
 *
 * A check that succeeds within a second of that time tells that it began to serve since the check before; the first check
 * tells no more than that. Where no check is due, as on kubelets whose checks began at another moment, it began within the
 * period before it was seen.
 *
 * @param probed the containers with readiness or startup probes; without any, what was seen is what happened.
 * @param admittedMicros how long before the start the kubelet took the pod in: startup probes tick from then on.
 */
export function servesWithin(
  probed: readonly ProbedContainer[],
  readyMicros: Micros,
  admittedMicros: Micros,
): Interval {
  if (probed.length === 0) return { lowMicros: readyMicros, highMicros: readyMicros };
  const readyAfter = (servesMicros: Micros) =>
    Math.max(...probed.map((container) => readyOf(container, servesMicros, admittedMicros)));
  const reaching = firstReaching(readyAfter, readyMicros);
  const above = readyAfter(reaching);
  const below = reaching === 0 ? Number.NEGATIVE_INFINITY : readyAfter(reaching - 1);
  const seen = above - readyMicros <= readyMicros - below ? above : below;
  if (Math.abs(seen - readyMicros) <= RESOLUTION_MICROS) {
    const lowMicros = firstReaching(readyAfter, seen);
    return { lowMicros, highMicros: firstReaching(readyAfter, seen + 1) - 1 };
  }
  // Seen before its first check could come: the probe is another one by now.
  if (reaching === 0) return { lowMicros: 0, highMicros: readyMicros };
  const lagMicros = below - (reaching - 1);
  const highMicros = Math.max(0, readyMicros - lagMicros);
  const period = above === NEVER ? readyMicros - below : above - below;
  return { lowMicros: Math.max(0, highMicros - period), highMicros };
}

/**
 * One moment out of each interval: those of equal intervals are spread evenly over it, in whole milliseconds, so that they
 * are as many before as behind its middle.
 */
export function spreadEvenly(intervals: readonly Interval[]): Micros[] {
  const groups = new Map<string, Interval[]>();
  for (const interval of intervals) {
    const key = `${interval.lowMicros}/${interval.highMicros}`;
    groups.set(key, [...(groups.get(key) ?? []), interval]);
  }
  return [...groups.values()].flatMap((group) =>
    group.map(({ lowMicros, highMicros }, index) => {
      const share = (index + 0.5) / group.length;
      return Math.round((lowMicros + share * (highMicros - lowMicros)) / MICROS_PER_MILLI) * MICROS_PER_MILLI;
    }),
  );
}

function readyOf(container: ProbedContainer, servesMicros: Micros, admittedMicros: Micros): Micros {
  const { readyMicros } = probeTimes(container, {
    admittedMicros: -admittedMicros,
    startedMicros: 0,
    servesMicros,
    hangsMicros: NEVER,
    livesMicros: 0,
  });
  return readyMicros;
}

/** The least serving time with which the pod is ready at `wanted` or later; a pod is never ready before it serves. */
function firstReaching(readyAfter: (servesMicros: Micros) => Micros, wanted: Micros): Micros {
  let low = -1;
  let high = Math.max(0, wanted);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readyAfter(middle) >= wanted) high = middle;
    else low = middle;
  }
  return high;
}

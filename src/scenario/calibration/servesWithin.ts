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
  const pieces = piecesOf(probed, readyMicros, admittedMicros);
  const gapOf = (piece: Piece) => Math.abs(piece.readyMicros - readyMicros);
  const seen = pieces.reduce((best, piece) => (gapOf(piece) < gapOf(best) ? piece : best));
  if (gapOf(seen) <= RESOLUTION_MICROS) return seen;
  const before = pieces.filter((piece) => piece.readyMicros < readyMicros).at(-1);
  // Seen before its first check could come: the probe is another one by now.
  if (before === undefined) return { lowMicros: 0, highMicros: readyMicros };
  // Successes that a probe wants in a row come behind the first one.
  const highMicros = readyMicros - (before.readyMicros - before.highMicros);
  const periods = probed.flatMap(({ startupProbe, readinessProbe }) => [startupProbe, readinessProbe].map(periodOf));
  return { lowMicros: Math.max(0, highMicros - Math.max(...periods)), highMicros: Math.max(0, highMicros) };
}

/** Whenever in the interval a pod begins to serve, it is ready at the same time. */
interface Piece extends Interval {
  readonly readyMicros: Micros;
}

/** All of them up to the time that the pod was seen ready; one at least. */
function piecesOf(probed: readonly ProbedContainer[], lastMicros: Micros, admittedMicros: Micros): Piece[] {
  const ticks = new Set<Micros>([0]);
  for (const { startupProbe, readinessProbe } of probed) {
    // Readiness is asked for from the start on, or from the success of the startup probe.
    const from = startupProbe === undefined ? 0 : -admittedMicros;
    const period = periodOf(startupProbe ?? readinessProbe);
    const first = from + Math.ceil(-from / period) * period;
    for (let tick = first; tick < lastMicros + period; tick += period) ticks.add(tick);
  }
  const sorted = [...ticks].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (const [index, highMicros] of sorted.entries()) {
    const readyMicros = Math.max(...probed.map((container) => readyOf(container, highMicros, admittedMicros)));
    const lowMicros = index === 0 ? 0 : sorted[index - 1]! + 1;
    const last = pieces.at(-1);
    if (last?.readyMicros === readyMicros) pieces[pieces.length - 1] = { ...last, highMicros };
    else pieces.push({ lowMicros, highMicros, readyMicros });
  }
  return pieces;
}

function periodOf(probe: ProbedContainer['readinessProbe']): Micros {
  return Math.max(1, probe?.periodSeconds ?? 1) * MICROS_PER_SECOND;
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

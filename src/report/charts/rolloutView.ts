/**
 * Charts: what is drawn, apart from how. `*View.ts` reduce results to the numbers of a chart, and the other files make SVG of
 * them; the page in ../html and the terminal draw the same views.
 */
import type { RolloutResult, RunResult } from '../../metrics/result.ts';
import type { RolloutTimeline, TimelineRevision } from '../../metrics/timelineResult.ts';
import { relevantRollouts } from '../../runner/selection.ts';

/**
 * What pods are stacked by, from the bottom up: those that are available stand on the axis, so that their upper edge is the
 * number of available pods. "New" is the pod template of the moment, "old" every other, and all before the rollout.
 */
export const BANDS = [
  'oldAvailable',
  'newAvailable',
  'newReady',
  'newStarting',
  'newPending',
  'oldOther',
  'terminating',
] as const;

export type Band = (typeof BANDS)[number];

export const BAND_WORDS: Readonly<Record<Band, string>> = {
  oldAvailable: 'old, available',
  newAvailable: 'new, available',
  newReady: 'new, ready for less than minReadySeconds',
  newStarting: 'new, starting or not ready',
  newPending: 'new, on no node yet',
  oldOther: 'old, not available',
  terminating: 'terminating',
};

/** The pods of one workload while it rolled out. Columns have a value per change point, which holds until the next. */
export interface RolloutView {
  readonly workload: string;
  /** The rollouts that are drawn, in the order of their starts. */
  readonly rollouts: readonly RolloutResult[];
  /** Of the run; what the chart's seconds count from. */
  readonly startSeconds: number;
  /** From the start on; a little less than 0. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly seconds: readonly number[];
  readonly bands: Readonly<Record<Band, readonly number[]>>;
  readonly available: readonly number[];
  readonly desired: readonly number[];
  readonly fewestAvailable: readonly number[];
  readonly mostPods: readonly number[];
}

/** Shares of the rollout's time that are shown before and after it. */
const BEFORE = 0.04;
const AFTER = 0.08;
/** What is drawn of pods that terminate after the rollout is complete. */
const TAIL = 0.35;
const SHORTEST_SECONDS = 1;

/** The workloads that the run is about, in the order of their rollouts; none where no timelines were asked for. */
export function rolloutViews(run: Pick<RunResult, 'rollouts' | 'timelines' | 'simulatedSeconds'>): RolloutView[] {
  const byWorkload = new Map<string, RolloutResult[]>();
  for (const rollout of relevantRollouts([run])) {
    byWorkload.set(rollout.workload, [...(byWorkload.get(rollout.workload) ?? []), rollout]);
  }
  return [...byWorkload].flatMap(([workload, rollouts]) => {
    const own = run.timelines?.filter((timeline) => timeline.workload === workload) ?? [];
    // Of two with one name, the rollouts are those of the one that was there at the time.
    const timeline = own.filter(({ seconds }) => seconds[0]! <= rollouts[0]!.startSeconds).at(-1);
    return timeline === undefined ? [] : [viewOf(timeline, rollouts, run.simulatedSeconds)];
  });
}

function viewOf(timeline: RolloutTimeline, rollouts: readonly RolloutResult[], simulatedSeconds: number): RolloutView {
  const { startSeconds } = rollouts[0]!;
  const { fromSeconds, toSeconds } = windowOf(timeline, rollouts, simulatedSeconds);
  const points: number[] = [];
  timeline.seconds.forEach((second, point) => {
    const next = timeline.seconds[point + 1] ?? Number.POSITIVE_INFINITY;
    if (second < toSeconds && next > fromSeconds) points.push(point);
  });
  const column = (values: readonly number[]): number[] => points.map((point) => values[point]!);
  const newAt = (point: number): number => {
    const isBefore = timeline.seconds[point]! < startSeconds && rollouts[0]!.cause === 'update';
    return isBefore ? -1 : timeline.updated[point]!;
  };
  const bands = Object.fromEntries(
    BANDS.map((band) => [band, points.map((point) => count(timeline.revisions, newAt(point), band, point))]),
  );
  return {
    workload: timeline.workload,
    rollouts,
    startSeconds,
    fromSeconds: fromSeconds - startSeconds,
    toSeconds: toSeconds - startSeconds,
    seconds: column(timeline.seconds).map((second) => Math.max(second, fromSeconds) - startSeconds),
    bands: bands as Record<Band, number[]>,
    available: points.map((point) => sum(timeline.revisions, (revision) => revision.available[point]!)),
    desired: column(timeline.desired),
    fewestAvailable: column(timeline.fewestAvailable),
    mostPods: column(timeline.mostPods),
  };
}

/** In seconds of the run: a rollout that did not end is drawn as far as something happened. */
function windowOf(
  timeline: RolloutTimeline,
  rollouts: readonly RolloutResult[],
  simulatedSeconds: number,
): { readonly fromSeconds: number; readonly toSeconds: number } {
  const { startSeconds } = rollouts[0]!;
  const last = rollouts.at(-1)!;
  const deadline = last.outcome === 'stalled' ? last.startSeconds + (last.progressDeadlineSeconds ?? 0) : 0;
  const lastChange = Math.max(timeline.seconds.at(-1)!, last.startSeconds, deadline);
  const endSeconds = last.durationSeconds === null ? lastChange : last.startSeconds + last.durationSeconds;
  const length = Math.max(endSeconds - startSeconds, SHORTEST_SECONDS);
  const tail = Math.min(Math.max(lastChange - endSeconds, 0), length * TAIL);
  return {
    fromSeconds: Math.max(startSeconds - length * BEFORE, timeline.seconds[0]!),
    toSeconds: Math.max(Math.min(endSeconds + tail + length * AFTER, simulatedSeconds), startSeconds + length),
  };
}

function count(revisions: readonly TimelineRevision[], newIndex: number, band: Band, point: number): number {
  const own = revisions.filter((_, index) => band === 'terminating' || (index === newIndex) === band.startsWith('new'));
  return sum(own, (revision) => countOf(revision, band, point));
}

function countOf(revision: TimelineRevision, band: Band, point: number): number {
  switch (band) {
    case 'oldAvailable':
    case 'newAvailable':
      return revision.available[point]!;
    case 'newReady':
      return revision.ready[point]!;
    case 'newStarting':
      return revision.starting[point]!;
    case 'newPending':
      return revision.pending[point]!;
    case 'oldOther':
      return revision.ready[point]! + revision.starting[point]! + revision.pending[point]!;
    case 'terminating':
      return revision.terminating[point]!;
  }
}

function sum<Item>(items: readonly Item[], read: (item: Item) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}

/**
 * At most two change points for each of `columns` equal spans of time: the one with the fewest available pods, which a chart
 * must not lose, and the last.
 */
export function thinned(view: RolloutView, columns: number): RolloutView {
  const width = (view.toSeconds - view.fromSeconds) / columns;
  const kept: number[] = [];
  let from = 0;
  while (from < view.seconds.length) {
    const column = Math.floor((view.seconds[from]! - view.fromSeconds) / width);
    let to = from + 1;
    let lowest = from;
    while (to < view.seconds.length && Math.floor((view.seconds[to]! - view.fromSeconds) / width) === column) {
      if (view.available[to]! < view.available[lowest]!) lowest = to;
      to++;
    }
    if (lowest !== to - 1) kept.push(lowest);
    kept.push(to - 1);
    from = to;
  }
  const pick = (values: readonly number[]): number[] => kept.map((point) => values[point]!);
  return {
    ...view,
    seconds: pick(view.seconds),
    bands: Object.fromEntries(BANDS.map((band) => [band, pick(view.bands[band])])) as Record<Band, number[]>,
    available: pick(view.available),
    desired: pick(view.desired),
    fewestAvailable: pick(view.fewestAvailable),
    mostPods: pick(view.mostPods),
  };
}

/** The bands that have a pod at some time. */
export function usedBands({ bands }: RolloutView): Band[] {
  return BANDS.filter((band) => bands[band].some((pods) => pods > 0));
}

/** `deployment/web, 1/0, complete after 31.2 s: …` as one sentence for those who do not see the chart. */
export function outcomeWords({ rollouts }: RolloutView): string {
  const last = rollouts.at(-1)!;
  const several = rollouts.length === 1 ? '' : `${rollouts.length} rollouts, the last `;
  if (last.durationSeconds === null) return `${several}${last.outcome}`;
  return `${several}complete after ${last.durationSeconds.toFixed(1)} s`;
}

import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { JobLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, type Sketch, UNLIMITED } from '../play.ts';
import { job, jobLines, lastStatus, onlyJob } from '../sigapps/jobs.ts';

const RUNS = 150;

/** What is done to the Job, and when: seconds. */
type Change = { readonly at: number } & (
  | { readonly parallelism: number }
  | { readonly suspend: boolean }
  | { readonly deletes: true }
);

interface AnyJob {
  readonly kubernetes: string;
  readonly spec: JsonObject;
  readonly parallelism: number;
  readonly completions: number;
  readonly behavior: JsonObject;
  readonly changes: readonly Change[];
}

/** Several can come at once: creation takes no time where nothing has latency. */
const anyTime = fc.integer({ min: 0, max: 240 }).map((quarter) => quarter / 4);

const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ at: anyTime, parallelism: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ at: anyTime, suspend: fc.boolean() }),
  fc.record({ at: anyTime, deletes: fc.constant(true as const) }),
);

/** Tasks of which some fail, but at least one of each round does not. */
const anyBehavior = fc.record({
  run: fc.constantFrom<JsonObject | string>('1s', '7s', { uniform: { min: '0s', max: '20s' } }),
  terminate: fc.constantFrom('0s', '3s', '15s'),
  exitCode: fc.array(fc.constantFrom(0, 1), { maxLength: 4 }).map((codes) => ({ sequence: [0, ...codes] })),
});

const anyJob: fc.Arbitrary<AnyJob> = fc
  .record({
    // From 1.36 a sync waits until informers show what the controller wrote last (StaleControllerConsistencyJob).
    kubernetes: fc.constantFrom('1.35', '1.37'),
    parallelism: fc.integer({ min: 0, max: 6 }),
    completions: fc.integer({ min: 1, max: 12 }),
    completionMode: fc.constantFrom('NonIndexed', 'Indexed'),
    podReplacementPolicy: fc.constantFrom('TerminatingOrFailed', 'Failed'),
    behavior: anyBehavior,
    changes: fc.array(anyChange, { maxLength: 8 }),
  })
  .map(({ completionMode, podReplacementPolicy, changes, ...rest }) => ({
    ...rest,
    spec: { completionMode, podReplacementPolicy, backoffLimit: 1000 },
    changes: [...changes].sort((a, b) => a.at - b.at),
  }));

/** In the end it is to run, whatever was done before. */
const END: readonly Change[] = [
  { at: 70, suspend: false },
  { at: 70, parallelism: 3 },
];

function playAny(
  { kubernetes, spec, parallelism, completions, behavior, changes }: AnyJob,
  controlPlane: JsonObject,
): Played {
  const steps: Record<string, string[]> = {};
  for (const { at, ...change } of [...changes, ...END]) {
    const step =
      'deletes' in change ? 'delete pods --all --wait=false' : `patch job batch -p '${json({ spec: change })}'`;
    steps[`${at * 1000}ms`] = [...(steps[`${at * 1000}ms`] ?? []), step];
  }
  const objects = [job({ ...spec, parallelism, completions })];
  return play({ kubernetes, objects, behavior, steps, controlPlane, until: '24h' } as Sketch);
}

function json(value: object): string {
  return JSON.stringify(value);
}

/** The parallelisms that hold at some moment; several when it changes just then. */
function parallelismsAt({ parallelism, changes }: AnyJob, seconds: number): number[] {
  let before = parallelism;
  const now: number[] = [];
  for (const change of [...changes, ...END]) {
    if (!('parallelism' in change) || change.at > seconds) continue;
    if (change.at < seconds) before = change.parallelism;
    else now.push(change.parallelism);
  }
  return [before, ...now];
}

/** Informers are so late that syncs work with what they have long changed. */
const LATE: JsonObject = { ...LIFTED, latency: { watch: '1500ms' } };

describe('whatever is done to a Job', () => {
  test.prop([anyJob], { numRuns: RUNS })('no pod is made beyond its parallelism', (any) => {
    const running = new Set<string>();
    const terminating = new Set<string>();
    const waitsForTerminating = any.spec.podReplacementPolicy === 'Failed';
    for (const line of playAny(any, UNLIMITED).log) {
      if (line.kind !== 'Pod') continue;
      // Pods are ready as soon as they run: one that is not ready any more has ended.
      const isOver = line.event === 'unready' || line.event === 'deleted';
      if (isOver) running.delete(line.name);
      else if (line.event === 'terminating') terminating.add(line.name);
      if (line.event !== 'created') continue;
      running.add(line.name);
      const taken = [...running].filter((name) => waitsForTerminating || !terminating.has(name));
      expect(taken.length).toBeLessThanOrEqual(Math.max(...parallelismsAt(any, line.t)));
    }
  });

  test.prop([anyJob], { numRuns: RUNS })('it succeeds as often as asked for, and then ends', (any) => {
    for (const controlPlane of [UNLIMITED, LIFTED, LATE]) {
      // Without the gate, what has been counted is not known to syncs that come too early.
      if (controlPlane === LATE && any.kubernetes === '1.35') continue;
      const played = playAny(any, controlPlane);
      const { active, ready, terminating, succeeded, completedIndexes } = lastStatus(played);
      expect(onlyJob(played)).toMatchObject({ outcome: 'complete', reason: 'CompletionsReached' });
      expect({ active, ready, terminating, succeeded }).toEqual({
        active: 0,
        ready: 0,
        terminating: 0,
        succeeded: any.completions,
      });
      if (any.spec.completionMode === 'Indexed') expect(indexesIn(completedIndexes)).toBe(any.completions);
    }
  });

  test.prop([anyJob], { numRuns: RUNS })('informers may be late: what was made is not made again', (any) => {
    for (const controlPlane of [LIFTED, LATE]) {
      expect(onlyJob(playAny(any, controlPlane)).activeMax).toBeLessThanOrEqual(largestParallelism(any));
    }
  });

  test.prop([anyJob], { numRuns: RUNS })('its counts only grow, and count no pod twice', (any) => {
    const played = playAny(any, LIFTED);
    let before: Pick<JobLine, 'succeeded' | 'failed'> = { succeeded: 0, failed: 0 };
    for (const line of jobLines(played)) {
      expect(line.succeeded).toBeGreaterThanOrEqual(before.succeeded);
      expect(line.failed).toBeGreaterThanOrEqual(before.failed);
      before = line;
    }
    expect(before.succeeded + before.failed).toBeLessThanOrEqual(onlyJob(played).podsCreated);
  });
});

function largestParallelism({ parallelism, changes }: AnyJob): number {
  const later = [...changes, ...END].flatMap((change) => ('parallelism' in change ? [change.parallelism] : []));
  return Math.max(parallelism, ...later);
}

/** `0-2,5`: 4 */
function indexesIn(text: string): number {
  return text.split(',').reduce((sum, part) => {
    const [first, last = first] = part.split('-').map(Number) as [number, number?];
    return sum + last - first + 1;
  }, 0);
}

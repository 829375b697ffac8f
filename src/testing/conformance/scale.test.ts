import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, readInput } from '../../scenario/index.ts';
import { listCases, readRecording } from './cases.ts';
import { type Entry, entriesOf, firstStepSeconds } from './comparison.ts';

/**
 * How far what the client limits make of a big rollout is from what was recorded. Nearer than the conformance tests ask:
 * durations, fewest available and most pods within 5 %, creations and deletions per second within 10 %.
 */
const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));
const SEEDS = [1, 2, 3];
const CONTROLLERS = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/** Its nodes were still joining, and lost the taint of that only in the first 29 s; in a scenario they have long been there. */
const NODES_WERE_JOINING = new Set(['scale/ds-150']);

interface Figures {
  /** By workload, from the first step on. */
  readonly durationSeconds: Record<string, number>;
  readonly fewestAvailable: Record<string, number>;
  readonly mostPods: number;
  /** Before the first step, and from it on. */
  readonly createdPerSecond: readonly (number | undefined)[];
  readonly deletedPerSecond: number | undefined;
}

/** The rate between the first and the last tenth: what comes first, out of a full bucket, says nothing of the limit. */
function ratePerSecond(times: readonly number[]): number | undefined {
  if (times.length < 20) return undefined;
  const sorted = [...times].sort((a, b) => a - b);
  const [from, to] = [Math.floor(sorted.length * 0.1), Math.floor(sorted.length * 0.9)];
  return (to - from) / (sorted[to]! - sorted[from]!);
}

function figuresOf(entries: readonly Entry[], stepSeconds: number): Figures {
  const times = (event: string) =>
    entries.filter((entry) => entry.kind === 'Pod' && entry.event === event).map(({ t }) => t);
  const created = times('created');
  const deleted = times('terminating');
  const isLater = (t: number) => t >= stepSeconds;
  return {
    ...workloadFigures(entries, stepSeconds),
    mostPods: mostPods(entries),
    createdPerSecond: [ratePerSecond(created.filter((t) => !isLater(t))), ratePerSecond(created.filter(isLater))],
    deletedPerSecond: ratePerSecond(deleted.filter(isLater)),
  };
}

function workloadFigures(entries: readonly Entry[], stepSeconds: number) {
  const durationSeconds: Record<string, number> = {};
  const fewestAvailable: Record<string, number> = {};
  const last: Record<string, string> = {};
  for (const { kind, name, t, available, updated } of entries) {
    if (!CONTROLLERS.has(kind)) continue;
    const workload = `${kind}/${name}`;
    const state = `${String(available)} ${String(updated)}`;
    if (last[workload] !== state) durationSeconds[workload] = t - stepSeconds;
    last[workload] = state;
    if (t < stepSeconds) continue;
    fewestAvailable[workload] = Math.min(fewestAvailable[workload] ?? Number.POSITIVE_INFINITY, Number(available));
  }
  return { durationSeconds, fewestAvailable };
}

function mostPods(entries: readonly Entry[]): number {
  let [pods, most] = [0, 0];
  for (const { event } of entries.filter(({ kind }) => kind === 'Pod')) {
    if (event === 'created') most = Math.max(most, ++pods);
    else if (event === 'deleted') pods--;
  }
  return most;
}

function expectNear(actual: number | undefined, recorded: number | undefined, share: number): void {
  expect(actual === undefined).toBe(recorded === undefined);
  if (recorded !== undefined) expect(Math.abs(actual! - recorded)).toBeLessThanOrEqual(share * recorded);
}

describe.each(listCases(ROOT, 'scale').map((one) => [one.name, one] as const))('%s', (name, one) => {
  const recordedEntries = entriesOf(readRecording(one.recordingPath).lines);
  const stepSeconds = firstStepSeconds(recordedEntries);
  const recorded = figuresOf(recordedEntries, stepSeconds);
  const input = readInput([one.scenarioPath], () => '');

  test.each(SEEDS)('goes as recorded with seed %d', (seed) => {
    const lines: LogLine[] = [];
    runScenario({ scenario: buildScenario(input, {}), seed, onLogLine: (line) => lines.push(line) });
    const simulated = figuresOf(entriesOf(lines), stepSeconds);
    for (const [workload, seconds] of Object.entries(recorded.durationSeconds)) {
      expectNear(simulated.durationSeconds[workload], seconds, 0.05);
      expectNear(simulated.fewestAvailable[workload], recorded.fewestAvailable[workload], 0.05);
    }
    expectNear(simulated.mostPods, recorded.mostPods, 0.05);
    const [before, after] = recorded.createdPerSecond;
    if (!NODES_WERE_JOINING.has(name)) expectNear(simulated.createdPerSecond[0], before, 0.1);
    expectNear(simulated.createdPerSecond[1], after, 0.1);
    expectNear(simulated.deletedPerSecond, recorded.deletedPerSecond, 0.1);
  });
});

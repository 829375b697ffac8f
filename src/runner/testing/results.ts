/** Made-up results, small enough to read a report against. */
import type { RolloutResult, RunResult } from '../../metrics/result.ts';
import { decided } from '../decide/decided.ts';
import { DEFAULT_OBJECTIVES } from '../decide/pareto.ts';
import type { RunReport } from '../runReport.ts';
import { type SweepResult, type SweepVariant, summarizeRun, sweepRows } from '../sweepResult.ts';

const GIBIBYTE = 1024 ** 3;

export function makeRollout(changes: Partial<RolloutResult> = {}): RolloutResult {
  return {
    workload: 'deployment/web',
    revision: '2',
    cause: 'update',
    outcome: 'complete',
    startSeconds: 60,
    desiredReplicas: 10,
    durationSeconds: 31.25,
    criticalPathSeconds: null,
    availableMin: 8,
    availableMean: 9.104,
    unavailablePodSeconds: 28,
    podsMax: 13,
    podsMaxWithTerminating: 15,
    requestedCpuMax: 7.5,
    requestedMemoryMax: 7.5 * GIBIBYTE,
    surgePodSeconds: 90.5,
    noProgressMaxSeconds: 9,
    progressDeadlineSeconds: 600,
    pendingSeconds: { p50: 0.001, p95: 0.004, p99: 0.004 },
    unschedulable: 0,
    preemptions: 0,
    disruptions: 0,
    ...changes,
  };
}

export function makeRun(rollouts: readonly RolloutResult[], seed = 1): RunResult {
  return {
    scenario: 'shop',
    kubernetes: '1.37',
    seed,
    end: 'quiet',
    simulatedSeconds: 95.2,
    events: 1234,
    pods: { created: 20, maxAtOnce: 15 },
    rollouts,
    jobs: [],
    services: [],
    autoscalers: [],
    cluster: {
      nodes: 3,
      cpuMaxShare: 0.25,
      memoryMaxShare: 0.125,
      cpuMeanShare: 0.2,
      memoryMeanShare: 0.1,
      podSkewAtEnd: 1,
      zones: [],
    },
    scheduling: {
      attempts: 21,
      scheduled: 20,
      unschedulableAttempts: 1,
      preemptions: 0,
      pendingSeconds: { p50: 0.001, p95: 0.004, p99: 0.004, max: 0.004 },
    },
    nodeOutages: { failed: 0, returned: 0, downMax: 0, downNodeSeconds: 0, podsEvicted: 0 },
    steps: [],
    warnings: [],
  };
}

export function makeReport(runs: readonly RunResult[]): RunReport {
  return {
    schemaVersion: 1,
    kind: 'run',
    tool: { name: 'rollsim', version: '0.0.0' },
    scenario: 'shop',
    scenarioHash: 'abc',
    kubernetes: '1.37',
    options: {},
    seeds: runs.map(({ seed }) => seed),
    runs,
    thresholds: [],
  };
}

/** A variant for which each list of rollouts is what one seed gave. */
export function makeVariant(
  settings: Record<string, string>,
  runs: readonly (readonly RolloutResult[])[],
): SweepVariant {
  const summaries = runs.map((rollouts, index) => summarizeRun(makeRun(rollouts, index + 1)));
  return { settings, runs: summaries, rows: sweepRows(summaries), thresholds: [] };
}

export function makeSweep(variants: readonly SweepVariant[], seedCount = 1): SweepResult {
  const paths = Object.keys(variants[0]?.settings ?? {});
  return {
    schemaVersion: 1,
    kind: 'sweep',
    tool: { name: 'rollsim', version: '0.0.0' },
    scenario: 'shop',
    scenarioHash: 'abc',
    kubernetes: '1.37',
    options: {},
    seeds: Array.from({ length: seedCount }, (_, index) => index + 1),
    axes: paths.map((path) => ({ path, texts: [...new Set(variants.map(({ settings }) => settings[path]!))] })),
    reference: variants[0]?.settings ?? {},
    objectives: DEFAULT_OBJECTIVES,
    variants: decided(variants, variants[0]?.settings ?? {}, DEFAULT_OBJECTIVES),
    partial: false,
  };
}

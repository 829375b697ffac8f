import type {
  AutoscalerResult,
  ImagePullsResult,
  JobResult,
  NodeAutoscalingResult,
  NodeOutagesResult,
  RolloutResult,
  RunResult,
  SchedulingResult,
  ServiceResult,
} from '../metrics/result.ts';
import { ROLLOUT_FIELDS, type RolloutField, type Unit } from './rolloutFields.ts';
import { relevantRollouts } from './selection.ts';

/** What of a run a threshold can be about. */
export type MeasuredRun = Pick<RunResult, 'rollouts'> &
  Partial<
    Pick<
      RunResult,
      'jobs' | 'services' | 'autoscalers' | 'scheduling' | 'nodeOutages' | 'nodeAutoscaling' | 'imagePulls'
    >
  >;

/** A number that thresholds can be held against. */
export interface ThresholdMetric {
  /** `rollout.durationSeconds`, `job.failed`, `service.errorShareMax`, `scheduling.pendingSeconds.p99` */
  readonly name: string;
  readonly unit: Unit;
  /** Whether a value that is missing means "never", and not "nothing to measure". */
  readonly nullIsNever: boolean;
  /** One for each rollout, Job or Service of each run; what is the run's, once for each run. */
  valuesOf(runs: readonly MeasuredRun[]): number[];
}

const JOB_UNITS: Readonly<Partial<Record<keyof JobResult, Unit>>> = {
  startSeconds: 'seconds',
  durationSeconds: 'seconds',
  podsCreated: 'pods',
  succeeded: 'pods',
  failed: 'pods',
  activeMax: 'pods',
};

const SERVICE_UNITS: Readonly<Partial<Record<keyof ServiceResult, Unit>>> = {
  readyMin: 'pods',
  unservedSeconds: 'seconds',
  errorShareMax: 'share',
  errorShareMean: 'share',
  staleEndpointSeconds: 'podSeconds',
  lostRequestSeconds: 'seconds',
  lostRequests: 'requests',
};

const AUTOSCALER_METRICS = [
  'desiredMin',
  'desiredMax',
  'desiredMean',
  'desiredAtEnd',
  'scaleUps',
  'scaleDowns',
] as const satisfies readonly (keyof AutoscalerResult)[];

const OUTAGE_UNITS: Readonly<Record<keyof NodeOutagesResult, Unit>> = {
  failed: 'nodes',
  returned: 'nodes',
  downMax: 'nodes',
  downNodeSeconds: 'nodeSeconds',
  podsEvicted: 'pods',
};

const NODE_AUTOSCALING_UNITS: Readonly<Record<keyof NodeAutoscalingResult, Unit>> = {
  scaleUps: 'nodes',
  nodesRequested: 'nodes',
  nodesRemoved: 'nodes',
  nodesMax: 'nodes',
  nodesAtEnd: 'nodes',
  nodeSeconds: 'nodeSeconds',
};

const PULL_UNITS: Readonly<Record<keyof ImagePullsResult, Unit>> = {
  pulls: 'pulls',
  failedPulls: 'pulls',
  pulledBytes: 'bytes',
  pullSeconds: 'seconds',
  pullSecondsMax: 'seconds',
};

const SCHEDULING_COUNTS = ['attempts', 'scheduled', 'unschedulableAttempts', 'preemptions'] as const;
const SCHEDULING_TIMES = ['p50', 'p95', 'p99', 'max'] as const;

/** Every metric that thresholds can name. */
export const THRESHOLD_METRICS: readonly ThresholdMetric[] = [
  ...ROLLOUT_FIELDS.map(rolloutMetric),
  ...Object.entries(JOB_UNITS).map(([name, unit]) => jobMetric(name as keyof JobResult, unit)),
  ...Object.entries(SERVICE_UNITS).map(([name, unit]) => serviceMetric(name as keyof ServiceResult, unit)),
  ...AUTOSCALER_METRICS.map(autoscalerMetric),
  ...SCHEDULING_COUNTS.map((name) => schedulingMetric(name, 'pods', (scheduling) => scheduling[name])),
  ...SCHEDULING_TIMES.map((name) =>
    schedulingMetric(`pendingSeconds.${name}`, 'seconds', ({ pendingSeconds }) => pendingSeconds?.[name]),
  ),
  ...Object.entries(OUTAGE_UNITS).map(([name, unit]) => outageMetric(name as keyof NodeOutagesResult, unit)),
  ...Object.entries(NODE_AUTOSCALING_UNITS).map(([name, unit]) =>
    nodeAutoscalingMetric(name as keyof NodeAutoscalingResult, unit),
  ),
  ...Object.entries(PULL_UNITS).map(([name, unit]) => pullMetric(name as keyof ImagePullsResult, unit)),
];

const BY_NAME: ReadonlyMap<string, ThresholdMetric> = new Map(THRESHOLD_METRICS.map((metric) => [metric.name, metric]));

/** The metric of that name, or undefined. */
export function thresholdMetric(name: string): ThresholdMetric | undefined {
  return BY_NAME.get(name);
}

/**
 * A rollout that did not complete took for ever: counting only the others would let the worst runs pass. One that a
 * newer change replaced had no chance to complete, and is left out of what is null there.
 */
function rolloutMetric(field: RolloutField): ThresholdMetric {
  const measured = (rollout: RolloutResult): number | undefined =>
    field.read(rollout) ??
    (field.nullIsNever && rollout.outcome !== 'superseded' ? Number.POSITIVE_INFINITY : undefined);
  return {
    name: `rollout.${field.name}`,
    unit: field.unit,
    nullIsNever: field.nullIsNever,
    valuesOf: (runs) => relevantRollouts(runs).flatMap((rollout) => measured(rollout) ?? []),
  };
}

/** A Job that did not end took for ever. */
function jobMetric(field: keyof JobResult, unit: Unit): ThresholdMetric {
  return {
    name: `job.${field}`,
    unit,
    nullIsNever: field === 'durationSeconds',
    valuesOf: (runs) =>
      runs.flatMap(({ jobs = [] }) => jobs.map((job) => (job[field] as number | null) ?? Number.POSITIVE_INFINITY)),
  };
}

function serviceMetric(field: keyof ServiceResult, unit: Unit): ThresholdMetric {
  return {
    name: `service.${field}`,
    unit,
    nullIsNever: false,
    valuesOf: (runs) =>
      runs.flatMap(({ services = [] }) => services.flatMap((service) => (service[field] as number | null) ?? [])),
  };
}

/** An autoscaler that never decided anything has nothing to measure. */
function autoscalerMetric(field: (typeof AUTOSCALER_METRICS)[number]): ThresholdMetric {
  return {
    name: `autoscaler.${field}`,
    unit: 'pods',
    nullIsNever: false,
    valuesOf: (runs) =>
      runs.flatMap(({ autoscalers = [] }) => autoscalers.flatMap((autoscaler) => autoscaler[field] ?? [])),
  };
}

/** A run in which no pod was scheduled has no times. */
function schedulingMetric(
  name: string,
  unit: Unit,
  read: (scheduling: SchedulingResult) => number | undefined,
): ThresholdMetric {
  return {
    name: `scheduling.${name}`,
    unit,
    nullIsNever: false,
    valuesOf: (runs) => runs.flatMap(({ scheduling }) => (scheduling === undefined ? [] : (read(scheduling) ?? []))),
  };
}

function outageMetric(field: keyof NodeOutagesResult, unit: Unit): ThresholdMetric {
  return {
    name: `nodeOutages.${field}`,
    unit,
    nullIsNever: false,
    valuesOf: (runs) => runs.flatMap(({ nodeOutages }) => (nodeOutages === undefined ? [] : nodeOutages[field])),
  };
}

/** Without a pool that an autoscaler changes there is nothing to measure. */
function nodeAutoscalingMetric(field: keyof NodeAutoscalingResult, unit: Unit): ThresholdMetric {
  return {
    name: `nodeAutoscaling.${field}`,
    unit,
    nullIsNever: false,
    valuesOf: (runs) => runs.flatMap(({ nodeAutoscaling }) => nodeAutoscaling?.[field] ?? []),
  };
}

/** Without a registry in the scenario there is nothing to measure. */
function pullMetric(field: keyof ImagePullsResult, unit: Unit): ThresholdMetric {
  return {
    name: `imagePulls.${field}`,
    unit,
    nullIsNever: false,
    valuesOf: (runs) => runs.flatMap(({ imagePulls }) => (imagePulls === undefined ? [] : imagePulls[field])),
  };
}

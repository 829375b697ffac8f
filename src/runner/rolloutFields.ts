import { CRITICAL_PATH_PHASES, type CriticalPathPhase, type RolloutResult } from '../metrics/result.ts';

/** What a field counts, so that a report can print it sensibly. */
export type Unit =
  | 'seconds'
  | 'podSeconds'
  | 'pods'
  | 'nodes'
  | 'pulls'
  | 'requests'
  | 'nodeSeconds'
  | 'cores'
  | 'bytes'
  | 'share';

/** Which way is better; `neither`: it describes, and is not to be judged. */
export type Better = 'lower' | 'higher' | 'neither';

/** How a report names a field, and which one of several runs' values it shows when there is room for one. */
interface Presentation {
  readonly unit: Unit;
  /** Column heading. */
  readonly heading: string;
  /** What is promised or must be provided for is shown at its worst; what is typical, at its median. */
  readonly shown: 'median' | 'min' | 'max';
  /** What a comparison takes for an improvement. */
  readonly better: Better;
}

/** One number of a rollout. */
export interface RolloutField extends Presentation {
  /** As in RolloutResult; a percentile carries a dot: `pendingSeconds.p95`. */
  readonly name: string;
  /** Whether a null means "never happened", which no upper limit tolerates, and not "does not apply". */
  readonly nullIsNever: boolean;
  read(rollout: RolloutResult): number | null;
}

/** Fields that are numbers, or null. Optional ones too, should some come. */
type NumericKey = {
  [Key in keyof RolloutResult]-?: NonNullable<RolloutResult[Key]> extends number ? Key : never;
}[keyof RolloutResult];

/** In the order of RolloutResult. The type makes a field that is added there and forgotten here a compile error. */
const PRESENTATIONS: Readonly<Record<NumericKey, Presentation>> = {
  startSeconds: { unit: 'seconds', heading: 'START', shown: 'median', better: 'neither' },
  desiredReplicas: { unit: 'pods', heading: 'DESIRED', shown: 'median', better: 'neither' },
  durationSeconds: { unit: 'seconds', heading: 'DURATION', shown: 'median', better: 'lower' },
  availableMin: { unit: 'pods', heading: 'AVAIL MIN', shown: 'min', better: 'higher' },
  availableMean: { unit: 'pods', heading: 'AVAIL MEAN', shown: 'median', better: 'higher' },
  unavailablePodSeconds: { unit: 'podSeconds', heading: 'UNAVAILABLE (pod s)', shown: 'median', better: 'lower' },
  podsMax: { unit: 'pods', heading: 'PODS MAX', shown: 'max', better: 'lower' },
  podsMaxWithTerminating: { unit: 'pods', heading: '+TERMINATING', shown: 'max', better: 'lower' },
  requestedCpuMax: { unit: 'cores', heading: 'CPU MAX', shown: 'max', better: 'lower' },
  requestedMemoryMax: { unit: 'bytes', heading: 'MEM MAX', shown: 'max', better: 'lower' },
  surgePodSeconds: { unit: 'podSeconds', heading: 'SURGE (pod s)', shown: 'median', better: 'lower' },
  noProgressMaxSeconds: { unit: 'seconds', heading: 'NO PROGRESS', shown: 'max', better: 'lower' },
  progressDeadlineSeconds: { unit: 'seconds', heading: 'DEADLINE', shown: 'median', better: 'neither' },
  unschedulable: { unit: 'pods', heading: 'UNSCHEDULABLE', shown: 'max', better: 'lower' },
  preemptions: { unit: 'pods', heading: 'PREEMPTIONS', shown: 'max', better: 'lower' },
  disruptions: { unit: 'pods', heading: 'DISRUPTIONS', shown: 'max', better: 'lower' },
};

function plainField(name: NumericKey): RolloutField {
  return {
    name,
    ...PRESENTATIONS[name],
    nullIsNever: name === 'durationSeconds',
    read: (rollout) => rollout[name] ?? null,
  };
}

function pendingField(percentile: 'p50' | 'p95' | 'p99'): RolloutField {
  return {
    name: `pendingSeconds.${percentile}`,
    unit: 'seconds',
    heading: `PENDING ${percentile.toUpperCase()}`,
    shown: 'median',
    better: 'lower',
    nullIsNever: true,
    read: (rollout) => rollout.pendingSeconds?.[percentile] ?? null,
  };
}

function criticalPathField(phase: CriticalPathPhase): RolloutField {
  return {
    name: `criticalPathSeconds.${phase}`,
    unit: 'seconds',
    heading: PHASE_HEADINGS[phase],
    shown: 'median',
    // A part of the duration: that one grows while another shrinks is neither good nor bad.
    better: 'neither',
    nullIsNever: false,
    read: (rollout) => rollout.criticalPathSeconds?.[phase] ?? null,
  };
}

/** Column headings of the phases of the critical path. */
export const PHASE_HEADINGS: Readonly<Record<CriticalPathPhase, string>> = {
  controller: 'CONTROLLER',
  apiLimit: 'API LIMIT',
  scheduling: 'SCHEDULING',
  capacityWait: 'CAPACITY WAIT',
  imagePull: 'IMAGE PULL',
  start: 'START',
  readiness: 'READINESS',
  minReady: 'MIN READY',
  termination: 'TERMINATION',
  quotaBackOff: 'QUOTA BACK-OFF',
  disruptionBudget: 'DISRUPTION BUDGET',
  restartBackOff: 'RESTART BACK-OFF',
  nodeFailure: 'NODE FAILURE',
  operator: 'OPERATOR',
};

/** Every number of a rollout, in the order in which reports show them. */
export const ROLLOUT_FIELDS: readonly RolloutField[] = [
  ...(Object.keys(PRESENTATIONS) as NumericKey[]).map(plainField),
  pendingField('p50'),
  pendingField('p95'),
  pendingField('p99'),
  ...CRITICAL_PATH_PHASES.map(criticalPathField),
];

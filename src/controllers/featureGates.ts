import type { VersionProfile } from './options.ts';

interface Gate {
  /** Minor version from which the gate is on by default; Infinity: in none. */
  readonly onSince: number;
  /** Minor version from which there is such a gate; undefined: in all that are played. */
  readonly knownSince?: number;
  /** What users of an experimental gate are told; undefined for gates of released versions. */
  readonly experimental?: string;
}

/** Gates that change a decision and that a scenario may set, by upstream's names. */
const GATES = {
  /** `maxUnavailable` of a StatefulSet; on from 1.37 (in 1.35 it was turned off again in a patch release). */
  MaxUnavailableStatefulSet: { onSince: 37 },
  /** The field `status.terminatingReplicas`. */
  DeploymentReplicaSetTerminatingReplicas: { onSince: 35, knownSince: 33 },
  /** A DaemonSet is not synced before the informer shows what the controller wrote of it last. */
  StaleControllerConsistencyDaemonSet: { onSince: 36, knownSince: 36 },
  /** The same for a StatefulSet. */
  StaleControllerConsistencyStatefulSet: { onSince: 36, knownSince: 36 },
  /** The same of a Job. */
  StaleControllerConsistencyJob: { onSince: 36, knownSince: 36 },
  /** `minReplicas: 0` of a HorizontalPodAutoscaler, and the condition ScaledToZero. */
  HPAScaleToZero: { onSince: 37 },
  /** `tolerance` in the `behavior` of a HorizontalPodAutoscaler. */
  HPAConfigurableTolerance: { onSince: 35, knownSince: 33 },
  /** KEP-2837: `spec.resources` of a pod as a whole. */
  PodLevelResources: { onSince: 34, knownSince: 32 },
  /** KEP-4832: the scheduler goes on while it deletes the victims of a preemption. */
  SchedulerAsyncPreemption: { onSince: 33, knownSince: 32 },
  /** KEP-4603: containers that keep ending wait 1, 2, 4 … 60 s and not 10, 20, 40 … 300 s. */
  ReduceDefaultCrashLoopBackOffDecay: { onSince: Number.POSITIVE_INFINITY, knownSince: 33 },
  /** KEP-3973: a Deployment waits for terminating pods before it replaces them. */
  DeploymentPodReplacementPolicy: {
    onSince: Number.POSITIVE_INFINITY,
    experimental: 'KEP-3973, proposed and in no release of Kubernetes: what it does here follows the proposal',
  },
} as const satisfies Record<string, Gate>;

export type FeatureGateName = keyof typeof GATES;

export const FEATURE_GATES = Object.keys(GATES) as readonly FeatureGateName[];

/** Which feature gates are on: the version's defaults, and what the scenario says otherwise. */
export type FeatureGates = Readonly<Record<FeatureGateName, boolean>>;

/** The gates of a version, with some of them set. */
export function featureGates(version: VersionProfile, set: Partial<FeatureGates> = {}): FeatureGates {
  const defaults = FEATURE_GATES.map((name): [FeatureGateName, boolean] => [
    name,
    version.minor >= GATES[name].onSince,
  ]);
  return { ...(Object.fromEntries(defaults) as Record<FeatureGateName, boolean>), ...set };
}

/** The first minor version that knows the gate; undefined for one that all know. */
export function gateKnownSince(name: FeatureGateName): number | undefined {
  const gate: Gate = GATES[name];
  return gate.knownSince;
}

/** What to tell users who turned the gate on; undefined for gates that some release has. */
export function experimentalNote(name: FeatureGateName): string | undefined {
  const gate: Gate = GATES[name];
  return gate.experimental;
}

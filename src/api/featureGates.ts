/** Kubernetes' feature gates: since when each is there, on or locked, and which are on in a run. */
import type { SimulatedKind } from './types.ts';

/** The version of Kubernetes whose decisions are played. */
export interface VersionProfile {
  /** `1.37`; with its patch, `1.35.2`, where that makes a difference. */
  readonly text: string;
  /** 37 */
  readonly minor: number;
  /** Left out: the newest. */
  readonly patch?: number;
}

/** Where a gate is in its life, in one version. */
export interface GateStage {
  readonly stage: 'alpha' | 'beta' | 'GA' | 'deprecated';
  /** Its default. */
  readonly isOn: boolean;
  /** Nobody can set it otherwise. */
  readonly isLocked: boolean;
}

interface Gate {
  /**
   * `33a 35B 37G`: from 1.33 alpha, from 1.35 beta, from 1.37 GA and locked. A small letter is off by default, a capital one on;
   * `D` is deprecated and off, `-` gone. `30` stands for 1.30 and before. Upstream's list is
   * test/compatibility_lifecycle/reference/versioned_feature_list.yaml.
   */
  readonly history: string;
  /** What it does here when it is on. */
  readonly effect: string;
  /** Kinds that it is about; left out: pods of any kind. */
  readonly about?: readonly SimulatedKind[];
  /** What users of an experimental gate are told; undefined for gates of released versions. */
  readonly experimental?: string;
}

const JOBS = ['Job', 'CronJob'] as const;

/** Gates that change a decision and that a scenario may set, by upstream's names. */
const GATES = {
  LogarithmicScaleDown: {
    about: ['Deployment', 'ReplicaSet', 'ReplicationController'],
    history: '30B 31G',
    effect: 'a ReplicaSet chooses at random among pods of about the same age; without it, the youngest go first',
  },
  PodDeletionCost: {
    about: ['Deployment', 'ReplicaSet', 'ReplicationController'],
    history: '30B',
    effect: 'the annotation pod-deletion-cost counts when a ReplicaSet scales down',
  },
  DeploymentReplicaSetTerminatingReplicas: {
    about: ['Deployment', 'ReplicaSet'],
    history: '33a 35B',
    effect: '`status.terminatingReplicas` of Deployments and ReplicaSets',
  },
  DeploymentPodReplacementPolicy: {
    about: ['Deployment'],
    history: '',
    effect:
      '`spec.podReplacementPolicy` of a Deployment: with `TerminationComplete` it waits for pods that are terminating',
    experimental: 'KEP-3973, proposed and in no release of Kubernetes: what it does here follows the proposal',
  },
  MaxUnavailableStatefulSet: {
    about: ['StatefulSet'],
    history: '30a 35B 35.4b 37B',
    effect: '`updateStrategy.rollingUpdate.maxUnavailable` of a StatefulSet; without it, one pod after the other',
  },
  StatefulSetStartOrdinal: {
    about: ['StatefulSet'],
    history: '30B 31G',
    effect: '`spec.ordinals.start` of a StatefulSet',
  },
  StatefulSetAutoDeletePVC: {
    about: ['StatefulSet'],
    history: '30B 32G',
    effect: '`spec.persistentVolumeClaimRetentionPolicy` of a StatefulSet',
  },
  StaleControllerConsistencyStatefulSet: {
    about: ['StatefulSet'],
    history: '36B',
    effect: 'a StatefulSet is not synced before the informer shows what its controller wrote of it last',
  },
  StaleControllerConsistencyDaemonSet: { about: ['DaemonSet'], history: '36B', effect: 'the same of a DaemonSet' },
  StaleControllerConsistencyJob: { about: JOBS, history: '36B', effect: 'the same of a Job' },
  JobPodReplacementPolicy: {
    about: JOBS,
    history: '30B 34G',
    effect: '`spec.podReplacementPolicy` of a Job; without it, pods are replaced as soon as they terminate',
  },
  JobBackoffLimitPerIndex: {
    about: JOBS,
    history: '30B 33G',
    effect: '`spec.backoffLimitPerIndex` and `maxFailedIndexes` of a Job',
  },
  JobSuccessPolicy: { about: JOBS, history: '30a 31B 33G', effect: '`spec.successPolicy` of a Job' },
  JobManagedBy: {
    about: JOBS,
    history: '30a 32B 35G',
    effect: 'a Job with `spec.managedBy` is left to another controller',
  },
  JobPodFailurePolicy: { about: JOBS, history: '30B 31G', effect: '`spec.podFailurePolicy` of a Job' },
  MutablePodResourcesForSuspendedJobs: {
    about: JOBS,
    history: '35a 36B',
    effect: 'the resources of a suspended Job can be changed',
  },
  MutableSchedulingDirectivesForSuspendedJobs: {
    about: JOBS,
    history: '35a 36B',
    effect: 'where the pods of a suspended Job go can be changed, also when it has run before',
  },
  PDBUnhealthyPodEvictionPolicy: {
    about: ['PodDisruptionBudget'],
    history: '30B 31G',
    effect: '`spec.unhealthyPodEvictionPolicy` of a PodDisruptionBudget',
  },
  HPAScaleToZero: {
    about: ['HorizontalPodAutoscaler'],
    history: '30a 37B',
    effect: '`minReplicas: 0` of a HorizontalPodAutoscaler, and the condition ScaledToZero',
  },
  HPAConfigurableTolerance: {
    about: ['HorizontalPodAutoscaler'],
    history: '33a 35B 37G',
    effect: '`tolerance` in the `behavior` of a HorizontalPodAutoscaler',
  },
  SchedulerQueueingHints: {
    history: '30b 32B 34G 37-',
    effect: 'the scheduler tries a pod again only after changes that can help it; without it, after more of them',
  },
  SchedulerPopFromBackoffQ: {
    history: '33B',
    effect: 'an idle scheduler takes pods from its back-off queue',
  },
  SchedulerAsyncPreemption: {
    history: '32a 33B',
    effect: 'the scheduler goes on while the victims of a preemption are being deleted',
  },
  NodeInclusionPolicyInPodTopologySpread: {
    history: '30B 33G',
    effect: '`nodeAffinityPolicy` and `nodeTaintsPolicy` of topology spread constraints',
  },
  MatchLabelKeysInPodTopologySpread: {
    history: '30B',
    effect: '`matchLabelKeys` of topology spread constraints: each revision is spread on its own',
  },
  MatchLabelKeysInPodAffinity: {
    history: '30a 31B 33G',
    effect: '`matchLabelKeys` and `mismatchLabelKeys` of pod affinity and anti-affinity',
  },
  PodLevelResources: {
    history: '32a 34B',
    effect: '`spec.resources` of a pod as a whole takes the place of what its containers ask for',
  },
  SidecarContainers: {
    history: '30B 33G 37-',
    effect: 'init containers with `restartPolicy: Always` are sidecars; without it, the pod waits for their end',
  },
  PodLifecycleSleepAction: { history: '30B 34G', effect: '`preStop.sleep` of containers' },
  KubeletCrashLoopBackOffMax: {
    history: '32a 35B',
    effect: '`max-container-restart-period` of the kubelets, the longest wait of a crash loop, can be set',
  },
  ReduceDefaultCrashLoopBackOffDecay: {
    history: '33a',
    effect: 'containers that keep ending wait 1, 2, 4 … 60 s for their restart, and not 10, 20, 40 … 300 s',
  },
} as const satisfies Record<string, Gate>;

export type FeatureGateName = keyof typeof GATES;

export const FEATURE_GATES = Object.keys(GATES) as readonly FeatureGateName[];

/** Which feature gates are on: the version's defaults, and what the scenario says otherwise. */
export type FeatureGates = Readonly<Record<FeatureGateName, boolean>>;

/** The gates of a version, with some of them set. */
export function featureGates(version: Omit<VersionProfile, 'text'>, set: Partial<FeatureGates> = {}): FeatureGates {
  const defaults = FEATURE_GATES.map((name): [FeatureGateName, boolean] => [name, isOnByDefault(name, version)]);
  return { ...(Object.fromEntries(defaults) as Record<FeatureGateName, boolean>), ...set };
}

/** What is gone is on for good: gates are removed some versions after they were locked. */
function isOnByDefault(name: FeatureGateName, version: Omit<VersionProfile, 'text'>): boolean {
  const stage = stageAt(GATES[name].history, version);
  return stage === 'removed' || (stage !== 'unborn' && stage.isOn);
}

/** Where a gate of this history is in this version. */
export function stageAt(history: string, version: Omit<VersionProfile, 'text'>): GateStage | 'unborn' | 'removed' {
  const { minor, patch = Number.POSITIVE_INFINITY } = version;
  const reached = entriesOf(history).filter(
    (entry) => entry.minor < minor || (entry.minor === minor && entry.patch <= patch),
  );
  const letter = reached.at(-1)?.letter;
  if (letter === undefined) return 'unborn';
  if (letter === '-') return 'removed';
  return {
    stage: STAGES[letter.toUpperCase()]!,
    isOn: letter !== 'D' && letter !== letter.toLowerCase(),
    isLocked: letter === 'G',
  };
}

const STAGES: Readonly<Record<string, GateStage['stage']>> = { A: 'alpha', B: 'beta', G: 'GA', D: 'deprecated' };

function entriesOf(history: string): { readonly minor: number; readonly patch: number; readonly letter: string }[] {
  const entries = history.split(' ').filter((text) => text !== '');
  return entries.map((text) => {
    const [, minor, patch, letter] = /^(\d+)(?:\.(\d+))?([aAbBGD-])$/.exec(text)!;
    return { minor: Number(minor), patch: Number(patch ?? 0), letter: letter! };
  });
}

/** Of a gate that changes decisions here; empty for one that no release has. */
export function gateHistory(name: FeatureGateName): string {
  return GATES[name].history;
}

/** The first minor version with a gate of this history; undefined for one that all have that are played. */
export function knownSince(history: string): number | undefined {
  const first = entriesOf(history)[0]?.minor;
  return first === undefined || first <= 30 ? undefined : first;
}

/** The last minor version with a gate of this history; undefined for one that the newest has. */
export function knownUntil(history: string): number | undefined {
  const last = entriesOf(history).at(-1);
  return last?.letter === '-' ? last.minor - 1 : undefined;
}

/** What a gate does here when it is on. */
export function gateEffect(name: FeatureGateName): string {
  return GATES[name].effect;
}

/** Kinds of object that a gate is about; empty: pods of any kind. */
export function gateKinds(name: FeatureGateName): readonly SimulatedKind[] {
  const gate: Gate = GATES[name];
  return gate.about ?? [];
}

/** What to tell users who turned the gate on; undefined for gates that some release has. */
export function experimentalNote(name: FeatureGateName): string | undefined {
  const gate: Gate = GATES[name];
  return gate.experimental;
}

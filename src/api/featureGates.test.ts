import { describe, expect, it } from 'vitest';
import { FEATURE_GATES, featureGates, gateHistory, knownSince, knownUntil, stageAt } from './featureGates.ts';
import { OTHER_GATES, UNRELATED_GATES } from './otherGates.ts';

const VERSIONS = [30, 31, 32, 33, 34, 35, 36, 37];

/** As the table of upstream's versioned list: `-` for none, small letters for off by default. */
const TABLE: Readonly<Record<string, string>> = {
  LogarithmicScaleDown: 'B G G G G G G G',
  PodDeletionCost: 'B B B B B B B B',
  DeploymentReplicaSetTerminatingReplicas: '- - - a a B B B',
  MaxUnavailableStatefulSet: 'a a a a a b b B',
  StatefulSetStartOrdinal: 'B G G G G G G G',
  StatefulSetAutoDeletePVC: 'B B G G G G G G',
  StaleControllerConsistencyJob: '- - - - - - B B',
  JobPodReplacementPolicy: 'B B B B G G G G',
  JobBackoffLimitPerIndex: 'B B B G G G G G',
  JobSuccessPolicy: 'a B B G G G G G',
  JobManagedBy: 'a a B B B G G G',
  JobPodFailurePolicy: 'B G G G G G G G',
  MutablePodResourcesForSuspendedJobs: '- - - - - a B B',
  PDBUnhealthyPodEvictionPolicy: 'B G G G G G G G',
  HPAConfigurableTolerance: '- - - a a B B G',
  HPAScaleToZero: 'a a a a a a a B',
  SchedulerQueueingHints: 'b b B B G G G gone',
  SchedulerPopFromBackoffQ: '- - - B B B B B',
  SchedulerAsyncPreemption: '- - a B B B B B',
  NodeInclusionPolicyInPodTopologySpread: 'B B B G G G G G',
  MatchLabelKeysInPodTopologySpread: 'B B B B B B B B',
  MatchLabelKeysInPodAffinity: 'a B B G G G G G',
  PodLevelResources: '- - a a B B B B',
  SidecarContainers: 'B B B G G G G gone',
  PodLifecycleSleepAction: 'B B B B G G G G',
  ReduceDefaultCrashLoopBackOffDecay: '- - - a a a a a',
};

function cell(history: string, minor: number): string {
  const stage = stageAt(history, { minor });
  if (stage === 'unborn') return '-';
  if (stage === 'removed') return 'gone';
  if (stage.isLocked) return 'G';
  return stage.stage === 'beta' ? (stage.isOn ? 'B' : 'b') : stage.isOn ? 'A' : 'a';
}

describe('feature gates', () => {
  it.each(Object.entries(TABLE))('%s is in each version where upstream has it', (name, row) => {
    const history = gateHistory(name as (typeof FEATURE_GATES)[number]);
    expect(VERSIONS.map((minor) => cell(history, minor)).join(' ')).toBe(row);
  });

  it('go by the patch where that matters', () => {
    const isOn = (patch?: number) => featureGates({ minor: 35, ...(patch === undefined ? {} : { patch }) });
    expect([0, 3, 4, 9, undefined].map((patch) => isOn(patch).MaxUnavailableStatefulSet)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it('that are gone stay on', () => {
    expect(featureGates({ minor: 37 })).toMatchObject({ SidecarContainers: true, SchedulerQueueingHints: true });
  });

  it('can be asked for their first and last version', () => {
    expect([knownSince('33a 35B'), knownSince('30a'), knownUntil('30B 37-'), knownUntil('30B')]).toEqual([
      33,
      undefined,
      36,
      undefined,
    ]);
  });

  it('stand in one list only', () => {
    const all = [...FEATURE_GATES, ...OTHER_GATES.keys(), ...UNRELATED_GATES];
    expect(new Set(all).size).toBe(all.length);
    expect([...OTHER_GATES.values()].map(({ history }) => stageAt(history, { minor: 37 }))).not.toContain('unborn');
  });
});

import type { SimulatedKind } from './types.ts';

/** What changed between versions without a feature gate, as far as it decides something here. */
export interface VersionChange {
  /** Minor version from which it holds. */
  readonly since: number;
  readonly what: string;
  /** Kinds that it is about; left out: pods of any kind. */
  readonly about?: readonly SimulatedKind[];
}

/** By version. */
export const VERSION_CHANGES: readonly VersionChange[] = [
  {
    since: 31,
    what: 'a Job says that it will fail or complete, and does so when its pods are gone',
    about: ['Job', 'CronJob'],
  },
  { since: 32, what: 'scaling events read "from 3 to 4"', about: ['Deployment'] },
  {
    since: 32,
    what: 'restarts of sidecars break a tie over which pods of a ReplicaSet go first',
    about: ['Deployment', 'ReplicaSet'],
  },
  { since: 32, what: 'a node may be silent for 50 s before it is given up; before, 40 s' },
  { since: 33, what: 'pods without requests get no score for balanced allocation' },
  {
    since: 33,
    what: 'a DaemonSet holds a changed node against the pods that it has; before, against what it was',
    about: ['DaemonSet'],
  },
  {
    since: 34,
    what: 'a Job reports its active pods also while it waits with the next ones',
    about: ['Job', 'CronJob'],
  },
  {
    since: 34,
    what: 'minReadySeconds are over when they are over; before, a ReplicaSet looks a second later and again with each ready pod, which can cost whole waves',
    about: ['Deployment', 'ReplicaSet'],
  },
  { since: 34, what: 'messages on resources and taints of nodes, and which nodes preemption is tried on' },
  { since: 35, what: '`status.nominatedNodeName` is cleared by the binding' },
  {
    since: 35,
    what: 'pods of a StatefulSet are unavailable until minReadySeconds are over; before, until they are ready',
    about: ['StatefulSet'],
  },
  { since: 36, what: 'balanced allocation scores the change that a pod makes; before, what comes of it' },
  { since: 36, what: 'a suspended Job has no start time', about: ['Job', 'CronJob'] },
  { since: 36, what: "images of volumes count in ImageLocality's score; from 1.37 on also in what it is measured by" },
  {
    since: 36,
    what: "a pod that others' anti-affinity keeps away is tried again when one of those goes; in 1.32 to 1.35, five minutes later",
  },
  {
    since: 37,
    what: 'with maxUnavailable, a Parallel StatefulSet replaces pods that are unavailable anyway beyond it',
    about: ['StatefulSet'],
  },
  {
    since: 37,
    what: 'a StatefulSet with OnDelete takes over the update revision when all pods have it',
    about: ['StatefulSet'],
  },
  {
    since: 37,
    what: 'a new HorizontalPodAutoscaler, or one with a new spec, is looked at at once; before, after 15 s',
    about: ['HorizontalPodAutoscaler'],
  },
  { since: 37, what: 'FailedScheduling tells which node preemption has chosen' },
  {
    since: 37,
    what: 'a pod with several terms of anti-affinity is tried again when a pod goes that matches one of them; before, all',
  },
];

/** What came with the versions after the first, up to the second, whichever of them is newer. */
export function changesBetween(one: number, other: number): VersionChange[] {
  const [older, newer] = one < other ? [one, other] : [other, one];
  return VERSION_CHANGES.filter(({ since }) => since > older && since <= newer);
}

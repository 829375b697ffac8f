/** Columns of pods. */
import type { Cluster } from '../../../cluster/cluster.ts';
import type { ContainerStatus } from '../../../cluster/podStatus.ts';
import { POD_FINISHED, POD_READY, POD_TERMINATING } from '../../../cluster/podTable.ts';
import { phaseOf } from '../fieldSelector.ts';
import { podConditions } from '../podConditions.ts';
import { reportedStatus } from '../podState.ts';
import { ageOf, type Columns, NONE } from './columns.ts';

/** Addresses are not simulated. */
export const podColumns: Columns = {
  names: ['READY', 'STATUS', 'RESTARTS', 'AGE'],
  wideNames: ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
  cells: (cluster, { key: pod }) => {
    const { pods, nodes } = cluster;
    const { ready, total, reason, restarts } = summaryOf(cluster, pod);
    const node = pods.node[pod]!;
    const nominated = cluster.nominatedNodeOf(pod);
    return [
      `${ready}/${total}`,
      reason,
      restarts,
      ageOf(cluster, pods.createdMicros[pod]!),
      NONE,
      node === -1 ? NONE : nodes.names[node]!,
      nominated === -1 ? NONE : nodes.names[nominated]!,
      NONE,
    ];
  },
};

interface PodSummary {
  readonly ready: number;
  /** Sidecars count too. */
  readonly total: number;
  readonly reason: string;
  readonly restarts: string;
}

/** Upstream's `printPod`, which looks at init containers first and at the others when those are done. */
function summaryOf(cluster: Cluster, pod: number): PodSummary {
  const { initContainers, containers } = cluster.templateOf(pod).spec;
  const status = reportedStatus(cluster, pod);
  const sidecars = new Set(initContainers.filter(({ isSidecar }) => isSidecar).map(({ name }) => name));
  const opening = initReason(status.initContainers, sidecars, initContainers.length);
  const passedInit = status.initContainers.slice(0, opening?.at);
  const readySidecars = passedInit.filter(({ name, started, ready }) => sidecars.has(name) && started && ready).length;
  const total = containers.length + sidecars.size;
  if (opening !== undefined && !isInitialized(cluster, pod)) {
    const seen = status.initContainers.slice(0, opening.at + 1);
    const reason = lastReason(cluster, pod, opening.reason);
    return { ready: readySidecars, total, reason, restarts: restartsOf(cluster, seen) };
  }
  const counted = [...status.initContainers.filter(({ name }) => sidecars.has(name)), ...status.containers];
  const isReady = ({ state, ready }: ContainerStatus) => state === 'running' && ready;
  const ready = readySidecars + status.containers.filter(isReady).length;
  const reason = containersReason(cluster, pod, opening?.reason ?? baseReason(cluster, pod), status.containers);
  return { ready, total, reason: lastReason(cluster, pod, reason), restarts: restartsOf(cluster, counted) };
}

/** The first init container that is not done, and what is said of it. */
function initReason(
  statuses: readonly ContainerStatus[],
  sidecars: ReadonlySet<string>,
  count: number,
): { readonly at: number; readonly reason: string } | undefined {
  for (const [at, container] of statuses.entries()) {
    if (container.state === 'terminated' && container.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started) continue;
    const { state, reason, exitCode } = container;
    if (state === 'terminated') return { at, reason: `Init:${reason || `ExitCode:${exitCode}`}` };
    const isBlocked = state === 'waiting' && reason !== '' && reason !== 'PodInitializing';
    return { at, reason: isBlocked ? `Init:${reason}` : `Init:${at}/${count}` };
  }
  return undefined;
}

function isInitialized(cluster: Cluster, pod: number): boolean {
  return podConditions(cluster, pod).some(({ type, status }) => type === 'Initialized' && status === 'True');
}

function baseReason(cluster: Cluster, pod: number): string {
  const isGated = podConditions(cluster, pod).some(({ reason }) => reason === 'SchedulingGated');
  if (isGated) return 'SchedulingGated';
  return reportedStatus(cluster, pod).reason || phaseOf(cluster.pods.state[pod]!);
}

/** The first of the containers that has something to say has the word. */
function containersReason(cluster: Cluster, pod: number, before: string, statuses: readonly ContainerStatus[]): string {
  const telling = statuses.find(
    ({ state, reason }) => state === 'terminated' || (state === 'waiting' && reason !== ''),
  );
  if (telling === undefined) return before;
  const reason = telling.reason || `ExitCode:${telling.exitCode}`;
  const hasRunning = statuses.some(({ state, ready }) => state === 'running' && ready);
  if (reason !== 'Completed' || !hasRunning) return reason;
  return (cluster.pods.state[pod]! & POD_READY) !== 0 ? 'Running' : 'NotReady';
}

/** A pod that is being deleted shows it until it has finished. */
function lastReason(cluster: Cluster, pod: number, reason: string): string {
  const state = cluster.pods.state[pod]!;
  return (state & POD_TERMINATING) !== 0 && (state & POD_FINISHED) === 0 ? 'Terminating' : reason;
}

/** `3 (10s ago)` */
function restartsOf(cluster: Cluster, statuses: readonly ContainerStatus[]): string {
  let restarts = 0;
  let lastMicros = -1;
  for (const { restartCount, finishedMicros } of statuses) {
    restarts += restartCount;
    if (restartCount > 0) lastMicros = Math.max(lastMicros, finishedMicros);
  }
  return restarts === 0 || lastMicros === -1 ? String(restarts) : `${restarts} (${ageOf(cluster, lastMicros)} ago)`;
}

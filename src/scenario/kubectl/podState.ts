/** What the API server has of a pod's status, also where the kubelet reported nothing beyond the phase. */
import type { Container } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { ContainerStatus, PodStatus } from '../../cluster/podStatus.ts';
import { POD_BOUND, POD_FAILED, POD_READY, POD_RUNNING, POD_SUCCEEDED } from '../../cluster/podTable.ts';
import type { Micros } from '../../kernel/time.ts';

/**
 * The kubelet's report, or what the phase of a pod without one says of its containers: nothing before a kubelet has seen
 * the pod, and nothing where something else than its containers failed it.
 */
export function reportedStatus(cluster: Cluster, pod: number): PodStatus {
  const reported = cluster.podStatus(pod);
  if (reported !== undefined) return reported;
  const state = cluster.pods.state[pod]!;
  if ((state & POD_BOUND) === 0 || (state & POD_FAILED) !== 0) return NOTHING;
  const { initContainers, containers } = cluster.templateOf(pod).spec;
  const finishedMicros = cluster.pods.finishedMicros[pod]!;
  const waitsFor = initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  return {
    ...NOTHING,
    initContainers: initContainers.map((one) => initContainerStatus(one, state, finishedMicros)),
    containers: containers.map(({ name }) => containerStatus(name, state, finishedMicros, waitsFor)),
  };
}

const NOTHING: PodStatus = { initContainers: [], containers: [], reason: '', message: '' };

function containerStatus(name: string, state: number, finishedMicros: Micros, waitsFor: string): ContainerStatus {
  if ((state & POD_SUCCEEDED) !== 0) return completed(name, finishedMicros);
  return (state & POD_RUNNING) !== 0 ? running(name, (state & POD_READY) !== 0) : waiting(name, waitsFor);
}

function initContainerStatus({ name, isSidecar }: Container, state: number, finishedMicros: Micros): ContainerStatus {
  if ((state & (POD_RUNNING | POD_SUCCEEDED)) === 0) return waiting(name, 'PodInitializing');
  if (isSidecar && (state & POD_RUNNING) !== 0) return running(name, (state & POD_READY) !== 0);
  return { ...completed(name, finishedMicros), ready: true };
}

const NEVER_ENDED = { exitCode: -1, restartCount: 0, finishedMicros: -1 } as const;

function waiting(name: string, reason: string): ContainerStatus {
  return { name, state: 'waiting', reason, ready: false, started: false, ...NEVER_ENDED };
}

function running(name: string, ready: boolean): ContainerStatus {
  return { name, state: 'running', reason: '', ready, started: true, ...NEVER_ENDED };
}

function completed(name: string, finishedMicros: Micros): ContainerStatus {
  const ended = { state: 'terminated', reason: 'Completed', exitCode: 0, finishedMicros } as const;
  return { name, ...ended, ready: false, started: false, restartCount: 0 };
}

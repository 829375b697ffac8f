import type { CriticalPathPhase } from '../result.ts';

interface Wait {
  readonly phase: CriticalPathPhase;
  /** What was waited for, in words. */
  readonly words: string;
}

function wait(phase: CriticalPathPhase, words: string): Wait {
  return { phase, words };
}

const A_STEP = wait('operator', 'the next step of the scenario');
const KUBECTL = wait('operator', 'kubectl');
const NODES = wait('capacityWait', 'new nodes');
const SILENCE = wait('nodeFailure', 'the control plane finds out that a node is silent, or back');
const REPORT = wait('controller', "the kubelet's report reaches the API server");
const SCHEDULER = wait('scheduling', 'the scheduler');

/** Handlers and links that stand for themselves. */
const BY_NAME: Readonly<Record<string, Wait>> = {
  'watch/pod': wait('controller', 'informers hear of it'),
  'watch/object': wait('controller', 'informers hear of it'),
  'watch/nomination': wait('controller', 'informers hear of it'),
  'kube-apiserver/served': wait('controller', 'the API server has other writes to serve'),
  'steps/begin': A_STEP,
  'kubectl/request': KUBECTL,
  'kubectl/timer': KUBECTL,
  'kubectl/eviction-retry': wait('disruptionBudget', 'a PodDisruptionBudget lets the eviction through'),
  'kubelet/sync': wait('start', 'the kubelet takes the pod up'),
  'kubelet/image': wait('imagePull', 'the image is pulled'),
  'kubelet/image-pulled': wait('imagePull', 'the image is pulled'),
  'kubelet/transfer': wait('imagePull', 'the image is pulled'),
  'kubelet/pod-due/image': wait('imagePull', 'the image is pulled'),
  'kubelet/started-due': wait('start', 'containers start'),
  'kubelet/pod-due/start': wait('start', 'containers start'),
  'kubelet/ready-due': wait('readiness', 'the pod gets ready'),
  'kubelet/pod-due/readiness': wait('readiness', 'the pod gets ready'),
  'kubelet/unready-due': wait('readiness', 'the pod is no longer ready'),
  'kubelet/pod-due/restart': wait('restartBackOff', 'a container fails, or may be started again'),
  'kubelet/failed-due': wait('restartBackOff', 'the pod fails'),
  'kubelet/deadline-due': wait('restartBackOff', 'the pod exceeds its activeDeadlineSeconds'),
  'kubelet/gone-due': wait('termination', 'containers stop'),
  'kubelet/pod-due/termination': wait('termination', 'containers stop'),
  'kubelet/started': REPORT,
  'kubelet/ready': REPORT,
  'kubelet/unready': REPORT,
  'kubelet/failed': REPORT,
  'kubelet/gone': REPORT,
  'kubelet/pod-status': REPORT,
  'kubelet/node-status': REPORT,
  'kubelet/node-images': REPORT,
  'kubelet/node-images-due': wait('controller', 'the kubelet reports its images'),
  'kubelet/client': wait('apiLimit', "a token of the kubelet's client"),
  'failures/fail': wait('nodeFailure', 'a node fails'),
  'failures/recover': wait('nodeFailure', 'a node is repaired'),
  'node-controller/monitor-pass': SILENCE,
  'node-controller/tainting-pass': wait('nodeFailure', 'the silent node is tainted'),
  'taint-eviction-controller/evict': wait('nodeFailure', 'the pod tolerates the taint of its node no longer'),
  'pod-garbage-collector/gc': wait('nodeFailure', 'pods without a node are collected'),
  'daemonset-controller/failed-pods': wait('restartBackOff', 'a pod that failed may be replaced'),
  'resourcequota-controller/resync': wait('quotaBackOff', 'the quota is counted anew'),
  'cluster-autoscaler/scan': NODES,
  'cluster-autoscaler/node': NODES,
  'cluster-autoscaler/give-up': NODES,
};

/** What every controller has, by what stands behind its name. */
const BY_SUFFIX: Readonly<Record<string, Wait>> = {
  limiter: wait('apiLimit', 'a token of its client'),
  events: wait('controller', 'its events are written'),
  worker: wait('controller', 'a worker takes it up'),
  request: wait('controller', 'the API server answers'),
  timer: wait('controller', 'a pause of its own'),
  addAfter: wait('controller', 'it looks again'),
  'quota-retry': wait('quotaBackOff', 'the back-off after a quota refused a pod'),
  'min-ready': wait('minReady', 'pods are ready for minReadySeconds'),
};

/** What the scheduler has beside a client. */
const SCHEDULER_PREFIX = 'scheduler/';

function waitOf(handlerName: string): Wait {
  const suffix = handlerName.slice(handlerName.lastIndexOf('/') + 1);
  if (suffix === 'limiter') return BY_SUFFIX[suffix]!;
  if (handlerName.startsWith(SCHEDULER_PREFIX)) return SCHEDULER;
  const found = BY_NAME[handlerName] ?? BY_SUFFIX[suffix];
  if (found === undefined) throw new Error(`No phase of the critical path is known for events of ${handlerName}`);
  return found;
}

/**
 * The phase to which the time before an event belongs, from what caused it.
 *
 * @throws Error for a handler that nobody has thought of: there is no phase for the rest
 */
export function phaseOf(handlerName: string): CriticalPathPhase {
  return waitOf(handlerName).phase;
}

/** What was waited for before an event, in words. */
export function wordsOf(handlerName: string): string {
  return waitOf(handlerName).words;
}

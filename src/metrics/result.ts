import type { FollowResult, PodExplanation } from './decisions.ts';
import type { RolloutTimeline } from './timelineResult.ts';

/** How a rollout ended. */
export type RolloutOutcome = 'complete' | 'stalled' | 'superseded' | 'unfinished';

/** Percentiles over pods. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/**
 * What a rollout waits for. `controller`: watches, queues, workers and requests of the control plane's components;
 * `apiLimit`: the client-side rate limits of these; `scheduling`: the scheduler; `capacityWait`: room on the nodes;
 * `imagePull`; `start`: containers that come up; `readiness`: probes; `minReady`: minReadySeconds; `termination`: pods that
 * go; `quotaBackOff`: retries after a refusal by a quota; `disruptionBudget`: retries after a refusal by a
 * PodDisruptionBudget; `restartBackOff`: containers that failed; `nodeFailure`: silent nodes, up to the moment in which the
 * control plane acts on them; `operator`: steps of the scenario, pauses included.
 */
export const CRITICAL_PATH_PHASES = [
  'controller',
  'apiLimit',
  'scheduling',
  'capacityWait',
  'imagePull',
  'start',
  'readiness',
  'minReady',
  'termination',
  'quotaBackOff',
  'disruptionBudget',
  'restartBackOff',
  'nodeFailure',
  'operator',
] as const;

export type CriticalPathPhase = (typeof CRITICAL_PATH_PHASES)[number];

/** One stretch of the chain from a rollout's start to its completion; links are in order of time and leave no gap. */
export interface CriticalPathLink {
  readonly phase: CriticalPathPhase;
  /** What waited: `pod/web-…`, `deployment/web`, a client, a step. */
  readonly subject: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** What it waited for, in words. */
  readonly detail: string;
}

/** The chain of one rollout. */
export interface RolloutExplanation {
  readonly workload: string;
  readonly startSeconds: number;
  /** Empty unless the rollout completed. */
  readonly chain: readonly CriticalPathLink[];
  /** Why there is no chain, and what the rollout waits for where that can be told; empty for a complete rollout. */
  readonly standing: string;
}

/** A time in which a place of a StatefulSet or DaemonSet had no available pod. */
export interface UnavailableSpan {
  /** Name of the StatefulSet's pod, or of the node. */
  readonly place: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * One rollout: from a change of the pod template of a Deployment, StatefulSet or DaemonSet to the moment in which
 * `kubectl rollout status` would say that it is done. All times are simulated seconds.
 */
export interface RolloutResult {
  /** `deployment/web`, `statefulset/db`; with its namespace in front, `shop/deployment/web`, where that is not `default`. */
  readonly workload: string;
  /**
   * Of a Deployment the revision annotation, as text since it may pass 2^53; of a StatefulSet or DaemonSet the name of the
   * ControllerRevision.
   */
  readonly revision: string;
  /** `create`: the workload's first; `update`: a later change. */
  readonly cause: 'create' | 'update';
  readonly outcome: RolloutOutcome;
  readonly startSeconds: number;
  /**
   * `spec.replicas`, or the eligible nodes of a DaemonSet, at the end of the rollout; a warning of the run tells when it
   * changed on the way.
   */
  readonly desiredReplicas: number;
  /** Template change to completion; null unless complete. */
  readonly durationSeconds: number | null;
  /**
   * Seconds of durationSeconds by phase, all phases present: what the chain of causes from the start to the completion
   * spent where. They add up to durationSeconds to the microsecond. Null unless complete.
   */
  readonly criticalPathSeconds: Readonly<Record<CriticalPathPhase, number>> | null;
  /**
   * Fewest available pods: Ready for the workload's minReadySeconds and not terminating, as the API server has them. Of
   * this and the other extremes, what holds at the start counts, and also what lasts less than a microsecond.
   */
  readonly availableMin: number;
  /** Weighted by time. */
  readonly availableMean: number;
  /** Integral of max(0, desired - available), each as they were at the moment. */
  readonly unavailablePodSeconds: number;
  /** Most pods at once, terminating ones left out. */
  readonly podsMax: number;
  readonly podsMaxWithTerminating: number;
  /** Requests of all existing pods, terminating ones included, at their peak: cores. */
  readonly requestedCpuMax: number;
  /** The same for memory: bytes. */
  readonly requestedMemoryMax: number;
  /** Integral of max(0, existing pods, terminating included - desired). */
  readonly surgePodSeconds: number;
  /**
   * Longest time between two signs of progress, to hold against progressDeadlineSeconds. Signs are what the Deployment
   * controller takes for progress: in the status, more updated, fewer old, more ready or more available pods; a
   * ReplicaSet made or found for the template. Start and end bound gaps too; time spent paused belongs to none.
   */
  readonly noProgressMaxSeconds: number;
  readonly progressDeadlineSeconds: number | null;
  /** Created to bound, over the pods made by the rollout; null when none was bound. */
  readonly pendingSeconds: Percentiles | null;
  /** Pods of the rollout that the scheduler could not place at least once. */
  readonly unschedulable: number;
  /** Pods that the scheduler deleted to make room for pods of the rollout. */
  readonly preemptions: number;
  /**
   * Pods of the workload, old ones too, that were taken from it while the rollout lasted by none of its controllers: evicted,
   * preempted, driven away by a taint of their node, or collected after it was gone (condition DisruptionTarget).
   */
  readonly disruptions: number;
  /** Of an update of a StatefulSet or DaemonSet: what was unavailable when, by its beginning. */
  readonly unavailable?: readonly UnavailableSpan[];
}

/** How a Job ended. */
export type JobOutcome = 'complete' | 'failed' | 'deleted' | 'suspended' | 'unfinished';

/** One Job. All times are simulated seconds. */
export interface JobResult {
  /** `job/batch`; with its namespace in front where that is not `default`. */
  readonly job: string;
  /** Name of the CronJob that made it; empty for none. */
  readonly cronJob: string;
  readonly outcome: JobOutcome;
  /** Reason of the condition that ended it: `CompletionsReached`, `BackoffLimitExceeded` …; empty otherwise. */
  readonly reason: string;
  readonly startSeconds: number;
  /** Created to complete or failed; null for neither. */
  readonly durationSeconds: number | null;
  readonly podsCreated: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Most pods at once, terminating ones left out. */
  readonly activeMax: number;
}

/** What the clients of a Service met. Requests go to all ready pods alike. */
export interface ServiceResult {
  /** `service/web`; with its namespace in front where that is not `default`. */
  readonly service: string;
  /** Fewest ready pods behind it, from the moment in which there was one. */
  readonly readyMin: number;
  /** Seconds without any, from then on. */
  readonly unservedSeconds: number;
  /** Share of requests that failed, 0 to 1: at its worst, and weighted by time while there were ready pods. */
  readonly errorShareMax: number;
  readonly errorShareMean: number;
  /** Pod seconds for which the nodes' proxies had an endpoint that no longer served. */
  readonly staleEndpointSeconds: number;
  /** Seconds' worth of requests that went to such endpoints: times requests per second, the number of requests lost. */
  readonly lostRequestSeconds: number;
  /** That number, by `load.requestsPerSecond` of the pods' behavior; null without it. */
  readonly lostRequests: number | null;
  /** Pod seconds that each image served, by image: how the requests were shared out. */
  readonly servedPodSeconds: Readonly<Record<string, number>>;
}

/** What a HorizontalPodAutoscaler asked for over the whole run. */
export interface AutoscalerResult {
  /** `horizontalpodautoscaler/web`; with its namespace in front where that is not `default`. */
  readonly autoscaler: string;
  /** What it scales: `deployment/web`. */
  readonly target: string;
  /** Of the replicas that it asked for, from its first decision on; null without any. */
  readonly desiredMin: number | null;
  readonly desiredMax: number | null;
  /** Weighted by time. */
  readonly desiredMean: number | null;
  readonly desiredAtEnd: number | null;
  /** Changes of the target's replicas. */
  readonly scaleUps: number;
  readonly scaleDowns: number;
  /** Greatest percentage of the requests that it saw used; null where it never saw one. */
  readonly utilizationMax: number | null;
}

export interface ZoneUtilisation {
  /** Empty: nodes without a zone label. */
  readonly zone: string;
  /** At the end of the run. */
  readonly nodes: number;
  readonly podsMax: number;
  readonly cpuMaxShare: number;
  readonly memoryMaxShare: number;
}

/** The cluster over the whole run. */
export interface ClusterResult {
  /** At the end of the run. */
  readonly nodes: number;
  /** Requested of allocatable at the peak over time, all nodes together: 0 to 1. */
  readonly cpuMaxShare: number;
  readonly memoryMaxShare: number;
  /** Weighted by time, over the whole run. */
  readonly cpuMeanShare: number;
  readonly memoryMeanShare: number;
  /** Fullest node at the end minus emptiest, in pods. */
  readonly podSkewAtEnd: number;
  readonly zones: readonly ZoneUtilisation[];
}

/** Nodes that failed over the whole run, and what it cost. */
export interface NodeOutagesResult {
  /** Times that a node fell silent. */
  readonly failed: number;
  /** Times that a silent node came back. */
  readonly returned: number;
  /** Most nodes silent at once. */
  readonly downMax: number;
  /** Integral of the silent nodes. */
  readonly downNodeSeconds: number;
  /** Pods that taints drove away from their nodes, also those that users put. */
  readonly podsEvicted: number;
}

/** Nodes over the whole run, where an autoscaler decides on their number. */
export interface NodeAutoscalingResult {
  /** Times that it asked for nodes. */
  readonly scaleUps: number;
  /** Nodes that it asked for. */
  readonly nodesRequested: number;
  /** Empty nodes that it took away. */
  readonly nodesRemoved: number;
  /** Most nodes at once, those of other pools included. */
  readonly nodesMax: number;
  readonly nodesAtEnd: number;
  /** Integral of the nodes that are there. */
  readonly nodeSeconds: number;
}

/** What the kubelets pulled over the whole run, where the scenario says how images come to nodes. */
export interface ImagePullsResult {
  /** Pulls that ended well, also those that found the image on the node. */
  readonly pulls: number;
  readonly failedPulls: number;
  readonly pulledBytes: number;
  /** From when a pod needed the image to its being there, all pulls that ended well together; queueing is part of it. */
  readonly pullSeconds: number;
  /** The longest of them. */
  readonly pullSecondsMax: number;
}

/** What the scheduler did over the whole run. */
export interface SchedulingResult {
  /** Tries to find a node, by how they ended: `scheduled` and `unschedulableAttempts`. */
  readonly attempts: number;
  /** Pods that it bound to a node. */
  readonly scheduled: number;
  /** Tries that found no node; a pod can have many. */
  readonly unschedulableAttempts: number;
  /** Pods that it deleted to make room for others. */
  readonly preemptions: number;
  /** Created to bound, over the pods that it bound; null when there was none. */
  readonly pendingSeconds: (Percentiles & { readonly max: number }) | null;
}

/** What a step did. */
export interface StepResult {
  /** The command line; absent for a step of another sort. */
  readonly kubectl?: string;
  /** The nodes that joined; absent for a step of another sort. */
  readonly addNodes?: { readonly name: string; readonly count: number };
  /** The pods that were to be created, and how many were; absent for a step of another sort. */
  readonly createPods?: { readonly name: string; readonly count: number; readonly created: number };
  /** Names of the nodes that fell silent; absent for a step of another sort. */
  readonly failNode?: readonly string[];
  /** Names of the nodes that came back; absent for a step of another sort. */
  readonly recoverNode?: readonly string[];
  readonly beganSeconds: number;
  readonly endedSeconds: number;
  /** What kubectl printed. */
  readonly out: string;
  /** Empty when it succeeded. */
  readonly error: string;
  /** Whether it answered as the scenario's `expect` and `expectError` say; absent where they say nothing. */
  readonly held?: boolean;
}

/** Everything that one run yields; a plain object, ready for JSON. */
export interface RunResult {
  readonly scenario: string;
  /** Version of Kubernetes that was played. */
  readonly kubernetes: string;
  readonly seed: number;
  /** `quiet`: nothing could happen any more. */
  readonly end: 'quiet' | 'until' | 'eventLimit';
  readonly simulatedSeconds: number;
  readonly events: number;
  readonly pods: { readonly created: number; readonly maxAtOnce: number };
  readonly rollouts: readonly RolloutResult[];
  readonly jobs: readonly JobResult[];
  readonly services: readonly ServiceResult[];
  readonly autoscalers: readonly AutoscalerResult[];
  readonly cluster: ClusterResult;
  readonly scheduling: SchedulingResult;
  readonly nodeOutages: NodeOutagesResult;
  /** Only where an autoscaler has a pool. */
  readonly nodeAutoscaling?: NodeAutoscalingResult;
  /** Only where the scenario says how images come to nodes. */
  readonly imagePulls?: ImagePullsResult;
  readonly steps: readonly StepResult[];
  /** Things the user should know: a step that ran although not all was ready, pods that no node could take. */
  readonly warnings: readonly string[];
  /** Only where a recording was followed. */
  readonly follow?: FollowResult;
  /** Only where they were asked for: the pods of each workload over time, in the order of the workloads' creation. */
  readonly timelines?: readonly RolloutTimeline[];
  /** Only where pods were to be explained, in that order. */
  readonly explanations?: readonly PodExplanation[];
  /** Only where rollouts were to be explained; in the order of their starts. */
  readonly rolloutExplanations?: readonly RolloutExplanation[];
}

/** A step that was a kubectl command. */
export type KubectlResult = StepResult & { readonly kubectl: string };

export function isKubectlStep(step: StepResult): step is KubectlResult {
  return step.kubectl !== undefined;
}

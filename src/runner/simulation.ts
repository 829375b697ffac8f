import type { InputError } from '../api/errors.ts';
import type { Manifest } from '../api/types.ts';
import { ApiClient, Cluster, ProcessRunner } from '../cluster/index.ts';
import { ClusterAutoscaler } from '../controllers/clusterautoscaler/controller.ts';
import { type ControllerContext, createClient, startControllers } from '../controllers/index.ts';
import { Kernel, type Micros, type RunEnd } from '../kernel/index.ts';
import { BehaviorTable, crashLoopBackOff, Kubelets, PodUsage } from '../kubelet/index.ts';
import {
  AutoscalerObserver,
  ClusterUsage,
  CriticalPath,
  EventLog,
  JobObserver,
  type LogLine,
  NodeAutoscalingObserver,
  NodeOutageObserver,
  PodCounts,
  RolloutExplainer,
  RolloutObserver,
  type RunResult,
  SchedulingObserver,
  ServiceObserver,
  type StepResult,
  TimelineObserver,
} from '../metrics/index.ts';
import { addExistingState } from '../scenario/existing/index.ts';
import { createNodes } from '../scenario/nodes.ts';
import { type StepOutcome, StepPlayer } from '../scenario/steps.ts';
import type { Scenario } from '../scenario/types.ts';
import { Place, profilesOf, Scheduler } from '../scheduler/index.ts';
import { type DecisionOptions, Decisions } from './decisions/index.ts';
import { ErrorRates } from './errorRates.ts';
import { refuseUnknownRollouts } from './explainedRollouts.ts';
import { foreignJobs } from './foreignJobs.ts';
import { idleAutoscalers } from './idleAutoscalers.ts';
import { idleCronJobs } from './idleCronJobs.ts';
import { Latencies } from './latencies.ts';
import { NodeFailures } from './nodeFailures.ts';
import { nodeGroups } from './nodeGroups.ts';
import { PendingPods } from './pendingPods.ts';
import { isEverythingReady, LongUnready } from './readiness.ts';
import { RefusedPods } from './refusedPods.ts';

/** A run that has not ended after this many events is cut off: something feeds itself. */
export const DEFAULT_MAX_EVENTS = 1_000_000_000;

export interface SimulationOptions extends DecisionOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Receives the event log, line by line; without it no log is made. */
  readonly onLogLine?: (line: LogLine) => void;
  readonly maxEvents?: number;
  /** Keeps the pods of each workload over time. */
  readonly timeline?: boolean;
  /** Workloads whose rollouts are explained, with `NAMESPACE/` in front where need be. */
  readonly explainRollouts?: readonly string[];
}

/**
 * Plays a scenario once, in virtual time.
 *
 * @throws InputError for a step that cannot be taken, such as one that names an object that does not exist.
 */
export function runScenario(options: SimulationOptions): RunResult {
  return new Simulation(options).run();
}

/** A cluster with its control plane, nodes, operator and observers: everything that one run needs. */
class Simulation {
  private readonly options: SimulationOptions;
  private readonly kernel = new Kernel({ recordCauses: true });
  private readonly cluster: Cluster;
  private readonly latencies: Latencies;
  private readonly player: StepPlayer;
  private readonly criticalPath: CriticalPath;
  private readonly rolloutExplainer: RolloutExplainer | undefined;
  private readonly rollouts: RolloutObserver;
  private readonly jobs: JobObserver;
  private readonly errorRates: ErrorRates;
  private readonly services: ServiceObserver;
  private readonly autoscalers: AutoscalerObserver;
  private readonly podUsage: PodUsage;
  private readonly usage: ClusterUsage;
  private readonly scheduling: SchedulingObserver;
  private readonly outages: NodeOutageObserver;
  private readonly podCounts: PodCounts;
  private readonly steps: StepResult[] = [];
  private readonly warnings: string[] = [];
  private readonly pending: PendingPods;
  private readonly refused: RefusedPods;
  private readonly kubelets: Kubelets;
  private readonly scheduler: Scheduler;
  private readonly decisions: Decisions | undefined;
  private readonly timeline: TimelineObserver | undefined;
  private readonly nodeAutoscaling: NodeAutoscalingObserver | undefined;
  private readonly clusterAutoscaler: ClusterAutoscaler | undefined;
  private readonly longUnready: LongUnready;
  private lastStepMicros: Micros = 0;
  private stepError: InputError | undefined;

  constructor(options: SimulationOptions) {
    const { scenario, seed } = options;
    const { kernel } = this;
    const { controlPlane, kubernetes } = scenario;
    this.options = options;
    const { apiServiceMicros, watchMicros, kubeletSyncMicros } = controlPlane.latency;
    const latencies = new Latencies(controlPlane.latency, seed);
    this.latencies = latencies;
    const apiServer = {
      get latencyMicros() {
        return latencies.apiMicros;
      },
      serviceMicros: apiServiceMicros,
    };
    const cluster = new Cluster(kernel, {
      seed,
      watchMicros,
      ...(latencies.drawWatch && { drawWatch: latencies.drawWatch }),
      apiServer,
      minorVersion: kubernetes.minor,
      gates: scenario.gates,
      changes: scenario.changes,
    });
    this.cluster = cluster;
    for (const [namespace, labels] of scenario.namespaces) cluster.setNamespaceLabels(namespace, labels);
    for (const [node, limits] of scenario.volumeLimits) cluster.volumeLimits.set(node, limits);
    const { explainRollouts } = options;
    this.criticalPath = new CriticalPath({ kernel, cluster, keepsNames: explainRollouts !== undefined });
    this.rolloutExplainer = explainRollouts && new RolloutExplainer(cluster, this.criticalPath, explainRollouts);
    this.rollouts = this.observeRollouts();
    this.jobs = new JobObserver(cluster);
    this.errorRates = new ErrorRates(scenario.behavior, new BehaviorTable(cluster, scenario.behavior));
    this.services = new ServiceObserver(cluster, {
      errorRateOf: (pod) => this.errorRates.of(pod),
      requestRateOf: (pod) => this.errorRates.requestRateOf(pod),
      proxyMicros: scenario.controlPlane.latency.proxyMicros,
    });
    this.autoscalers = new AutoscalerObserver(cluster);
    this.usage = new ClusterUsage({ kernel, cluster });
    this.scheduling = new SchedulingObserver(cluster.pods);
    this.outages = new NodeOutageObserver(kernel, cluster);
    this.podCounts = new PodCounts(cluster);
    this.pending = new PendingPods(
      cluster,
      scenario.scheduler.profiles.map(({ schedulerName }) => schedulerName),
    );
    this.refused = new RefusedPods(cluster);
    const isWatched = options.follow !== undefined || options.explain !== undefined;
    this.decisions = isWatched ? new Decisions(kernel, cluster, options) : undefined;
    this.timeline = options.timeline ? this.createTimeline() : undefined;
    const log = this.createLog();
    this.podUsage = new PodUsage(cluster, scenario.behavior);
    const podMetrics = this.podUsage;
    const context = { kernel, cluster, controlPlane, version: kubernetes, gates: scenario.gates, podMetrics };
    startControllers(context);
    this.scheduler = new Scheduler({
      kernel,
      cluster,
      client: createClient(context, 'scheduler', controlPlane.kubeScheduler),
      get cycleMicros() {
        return latencies.schedulingCycleMicros;
      },
      version: kubernetes,
      gates: scenario.gates,
      profiles: profilesOf(scenario.scheduler),
      backoff: scenario.scheduler.backoff,
      onFailedScheduling: (pod, message) => this.recordFailedScheduling(pod, message),
      onScheduled: (pod) => {
        this.scheduling.podScheduled(pod, kernel.nowMicros);
        cluster.apiServer.load();
      },
      onPreempted: (_victim, preemptor) => {
        this.scheduling.podPreempted();
        this.rollouts.podPreempts(preemptor);
      },
      ...(this.decisions && {
        onDecision: this.decisions.decide.bind(this.decisions),
        preferredNode: this.decisions.preferredNode.bind(this.decisions),
      }),
    });
    this.kubelets = new Kubelets({
      kernel,
      cluster,
      behavior: scenario.behavior,
      get syncMicros() {
        return latencies.kubeletSyncMicros;
      },
      typicalSyncMicros: kubeletSyncMicros,
      limits: controlPlane.kubelet,
      ...(scenario.imagePulls && { imagePulls: scenario.imagePulls }),
      restartBackOff: crashLoopBackOff(
        scenario.gates.ReduceDefaultCrashLoopBackOffDecay,
        controlPlane.kubelet.maxContainerRestartMicros,
      ),
    });
    new NodeFailures(kernel, cluster, scenario.failures, this.kubelets);
    if (scenario.pools.some(({ autoscale }) => autoscale !== undefined)) {
      this.nodeAutoscaling = new NodeAutoscalingObserver(cluster);
      this.clusterAutoscaler = this.startAutoscaler(context, this.nodeAutoscaling);
    }
    createNodes(cluster, scenario);
    if (scenario.state !== undefined) addExistingState(cluster, scenario.state);
    this.longUnready = new LongUnready(cluster);
    this.player = this.createPlayer(log);
    this.criticalPath.classifyHandlers();
  }

  run(): RunResult {
    const end = this.play();
    if (this.stepError !== undefined) throw this.stepError;
    const { scenario, seed } = this.options;
    const hasEnded = end === 'empty' || end === 'stopped';
    const endMicros = hasEnded ? this.lastChangeMicros() : this.kernel.nowMicros;
    const rollouts = this.rollouts.finish(endMicros);
    refuseUnknownRollouts(this.options.explainRollouts ?? [], rollouts);
    return {
      scenario: scenario.name,
      kubernetes: scenario.kubernetes.text,
      seed,
      end: hasEnded ? 'quiet' : end,
      simulatedSeconds: endMicros / 1e6,
      events: this.kernel.eventsDispatched,
      pods: this.podCounts.finish(),
      rollouts,
      jobs: this.jobs.finish(),
      services: this.services.finish(endMicros),
      autoscalers: this.autoscalers.finish(endMicros),
      cluster: this.usage.finish(endMicros),
      scheduling: this.scheduling.finish(),
      nodeOutages: this.outages.finish(endMicros),
      ...(this.nodeAutoscaling && { nodeAutoscaling: this.nodeAutoscaling.finish(endMicros) }),
      ...(this.kubelets.imagePulls && { imagePulls: this.kubelets.imagePulls }),
      ...(this.timeline && { timelines: this.timeline.finish(endMicros) }),
      steps: this.steps,
      warnings: [
        ...this.warnings,
        ...this.rollouts.warnings(),
        ...this.pending.warnings(),
        ...this.refused.warnings(),
        ...this.kubelets.warnings(),
        ...this.errorRates.warnings(),
        ...this.podUsage.warnings(),
        ...idleAutoscalers(this.cluster),
        ...foreignJobs(this.cluster),
        ...idleCronJobs(this.cluster),
      ],
      ...(this.rolloutExplainer && { rolloutExplanations: this.rolloutExplainer.finish(rollouts) }),
      ...this.decisions?.finish(this.scheduler.queue, end === 'eventLimit'),
    };
  }

  /** Runs until nothing can happen any more. A step that waits for everything to be ready gets its turn then. */
  private play(): RunEnd {
    const limits = {
      untilMicros: this.options.scenario.untilMicros,
      maxEvents: this.options.maxEvents ?? DEFAULT_MAX_EVENTS,
    };
    for (;;) {
      const end = this.kernel.run(limits);
      if (end !== 'empty' || !this.player.onQuiet()) return end;
    }
  }

  /** The run is over with its last change; time-outs that find nothing to do may follow minutes later. */
  private lastChangeMicros(): Micros {
    return Math.max(this.cluster.lastWriteMicros, this.lastStepMicros);
  }

  private startAutoscaler(context: ControllerContext, observer: NodeAutoscalingObserver): ClusterAutoscaler {
    const { pools, clusterAutoscaler } = this.options.scenario;
    const { queue } = this.scheduler;
    return new ClusterAutoscaler(context, {
      groups: nodeGroups(this.cluster, pools),
      options: clusterAutoscaler,
      isQueued: (pod) => queue.queued.place[pod] !== Place.None,
      onScale: (nodes) => observer.scaled(nodes),
    });
  }

  private observeRollouts(): RolloutObserver {
    const { kernel, cluster, criticalPath } = this;
    const rollouts: RolloutObserver = new RolloutObserver({
      kernel,
      cluster,
      pathSince: (startMicros, workload) => {
        const stretches = criticalPath.since(startMicros);
        if (stretches !== undefined) this.rolloutExplainer?.complete(workload, startMicros, stretches);
        return stretches;
      },
    });
    criticalPath.forgetUnless(() => rollouts.isAnyOpen);
    return rollouts;
  }

  private createTimeline(): TimelineObserver {
    const countsMaxUnavailable = this.options.scenario.gates.MaxUnavailableStatefulSet;
    return new TimelineObserver({ kernel: this.kernel, cluster: this.cluster, countsMaxUnavailable });
  }

  private createLog(): EventLog | undefined {
    const { scenario, seed, onLogLine } = this.options;
    if (onLogLine === undefined) return undefined;
    const log = new EventLog({ kernel: this.kernel, cluster: this.cluster, write: onLogLine });
    const { name, kubernetes, untilMicros } = scenario;
    log.header({ scenario: name, kubernetes: kubernetes.text, untilMicros, seed });
    return log;
  }

  /** The operator: kubectl has no client limits worth the name, and takes one step after the other. */
  private createPlayer(log: EventLog | undefined): StepPlayer {
    const { kernel, cluster, latencies } = this;
    const { scenario } = this.options;
    const limits = { name: 'kubectl', qps: Number.POSITIVE_INFINITY, burst: 1 };
    const client = new ApiClient(kernel, cluster.apiServer, limits);
    return new StepPlayer({
      kernel,
      cluster,
      runner: new ProcessRunner<StepOutcome>(kernel, client, 'kubectl'),
      steps: scenario.steps,
      get kubectlMicros() {
        return latencies.kubectlMicros;
      },
      get kubectlApplyMicros() {
        return latencies.kubectlApplyMicros;
      },
      kubectlExitMicros: scenario.controlPlane.latency.kubectlExitMicros,
      initialObjects: newObjects(scenario),
      sources: scenario.sources,
      isReady: () => isEverythingReady(cluster, this.longUnready),
      onStep: (step) => {
        const { commandLine, beganMicros, endedMicros, out, error, held } = step;
        this.lastStepMicros = endedMicros;
        this.steps.push({
          kubectl: commandLine,
          beganSeconds: beganMicros / 1e6,
          endedSeconds: endedMicros / 1e6,
          out,
          error,
          ...(held === undefined ? {} : { held }),
        });
        log?.step({ run: commandLine, began: beganMicros, out, error });
      },
      onJoin: ({ pool: { name, count }, beganMicros, endedMicros }) => {
        this.lastStepMicros = endedMicros;
        this.steps.push({
          addNodes: { name, count },
          beganSeconds: beganMicros / 1e6,
          endedSeconds: endedMicros / 1e6,
          out: '',
          error: '',
        });
      },
      onSeries: ({ series: { name, count }, created, beganMicros, endedMicros, error }) => {
        this.lastStepMicros = endedMicros;
        this.steps.push({
          createPods: { name, count, created },
          beganSeconds: beganMicros / 1e6,
          endedSeconds: endedMicros / 1e6,
          out: '',
          error,
        });
        if (created === count) return;
        this.warnings.push(`createPods ${name}: ${count - created} of ${count} pods were refused: ${error}`);
      },
      machines: this.kubelets,
      onOutage: ({ kind, nodes, atMicros }) => {
        this.lastStepMicros = atMicros;
        const seconds = atMicros / 1e6;
        this.steps.push({ [kind]: nodes, beganSeconds: seconds, endedSeconds: seconds, out: '', error: '' });
      },
      onWarning: (warning) => this.warnings.push(warning),
      onError: (error) => {
        this.stepError = error;
        kernel.stop();
      },
    });
  }

  private recordFailedScheduling(pod: number, message: string): void {
    this.rollouts.podUnschedulable(pod);
    this.criticalPath.lives.failedScheduling(pod, message);
    this.scheduling.attemptFailed();
    this.pending.failedScheduling(pod, message);
    this.clusterAutoscaler?.podUnschedulable(pod);
    this.decisions?.failed(pod, message);
    this.cluster.recordPodEvent(pod, 'FailedScheduling', message);
  }
}

/** What is applied at the start. */
function newObjects({ objects, state }: Scenario): Manifest[] {
  const existing = new Set(state?.objects.map(({ manifest }) => manifest));
  return objects.filter((object) => object.kind !== 'Node' && !existing.has(object));
}

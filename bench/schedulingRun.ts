import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApiClient, Cluster, POD_EXISTS, ProcessRunner } from '../src/cluster/index.ts';
import { Kernel } from '../src/kernel/index.ts';
import { buildScenario } from '../src/scenario/index.ts';
import { createNodes } from '../src/scenario/nodes.ts';
import { type StepOutcome, StepPlayer } from '../src/scenario/steps.ts';
import type { Scenario } from '../src/scenario/types.ts';
import { profilesOf, Scheduler } from '../src/scheduler/index.ts';

/** The series of pods that counts: the last one of each workload. */
const MEASURED = 'measured';
/** So long that all pods are there before the second one is looked at. */
const CYCLE_MICROS = 1000;
const UNLIMITED = { qps: Number.POSITIVE_INFINITY, burst: 1 };
const NO_LATENCY = { latencyMicros: 0, serviceMicros: 0 };

/** Compiled benches stand in results/.build/bench. */
const workloads = new URL(import.meta.url.endsWith('.ts') ? '../workloads/' : '../../../workloads/', import.meta.url);

export interface SchedulingRun {
  /** Measured pods that were bound. */
  readonly pods: number;
  /** From the moment in which all measured pods were there to the binding of the last one, by the wall clock. */
  readonly millis: number;
  /** `POD NODE` of every measured pod, in the order of binding. */
  readonly placements: readonly string[];
}

/** A workload of workloads/scheduling. @param divisor of all its numbers of nodes and pods */
export function schedulingScenario(name: string, divisor: number): Scenario {
  const file = fileURLToPath(new URL(`scheduling/${name}.yaml`, workloads));
  const scenario = buildScenario({ files: [{ file, text: readFileSync(file, 'utf8') }] }, {});
  const scaled = (count: number) => Math.ceil(count / divisor);
  return {
    ...scenario,
    pools: scenario.pools.map((pool) => ({ ...pool, count: scaled(pool.count) })),
    steps: scenario.steps.map((step) => {
      if (step.kind !== 'createPods') return step;
      return { ...step, series: { ...step.series, count: scaled(step.series.count) } };
    }),
  };
}

/**
 * Plays a workload with what scheduler_perf has, an API server and a scheduler, and no controllers, kubelets or metrics.
 * Requests take no time and cycles some, so that creating the pods is over when scheduling them begins.
 *
 * @throws Error when a measured pod was not bound
 */
export function runScheduling(scenario: Scenario, isDirect = false): SchedulingRun {
  return new Run(scenario, isDirect).play();
}

class Run {
  private readonly scenario: Scenario;
  private readonly kernel = new Kernel();
  private readonly cluster: Cluster;
  /** By pod row. */
  private readonly isMeasured: boolean[] = [];
  private readonly bound: { readonly pod: number; readonly node: number }[] = [];
  private wanted = Number.POSITIVE_INFINITY;
  private beganMillis = 0;
  private endedMillis = 0;

  constructor(scenario: Scenario, isDirect: boolean) {
    const { kernel } = this;
    this.scenario = scenario;
    const { minor } = scenario.kubernetes;
    const options = { seed: scenario.seed, watchMicros: 0, apiServer: NO_LATENCY, minorVersion: minor };
    const cluster = new Cluster(kernel, options);
    this.cluster = cluster;
    cluster.observePods((pod, before, after) => {
      if (before === 0 && (after & POD_EXISTS) !== 0) this.isMeasured[pod] = cluster.podName(pod).startsWith(MEASURED);
    });
    const client = (name: string) => new ApiClient(kernel, cluster.apiServer, { name, ...UNLIMITED });
    new Scheduler({
      kernel,
      cluster,
      client: client('scheduler'),
      cycleMicros: CYCLE_MICROS,
      version: { minor },
      profiles: profilesOf(scenario.scheduler),
      isDirect,
      onScheduled: (pod, node) => this.note(pod, node),
    });
    createNodes(cluster, scenario);
    this.createPlayer(new ProcessRunner<StepOutcome>(kernel, client('kubectl'), 'kubectl'));
  }

  play(): SchedulingRun {
    this.kernel.run({ untilMicros: this.scenario.untilMicros });
    const { cluster, bound, wanted } = this;
    if (bound.length !== wanted) throw new Error(`${bound.length} of ${wanted} measured pods were bound`);
    const placements = bound.map(({ pod, node }) => `${cluster.podName(pod)} ${cluster.nodes.names[node]}`);
    return { pods: bound.length, millis: this.endedMillis - this.beganMillis, placements };
  }

  private createPlayer(runner: ProcessRunner<StepOutcome>): StepPlayer {
    const { kernel, cluster, scenario } = this;
    return new StepPlayer({
      kernel,
      cluster,
      runner,
      steps: scenario.steps,
      kubectlMicros: 0,
      initialObjects: scenario.objects,
      isReady: () => true,
      onStep: () => {},
      onSeries: ({ series, created }) => {
        if (series.name === MEASURED) this.begin(created);
      },
      onError: (error) => {
        throw error;
      },
    });
  }

  private begin(created: number): void {
    this.wanted = created;
    this.beganMillis = performance.now();
  }

  private note(pod: number, node: number): void {
    if (!this.isMeasured[pod]) return;
    if (this.bound.push({ pod, node }) !== this.wanted) return;
    this.endedMillis = performance.now();
    this.kernel.stop();
  }
}

import type { Bench, Suite } from './bench.ts';
import { hashOf } from './hashOf.ts';
import { runScheduling, schedulingScenario } from './schedulingRun.ts';

/** Nodes of a run in tests: 5,000 divided by it. */
const SMALL_DIVISOR = 50;

interface Workload {
  /** In workloads/scheduling. */
  readonly name: string;
  /** Of scheduler_perf's workload of that shape: pods a second that a change of Kubernetes must keep. */
  readonly publishedPerSecond: number;
  readonly budgetPerSecond: number;
}

/** In the order in which upstream's files have them: misc, topology_spreading, affinity. */
export const SCHEDULING_WORKLOADS: readonly Workload[] = [
  { name: 'basic', publishedPerSecond: 810, budgetPerSecond: 200_000 },
  { name: 'topology-spreading', publishedPerSecond: 460, budgetPerSecond: 50_000 },
  { name: 'preferred-topology-spreading', publishedPerSecond: 340, budgetPerSecond: 50_000 },
  { name: 'pod-anti-affinity', publishedPerSecond: 60, budgetPerSecond: 50_000 },
  { name: 'pod-affinity', publishedPerSecond: 35, budgetPerSecond: 50_000 },
  { name: 'node-affinity', publishedPerSecond: 220, budgetPerSecond: 50_000 },
  { name: 'preemption', publishedPerSecond: 570, budgetPerSecond: 50_000 },
  { name: 'unschedulable', publishedPerSecond: 590, budgetPerSecond: 50_000 },
  { name: 'mixed', publishedPerSecond: 140, budgetPerSecond: 50_000 },
];

/** The scheduler alone, on 5,000 nodes, with the shapes of upstream's scheduler_perf. */
export const schedulingSuite: Suite = {
  name: 'scheduling',
  benches: SCHEDULING_WORKLOADS.map(schedulingBench),
  comparisons: [],
};

function schedulingBench({ name, publishedPerSecond, budgetPerSecond }: Workload): Bench {
  return {
    name: `scheduling/${name}`,
    unit: 'pods',
    warmups: 3,
    iterations: 7,
    budget: { perSecondAtLeast: budgetPerSecond },
    publishedPerSecond,
    prepare: (size) => {
      const scenario = schedulingScenario(name, size === 'large' ? 1 : SMALL_DIVISOR);
      return () => {
        const { pods, millis, placements } = runScheduling(scenario);
        return { hash: hashOf(placements), amount: pods, millis };
      };
    },
  };
}

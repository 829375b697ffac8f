import type { Bench, Budget, Suite } from './bench.ts';
import { type RolloutLimits, rolloutModel, rolloutScenario } from './rollout.ts';

const SEED = 1;

interface RolloutSize {
  readonly replicas: number;
  readonly nodes: number;
  readonly warmups: number;
  readonly iterations: number;
  readonly budget?: Budget;
}

/** The last one is the largest cluster that Kubernetes says it supports. Cost is to grow with the pods, not faster. */
const SIZES: readonly RolloutSize[] = [
  { replicas: 1_000, nodes: 100, warmups: 20, iterations: 50, budget: { medianMillisAtMost: 50 } },
  { replicas: 10_000, nodes: 1_000, warmups: 3, iterations: 10 },
  {
    replicas: 150_000,
    nodes: 5_000,
    warmups: 1,
    iterations: 3,
    budget: { medianMillisAtMost: 20_000, peakMebibytesAtMost: 1024 },
  },
];
const LIMITS: readonly RolloutLimits[] = ['lifted', 'default'];

/** Everything together: controllers, scheduler, kubelets, API server and metrics, for one creation and one update. */
export const rolloutSuite: Suite = {
  name: 'rollout',
  benches: LIMITS.flatMap((limits) => SIZES.map((size) => rolloutBench(limits, size))),
  comparisons: [],
};

function rolloutBench(limits: RolloutLimits, size: RolloutSize): Bench {
  const { replicas, nodes, warmups, iterations, budget } = size;
  return {
    name: `rollout/${limits}/${replicas}x${nodes}`,
    unit: 'pods',
    warmups,
    iterations,
    ...(budget === undefined ? {} : { budget }),
    prepare: (wanted) => {
      const divisor = wanted === 'large' ? 1 : replicas / 20;
      const scenario = rolloutScenario({ replicas: replicas / divisor, nodes: Math.ceil(nodes / divisor), limits });
      return () => {
        const { hash, pods } = rolloutModel(scenario, SEED);
        return { hash, amount: pods };
      };
    },
  };
}

import { runScenario } from '../src/runner/simulation.ts';
import { type BuildOptions, buildScenario, type LoadedInput } from '../src/scenario/index.ts';
import type { Scenario } from '../src/scenario/types.ts';
import { hashOf } from './hashOf.ts';

/**
 * What paces the rollout: the components' own client limits, as in a cluster nobody has tuned, or none. Latencies are
 * the default ones in both. Without limits the controllers act in few big steps, with them in thousands of small ones.
 */
export type RolloutLimits = 'default' | 'lifted';

export interface RolloutOptions {
  readonly replicas: number;
  readonly nodes: number;
  readonly limits: RolloutLimits;
}

const LIFTED = '{kube-controller-manager: {kube-api-qps: -1}, kube-scheduler: {kube-api-qps: -1}}';

/** Input and options of `buildScenario`. */
export interface RolloutInput {
  readonly input: LoadedInput;
  readonly build: BuildOptions;
}

/** Creates one Deployment, waits until all of it is ready, and sets a new image. */
export function rolloutInput({ replicas, nodes, limits }: RolloutOptions): RolloutInput {
  const text = `
apiVersion: rollsim/v1alpha1
kind: Scenario
controlPlane: ${limits === 'lifted' ? LIFTED : '{preset: default}'}
cluster: {nodes: [{count: ${nodes}}]}
behavior: [{ready: 2s, terminate: 1s}]
until: 100h
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: app, image: 'web:v1', resources: {requests: {cpu: 100m, memory: 64Mi}}}]
`;
  const input = { files: [{ file: 'rollout.yaml', text }] };
  return { input, build: { kubectl: ['set image deployment/web app=web:v2'], strict: true } };
}

/** Apart from the run: parsing costs once per input, and no change to the simulation is to hide behind it. */
export function rolloutScenario(options: RolloutOptions): Scenario {
  const { input, build } = rolloutInput(options);
  return buildScenario(input, build);
}

/**
 * Plays the scenario once.
 *
 * @returns a hash over the whole result, so that a change that makes it faster by making it wrong shows
 * @throws Error when the rollout did not complete: its cost would say nothing
 */
export function rolloutModel(scenario: Scenario, seed: number): { hash: string; events: number; pods: number } {
  const result = runScenario({ scenario, seed });
  const unfinished = result.rollouts.find(({ outcome }) => outcome !== 'complete');
  if (unfinished !== undefined || result.rollouts.length !== 2) {
    throw new Error(`Expected creation and update to complete, got ${JSON.stringify(result.rollouts)}`);
  }
  return { hash: hashOf(result), events: result.events, pods: result.pods.created };
}

/** Small scenarios from a few words, and what a run of one yields; for tests. */
import type { JsonObject, JsonValue } from '../api/types.ts';
import type { LogEntry, LogLine } from '../metrics/log/logLine.ts';
import type { RolloutResult, RunResult } from '../metrics/result.ts';
import { runScenario } from '../runner/simulation.ts';
import { buildScenario } from '../scenario/index.ts';

/** One Deployment `web` on some nodes; what is left out is as Kubernetes and the scenario format default it. */
export interface Sketch {
  readonly replicas?: number;
  /** `{maxSurge, maxUnavailable}`; `Recreate` for the other strategy. */
  readonly strategy?: JsonObject | 'Recreate';
  /** More fields of the Deployment's spec. */
  readonly spec?: JsonObject;
  readonly annotations?: JsonObject;
  readonly requests?: JsonObject;
  /** More fields of the pod's spec. */
  readonly pod?: JsonObject;
  /** More fields of the container. */
  readonly container?: JsonObject;
  /** A pool; the default has 4 nodes of 8 cpu. */
  readonly nodes?: JsonObject;
  /** One rule for all pods, or several. */
  readonly behavior?: JsonObject | readonly JsonObject[];
  readonly controlPlane?: JsonObject;
  readonly kubernetes?: string;
  readonly featureGates?: JsonObject;
  /** By time: a kubectl command line, or a step of another sort without its time; several at once in a list. */
  readonly steps?: Readonly<Record<string, string | JsonObject | readonly (string | JsonObject)[]>>;
  /** `cluster.failures` */
  readonly failures?: readonly JsonObject[];
  /** `cluster.registry` */
  readonly registry?: JsonObject;
  readonly until?: string;
  /** Takes the place of the Deployment. */
  readonly objects?: readonly JsonObject[];
  /** Come before the Deployment. */
  readonly before?: readonly JsonObject[];
}

/** No limits and no latency: every decision falls in the instant of its cause. */
export const UNLIMITED: JsonObject = { preset: 'unlimited' };
const UNLIMITED_CLIENT = { 'kube-api-qps': -1 };
/** Real latencies without client limits. */
export const LIFTED: JsonObject = {
  'kube-controller-manager': UNLIMITED_CLIENT,
  'kube-scheduler': UNLIMITED_CLIENT,
};

/** The image change with which most tests start a rollout. */
export const SET_IMAGE = 'set image deployment/web app=web:v2';

/** The Deployment of a sketch. */
export function deployment(sketch: Sketch = {}): JsonObject {
  const { strategy, annotations = {} } = sketch;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations },
    spec: {
      replicas: sketch.replicas ?? 3,
      ...(strategy === undefined ? {} : { strategy: strategyOf(strategy) }),
      selector: { matchLabels: { app: 'web' } },
      template: podTemplate(sketch),
      ...sketch.spec,
    },
  };
}

export function podTemplate(sketch: Sketch = {}, image = 'web:v1'): JsonObject {
  const resources = { requests: sketch.requests ?? { cpu: '100m', memory: '64Mi' } };
  return {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image, resources, ...sketch.container }], ...sketch.pod },
  };
}

function strategyOf(strategy: JsonObject | 'Recreate'): JsonObject {
  return strategy === 'Recreate' ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: strategy };
}

/** The text of the scenario: JSON documents in a YAML stream. */
export function scenarioText(sketch: Sketch): string {
  const { steps = {}, behavior = {}, nodes = {} } = sketch;
  const scenario: JsonObject = {
    apiVersion: 'rollsim/v1alpha1',
    kind: 'Scenario',
    cluster: {
      nodes: [{ count: 4, ...nodes }],
      failures: [...(sketch.failures ?? [])],
      ...(sketch.registry && { registry: sketch.registry }),
    },
    behavior: [...(Array.isArray(behavior) ? behavior : [behavior])] as JsonValue[],
    controlPlane: sketch.controlPlane ?? UNLIMITED,
    steps: Object.entries(steps).flatMap(([at, step]) => [step].flat().map((one) => stepOf(at, one))),
    until: sketch.until ?? '20m',
    ...(sketch.kubernetes === undefined ? {} : { kubernetes: sketch.kubernetes }),
    ...(sketch.featureGates === undefined ? {} : { featureGates: sketch.featureGates }),
  };
  const objects = sketch.objects ?? [...(sketch.before ?? []), deployment(sketch)];
  return [scenario, ...objects].map((document) => JSON.stringify(document)).join('\n---\n');
}

function stepOf(at: string, step: string | JsonObject): JsonObject {
  return typeof step === 'string' ? { at, kubectl: step } : { at, ...step };
}

/** What came of a run. */
export interface Played {
  readonly result: RunResult;
  /** The event log without its header. */
  readonly log: readonly LogEntry[];
}

export function play(sketch: Sketch, seed = 1): Played {
  const scenario = buildScenario({ files: [{ file: 'test.yaml', text: scenarioText(sketch) }] }, {});
  const lines: LogLine[] = [];
  const result = runScenario({ scenario, seed, onLogLine: (line) => lines.push(line), maxEvents: 2_000_000 });
  return { result, log: lines.filter((line): line is LogEntry => 'kind' in line) };
}

/** The last rollout of a run. */
export function lastRollout({ result }: Played): RolloutResult {
  return result.rollouts.at(-1)!;
}

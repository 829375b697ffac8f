/**
 * What if one thing that bounds a rollout were not there: the same scenario with that bound lifted. All random draws of
 * the rest stay what they are, since each has a stream of its own.
 */
import { makeSelector } from '../api/selector.ts';
import type { Manifest, ResourceAmounts } from '../api/types.ts';
import type { LatencyName } from '../controllers/options.ts';
import { AT_ONCE } from '../kernel/distribution.ts';
import { type BehaviorRule, DEFAULT_BEHAVIOR, type DelayWord } from '../kubelet/behavior.ts';
import { NO_LATENCY, UNLIMITED } from './controlPlane.ts';
import type { NodePool, Scenario, Step } from './types.ts';

/** How many times as large nodes are that never are full. */
const PLENTY = 1000;

/** No pod has such a label. */
const NO_POD = makeSelector({}, [{ key: 'without.rollsim', operator: 'Exists', values: [] }]);

interface BoundFacts {
  /** What is done about it, for help and documentation. */
  readonly what: string;
  lift(scenario: Scenario): Scenario;
}

/** By the word of `--without`, in the order of a rollout. */
const BOUNDS = {
  'api-limits': {
    what: 'no client of the control plane and no kubelet waits for its --kube-api-qps',
    lift: (scenario) => ({
      ...scenario,
      controlPlane: {
        ...scenario.controlPlane,
        kubeControllerManager: { ...scenario.controlPlane.kubeControllerManager, ...UNLIMITED },
        kubeScheduler: UNLIMITED,
        kubelet: { ...scenario.controlPlane.kubelet, ...UNLIMITED },
      },
    }),
  },
  latency: {
    what: 'API server, watches and kubelets take no time',
    lift: (scenario) => withoutLatency(scenario, ['api', 'apiService', 'watch', 'kubeletSync']),
  },
  scheduling: {
    what: 'the scheduler takes no time, and its client never waits',
    lift: (scenario) => {
      const { controlPlane, ...rest } = withoutLatency(scenario, ['schedulingCycle']);
      return { ...rest, controlPlane: { ...controlPlane, kubeScheduler: UNLIMITED } };
    },
  },
  capacity: {
    what: `every node is ${PLENTY} times as large`,
    lift: (scenario) => ({
      ...scenario,
      pools: scenario.pools.map(enlarged),
      objects: scenario.objects.map((object) =>
        object.kind === 'Node' ? { ...object, allocatable: plenty(object.allocatable) } : object,
      ),
      steps: scenario.steps.map((step: Step) =>
        step.kind === 'addNodes' ? { ...step, pool: enlarged(step.pool) } : step,
      ),
    }),
  },
  quota: {
    what: 'ResourceQuotas limit nothing',
    lift: (scenario) =>
      withManifests(scenario, (object) =>
        object.kind === 'ResourceQuota' ? { ...object, spec: { ...object.spec, hard: new Map() } } : object,
      ),
  },
  'disruption-budgets': {
    what: 'PodDisruptionBudgets speak of no pod',
    lift: (scenario) =>
      withManifests(scenario, (object) =>
        object.kind === 'PodDisruptionBudget' ? { ...object, spec: { ...object.spec, selector: NO_POD } } : object,
      ),
  },
  'image-pull': {
    what: 'pulling an image takes no time, and waits for no other',
    lift: (scenario) => {
      const { imagePulls, ...rest } = withoutDelay(scenario, 'pull');
      if (imagePulls === undefined) return { ...rest, imagePulls };
      const unlimited = Number.POSITIVE_INFINITY;
      const bandwidth = { nodeBytesPerSecond: unlimited, registryBytesPerSecond: unlimited };
      const rates = { maxParallelPulls: unlimited, registryQps: unlimited, registryBurst: unlimited };
      return { ...rest, imagePulls: { ...imagePulls, ...bandwidth, ...rates } };
    },
  },
  start: {
    what: 'containers start as soon as their image is there',
    lift: (scenario) => withoutDelay(scenario, 'start'),
  },
  readiness: {
    what: 'containers are ready as soon as they have started, without probes',
    lift: (scenario) => {
      const lifted = withoutDelay(scenario, 'ready');
      const withoutProbes = { readinessProbe: undefined, startupProbe: undefined };
      return {
        ...lifted,
        changes: {
          ...lifted.changes,
          podSpec: (spec) => ({
            ...spec,
            containers: spec.containers.map((container) => ({ ...container, ...withoutProbes })),
            initContainers: spec.initContainers.map((container) => ({ ...container, ...withoutProbes })),
          }),
        },
      };
    },
  },
  'min-ready': {
    what: 'minReadySeconds are 0',
    lift: (scenario) =>
      withManifests(scenario, (object) =>
        'spec' in object && 'minReadySeconds' in object.spec
          ? ({ ...object, spec: { ...object.spec, minReadySeconds: 0 } } as Manifest)
          : object,
      ),
  },
  termination: {
    what: 'pods are gone as soon as they are to end, without preStop sleep',
    lift: (scenario) => {
      const lifted = withoutDelay(scenario, 'terminate');
      return {
        ...lifted,
        changes: {
          ...lifted.changes,
          podSpec: (spec) => ({
            ...spec,
            containers: spec.containers.map((container) => ({ ...container, preStopSleepSeconds: 0 })),
            initContainers: spec.initContainers.map((container) => ({ ...container, preStopSleepSeconds: 0 })),
          }),
        },
      };
    },
  },
} as const satisfies Record<string, BoundFacts>;

/** Something that makes rollouts take as long as they do. */
export type Bound = keyof typeof BOUNDS;

export const BOUND_NAMES = Object.keys(BOUNDS) as readonly Bound[];

export function isBound(word: string): word is Bound {
  return (BOUND_NAMES as readonly string[]).includes(word);
}

/** What is done to lift a bound, as a clause. */
export function boundText(bound: Bound): string {
  return BOUNDS[bound].what;
}

/** The scenario without these bounds; the given one stays as it is. */
export function without(scenario: Scenario, bounds: readonly Bound[]): Scenario {
  return bounds.reduce((lifted: Scenario, bound) => BOUNDS[bound].lift(lifted), scenario);
}

// Parts.

function withoutLatency(scenario: Scenario, names: readonly (LatencyName | 'apiService')[]): Scenario {
  const { controlPlane } = scenario;
  const { random, ...typical } = controlPlane.latency;
  const none = Object.fromEntries(names.map((name) => [`${name}Micros`, NO_LATENCY[`${name}Micros`]]));
  const drawn = Object.entries(random ?? {}).filter(([name]) => !(names as readonly string[]).includes(name));
  const latency = { ...typical, ...none, ...(drawn.length > 0 && { random: Object.fromEntries(drawn) }) };
  return { ...scenario, controlPlane: { ...controlPlane, latency } };
}

/** Also of pods that no rule matches, and of containers with a word of their own. */
function withoutDelay(scenario: Scenario, word: DelayWord): Scenario {
  const behavior = [...scenario.behavior, DEFAULT_BEHAVIOR].map((rule): BehaviorRule => {
    const containers = [...rule.containers].map(
      ([name, own]) => [name, own[word] === undefined ? own : { ...own, [word]: AT_ONCE }] as const,
    );
    return { ...rule, [word]: AT_ONCE, containers: new Map(containers) };
  });
  return { ...scenario, behavior };
}

function withManifests(scenario: Scenario, change: (object: Manifest) => Manifest): Scenario {
  const before = scenario.changes?.manifest;
  const manifest = (object: Manifest): Manifest => change(before?.(object) ?? object);
  return { ...scenario, changes: { ...scenario.changes, manifest } };
}

function enlarged(pool: NodePool): NodePool {
  return { ...pool, allocatable: plenty(pool.allocatable) };
}

function plenty(amounts: NodePool['allocatable']): NodePool['allocatable'] {
  const { cpuMilli, memoryBytes, ephemeralStorageBytes, extended, pods } = amounts;
  const more: ResourceAmounts = {
    cpuMilli: cpuMilli * PLENTY,
    memoryBytes: memoryBytes * PLENTY,
    ephemeralStorageBytes: ephemeralStorageBytes * PLENTY,
    extended: new Map([...extended].map(([name, amount]) => [name, amount * PLENTY])),
  };
  return { ...more, pods: pods * PLENTY };
}

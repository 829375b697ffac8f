/** Random Deployments on random clusters, for the properties that every run has. */
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { LIFTED, SET_IMAGE, type Sketch, UNLIMITED } from '../play.ts';

/** Late enough for 40 pods with the slowest delays and default client limits to be available. */
const CHANGE_AT = '100s';

const millis = (max: number) => fc.integer({ min: 0, max }).map((value) => `${value}ms`);

/** Delays of whole milliseconds, which the log tells exactly. */
function exactDelay(maxMillis: number): fc.Arbitrary<JsonValue> {
  const values = fc.array(millis(maxMillis), { minLength: 1, maxLength: 5 });
  return fc.oneof(
    millis(maxMillis),
    values.map((sequence) => ({ sequence })),
    values.map((empirical) => ({ empirical })),
  );
}

/** Delays of every distribution. */
function anyDelay(maxMillis: number): fc.Arbitrary<JsonValue> {
  const half = `${maxMillis / 2}ms`;
  return fc.oneof(
    exactDelay(maxMillis),
    fc.constantFrom<JsonValue>(
      { uniform: { min: '0ms', max: `${maxMillis}ms` } },
      { normal: { mean: half, sd: '200ms' } },
      { logNormal: { median: '100ms', p99: half } },
      { exponential: { mean: '300ms' } },
      { weibull: { shape: 1.5, scale: '400ms' } },
    ),
  );
}

function behavior(delay: (maxMillis: number) => fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> {
  return fc.record({ pull: delay(2_000), start: delay(500), ready: delay(5_000), terminate: delay(10_000) });
}

/** Not both zero, which the API server refuses. */
const limits = fc
  .record({
    maxSurge: fc.oneof(
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 150 }).map((value) => `${value}%`),
    ),
    maxUnavailable: fc.oneof(
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 100 }).map((value) => `${value}%`),
    ),
  })
  .filter(({ maxSurge, maxUnavailable }) => parseInt(`${maxSurge}`, 10) + parseInt(`${maxUnavailable}`, 10) > 0);

/** The real latencies but for the API server's capacity: all times are whole milliseconds, which the log tells exactly. */
const wholeMillis: JsonObject = { latency: { apiService: '0s' } };
const controlPlanes: Readonly<Record<string, JsonObject>> = {
  default: wholeMillis,
  lifted: { ...LIFTED, ...wholeMillis },
  unlimited: UNLIMITED,
  /** Writes queue for the API server. */
  busy: LIFTED,
};
const EXACT = ['default', 'lifted', 'unlimited'];

/** Nodes that take two pods at least, so that some clusters are too small for all. */
const nodes = fc.record({
  count: fc.integer({ min: 1, max: 20 }),
  allocatable: fc.record({
    cpu: fc.constantFrom('500m', '2', '64'),
    memory: fc.constantFrom('300Mi', '64Gi'),
    pods: fc.constantFrom('2', '5', '110'),
  }),
});

/** Room for everything: pods are never refused. */
const roomyNodes = fc.integer({ min: 1, max: 20 }).map((count) => ({ count, allocatable: { cpu: '64', pods: '400' } }));

interface DeploymentDraw {
  readonly replicas: number;
  readonly strategy: JsonObject | 'Recreate';
  readonly minReadySeconds: number;
  readonly controlPlane: JsonObject;
}

function deploymentDraw(names: readonly string[]): fc.Arbitrary<DeploymentDraw> {
  return fc.record({
    replicas: fc.integer({ min: 0, max: 40 }),
    strategy: fc.oneof({ weight: 6, arbitrary: limits }, { weight: 1, arbitrary: fc.constant('Recreate' as const) }),
    minReadySeconds: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5 })),
    controlPlane: fc.constantFrom(...names).map((name) => controlPlanes[name]!),
  });
}

function sketchOf(draw: DeploymentDraw): Sketch {
  const { minReadySeconds, ...rest } = draw;
  return { ...rest, spec: { minReadySeconds } };
}

/** A rolling update of a Deployment that nothing disturbs: one change of the image, and every pod gets ready. */
export function undisturbedRollout(
  presets: readonly string[] = EXACT,
  room: fc.Arbitrary<JsonObject> = fc.oneof(roomyNodes, nodes),
): fc.Arbitrary<Sketch> {
  return fc
    .record({ draw: deploymentDraw(presets), behavior: behavior(exactDelay), nodes: room })
    .filter(({ draw }) => draw.strategy !== 'Recreate')
    .map(({ draw, ...rest }) => ({ ...sketchOf(draw), ...rest, steps: { [CHANGE_AT]: SET_IMAGE } }));
}

/** The same with an API server that takes its time. The log's times are rounded there: not good enough for minReadySeconds. */
export function busyRollout(): fc.Arbitrary<Sketch> {
  return undisturbedRollout(['busy']).map((sketch) => ({ ...sketch, spec: { minReadySeconds: 0 } }));
}

/** The same with enough room for all pods on the nodes. */
export function roomyRollout(): fc.Arbitrary<Sketch> {
  return undisturbedRollout(undefined, roomyNodes);
}

/** Everything at once: any strategy, any delays, pods that fail, nodes that are full, and several commands. */
export function anyRun(): fc.Arbitrary<Sketch> {
  const command = fc.oneof(
    fc.constantFrom(
      SET_IMAGE,
      'set image deployment/web app=web:v3',
      'set image deployment/web app=web:v1',
      'rollout pause deployment/web',
      'rollout resume deployment/web',
      'rollout undo deployment/web',
      'rollout restart deployment/web',
    ),
    fc.integer({ min: 0, max: 40 }).map((replicas) => `scale deployment/web --replicas=${replicas}`),
  );
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 40_000 }), command), { minLength: 1, maxLength: 5 });
  const failing = fc.constantFrom<JsonObject>({}, {}, {}, { unready: '8s' }, { ready: { sequence: ['1s', 'never'] } });
  return fc
    .record({ draw: deploymentDraw(Object.keys(controlPlanes)), rule: behavior(anyDelay), failing, nodes, steps })
    .map(({ draw, rule, failing: failure, nodes: pool, steps: commands }) => ({
      ...sketchOf(draw),
      behavior: { ...rule, ...failure },
      nodes: pool,
      steps: inTurn(commands),
      until: '3m',
    }));
}

/** Commands by time, in seconds after the change of the first. */
function inTurn(commands: readonly (readonly [number, string])[]): Record<string, string[]> {
  const steps: Record<string, string[]> = {};
  let at = 0;
  for (const [delay, command] of commands) {
    at += delay;
    const key = `${at}ms`;
    steps[key] = [...(steps[key] ?? []), command];
  }
  return steps;
}

/** What the two limits come to: surge rounds up, unavailable down, and both zero means one unavailable. */
export function limitsOf(sketch: Sketch): { maxSurge: number; maxUnavailable: number } {
  const replicas = sketch.replicas ?? 0;
  const { maxSurge, maxUnavailable } = sketch.strategy as {
    maxSurge: number | string;
    maxUnavailable: number | string;
  };
  const share = (value: number | string, round: (value: number) => number) =>
    typeof value === 'number' ? value : round((parseInt(value, 10) * replicas) / 100);
  const surge = share(maxSurge, Math.ceil);
  const unavailable = share(maxUnavailable, Math.floor);
  return { maxSurge: surge, maxUnavailable: Math.min(replicas, surge + unavailable === 0 ? 1 : unavailable) };
}

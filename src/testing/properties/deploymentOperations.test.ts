import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { LIFTED, type Played, play, type Sketch, UNLIMITED } from '../play.ts';
import { replay } from '../replay.ts';

const OPERATIONS = 20;
const NODES = 4;

const patch = (spec: JsonObject) => `patch deployment web -p '${JSON.stringify({ spec })}'`;
const small = fc.integer({ min: 0, max: 3 });

const rollingUpdate = fc
  .record({ maxSurge: small, maxUnavailable: small })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0)
  .map((limits) => patch({ strategy: { type: 'RollingUpdate', rollingUpdate: limits } }));

/** Whatever an operator may do to a Deployment; kubectl refuses some of it, depending on what came before. */
const operation: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 9 }).map((replicas) => `scale deployment/web --replicas=${replicas}`),
  fc.integer({ min: 1, max: 4 }).map((version) => `set image deployment/web app=web:v${version}`),
  fc.constant('rollout undo deployment/web'),
  fc.integer({ min: 1, max: 6 }).map((revision) => `rollout undo deployment/web --to-revision=${revision}`),
  fc.constant('rollout pause deployment/web'),
  fc.constant('rollout resume deployment/web'),
  fc.constant('rollout restart deployment/web'),
  rollingUpdate,
  fc.constant(patch({ strategy: { type: 'Recreate', rollingUpdate: null } })),
  small.map((minReadySeconds) => patch({ minReadySeconds })),
  small.map((revisionHistoryLimit) => patch({ revisionHistoryLimit })),
  small.map((tier) => `label deployment web tier=${tier} --overwrite`),
  small.map((cause) => `annotate deployment web kubernetes.io/change-cause=${cause} --overwrite`),
  small.map((value) => `set env deployment/web LEVEL=${value}`),
  fc
    .integer({ min: 0, max: NODES - 1 })
    .map((node) => `delete pods -l app=web --field-selector=spec.nodeName=node-${node} --wait=false`),
  fc.constant('delete pods -l app=web --field-selector=status.phase=Pending --wait=false'),
  fc.constant('delete rs -l app=web --wait=false'),
);

/** Operations, each some time after the one before: often in the middle of what that set off. */
const operations = fc.array(
  fc.record({
    command: operation,
    pauseMillis: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 9_000 })),
  }),
  { minLength: OPERATIONS, maxLength: OPERATIONS },
);

const millis = (max: number) => fc.integer({ min: 0, max }).map((value) => `${value}ms`);
const delays = fc.record({ start: millis(500), ready: millis(4_000), terminate: millis(6_000) });

const disturbed: fc.Arbitrary<Sketch> = fc
  .record({
    replicas: fc.integer({ min: 0, max: 9 }),
    behavior: delays,
    controlPlane: fc.constantFrom<JsonObject>(UNLIMITED, LIFTED, {}),
    kubernetes: fc.constantFrom('1.31', '1.33', '1.37'),
    operations,
  })
  .map(({ operations: chosen, ...sketch }) => ({
    ...sketch,
    nodes: { count: NODES, name: 'node' },
    steps: stepsOf(chosen),
    until: '2h',
  }));

function stepsOf(chosen: readonly { command: string; pauseMillis: number }[]): Record<string, string[]> {
  const steps: Record<string, string[]> = {};
  let atMillis = 5_000;
  for (const { command, pauseMillis } of chosen) {
    atMillis += pauseMillis;
    const step = steps[`${atMillis}ms`];
    if (step === undefined) steps[`${atMillis}ms`] = [command];
    else step.push(command);
  }
  return { ...steps, '200s': ['rollout resume deployment/web'], '1h': ['get deployment web -o json'] };
}

/** What the Deployment asks for in the end. */
function lastSpec({ result }: Played): { replicas: number; image: string; history: number } {
  const { spec } = JSON.parse(result.steps.at(-1)!.out);
  const [{ image }] = spec.template.spec.containers;
  return { replicas: spec.replicas, image, history: spec.revisionHistoryLimit ?? 10 };
}

describe('a Deployment after any twenty operations', () => {
  test.prop([disturbed], { numRuns: 150 })('is in the state that its last spec asks for', (sketch) => {
    const played = play(sketch);
    const { replicas, image, history } = lastSpec(played);
    const end = replay(played.log, () => {});
    const [last] = [...end.deployments.values()];
    expect(last).toMatchObject({ spec: replicas, replicas, updated: replicas, available: replicas, unavailable: 0 });
    expect(last!.observed).toBe(last!.generation);
    expect(last!.conditions.Progressing).toBe('True/NewReplicaSetAvailable');
    const sizes = [...end.replicaSets.values()].map(({ spec }) => spec).filter((size) => size > 0);
    expect(sizes).toEqual(replicas === 0 ? [] : [replicas]);
    expect(end.replicaSets.size).toBeLessThanOrEqual(history + 1);
    expect([...end.pods.values()].map((pod) => [pod.image, pod.isReady, pod.isTerminating])).toEqual(
      Array(replicas).fill([image, true, false]),
    );
  });
});

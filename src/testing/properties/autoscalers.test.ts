import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import type { HorizontalPodAutoscalerLine } from '../../metrics/log/logLine.ts';
import '../fastCheck.ts';
import { numRuns } from '../fastCheck.ts';
import { deployment, type Played, play } from '../play.ts';

const RUNS = numRuns(20);

const anyRules = fc.record(
  {
    stabilizationWindowSeconds: fc.constantFrom(0, 30, 100),
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    policies: fc.array(
      fc.record({
        type: fc.constantFrom('Pods', 'Percent'),
        value: fc.integer({ min: 1, max: 50 }),
        periodSeconds: fc.constantFrom(15, 40, 120),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    tolerance: fc.constantFrom('0', '0.05', '0.3'),
  },
  { requiredKeys: [] },
);

/**
 * A load that changes now and then, and pods that burn cpu at their start. Nothing falls on the moment of a sync, where
 * either may come first.
 */
const anyBehavior = fc
  .record({
    amounts: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 4 }),
    startup: fc.constantFrom<JsonObject | undefined>(undefined, { startup: { cpu: '300m', for: '25s' } }),
    ready: fc.constantFrom('3.03s', '17.07s', { sequence: ['2.01s', 'never', '40.09s'] }),
  })
  .map(({ amounts, startup, ready }): JsonObject => {
    const steps = amounts.map((amount, index): JsonValue => [`${index * 217}s`, `${amount}00m`]);
    return { load: { cpu: { steps } }, ready, terminate: '4.17s', ...(startup !== undefined && { usage: startup }) };
  });

const anyAutoscaler = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 4 }),
    more: fc.integer({ min: 0, max: 30 }),
    averageUtilization: fc.constantFrom(50, 80, 150),
    behavior: fc.option(fc.record({ scaleUp: anyRules, scaleDown: anyRules }, { requiredKeys: [] }), {
      nil: undefined,
    }),
  })
  .map(
    ({ minReplicas, more, averageUtilization, behavior }): JsonObject => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas,
        maxReplicas: minReplicas + more,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
        ...(behavior !== undefined && { behavior: behavior as JsonObject }),
      },
    }),
  );

const anySketch = fc.record({
  autoscaler: anyAutoscaler,
  behavior: anyBehavior,
  replicas: fc.integer({ min: 1, max: 20 }),
  kubernetes: fc.constantFrom('1.34', '1.36', '1.37'),
});

const IDLE = deployment({ replicas: 0 });
const CHANGES = { 703.11: 'set image deployment/web app=web:v2', 1503.11: 'scale deployment/web --replicas=3' };
/** Something happens all the time that has nothing to do with the autoscaler. */
const UNREST = Object.fromEntries(
  Array.from({ length: 120 }, (_, index) => [8 + index * 17.3, `annotate deployment/idle tick=${index} --overwrite`]),
);

function played(sketch: typeof anySketch extends fc.Arbitrary<infer T> ? T : never, more = {}): Played {
  const { autoscaler, ...rest } = sketch;
  const idle = { ...IDLE, metadata: { name: 'idle' } };
  const steps = Object.entries({ ...more, ...CHANGES })
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([at, command]) => [`${Number(at).toFixed(2)}s`, command]);
  const nodes = { count: 20 };
  return play({ ...rest, steps: Object.fromEntries(steps), nodes, before: [autoscaler, idle], until: '55m' });
}

function lines({ log }: Played): HorizontalPodAutoscalerLine[] {
  return log.filter((line): line is HorizontalPodAutoscalerLine => line.kind === 'HorizontalPodAutoscaler');
}

test.prop([anySketch], { numRuns: RUNS })('an autoscaler asks for what it may, in whole periods', (sketch) => {
  const { minReplicas, maxReplicas } = sketch.autoscaler.spec as { minReplicas: number; maxReplicas: number };
  const decided = lines(played(sketch)).filter(({ desired }) => desired > 0);
  for (const { t, desired } of decided) {
    expect(desired).toBeGreaterThanOrEqual(minReplicas);
    expect(desired).toBeLessThanOrEqual(maxReplicas);
    expect(t % 15).toBe(0);
  }
});

test.prop([anySketch], { numRuns: RUNS })('the syncs that are left out would have found nothing', (sketch) => {
  expect(lines(played(sketch))).toEqual(lines(played(sketch, UNREST)));
});

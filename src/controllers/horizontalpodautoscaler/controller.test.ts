import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { HorizontalPodAutoscalerLine } from '../../metrics/log/logLine.ts';
import { type Played, play, type Sketch } from '../../testing/play.ts';

const READY = { ready: '5s', terminate: '5s' };
/** What uses half of 100m for each of 20 pods. */
const TWENTY = { load: { cpu: '1' }, ...READY };

function autoscaler(spec: JsonObject = {}, apiVersion = 'autoscaling/v2'): JsonObject {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const whole = { scaleTargetRef, maxReplicas: 50, ...cpu({ type: 'Utilization', averageUtilization: 50 }), ...spec };
  return { apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: whole };
}

function cpu(target: JsonObject): JsonObject {
  return { metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }] };
}

/** Without limits and latencies: every sync falls on a multiple of 15 seconds. */
function played(sketch: Sketch, spec: JsonObject = {}): Played {
  return play({
    behavior: TWENTY,
    nodes: { count: 20 },
    ...sketch,
    before: [autoscaler(spec), ...(sketch.before ?? [])],
  });
}

function lines({ log }: Played): HorizontalPodAutoscalerLine[] {
  return log.filter((line): line is HorizontalPodAutoscalerLine => line.kind === 'HorizontalPodAutoscaler');
}

/** What it asked for and when, in order. */
function asked(run: Played): [number, number][] {
  const decided = lines(run).filter(({ desired }) => desired > 0);
  return decided
    .filter(({ desired }, index) => desired !== decided[index - 1]?.desired)
    .map(({ t, desired }) => [t, desired]);
}

/** The last word of a condition, and the Deployment's replicas at the end. */
function atEnd(run: Played) {
  const { t: _, kind: __, name: ___, ...fields } = lines(run).at(-1)!;
  return fields;
}

describe('a steady load', () => {
  test('is met in steps that double, and then nothing happens any more', () => {
    const run = played({ replicas: 3 });
    expect(asked(run)).toEqual([
      [15, 6],
      [30, 12],
      [45, 20],
    ]);
    expect(atEnd(run)).toMatchObject({
      AbleToScale: 'True/ReadyForNewScale',
      ScalingLimited: 'False/DesiredWithinRange',
    });
    expect(run.result).toMatchObject({ end: 'quiet', autoscalers: [{ desiredMax: 20, scaleUps: 3, scaleDowns: 0 }] });
  });

  test('before 1.37 a new autoscaler waits for its first sync as for every other', () => {
    const first = (kubernetes: string) =>
      lines(played({ replicas: 3, kubernetes })).find(({ current }) => current > 0)!;
    expect(first('1.37')).toMatchObject({ t: 0, ScalingActive: 'False/FailedGetResourceMetric' });
    expect(first('1.36')).toMatchObject({ t: 15, ScalingActive: 'True/ValidMetricFound' });
    expect(first('1.36')).not.toHaveProperty('ScaledToZero');
  });

  test('StatefulSets and bare ReplicaSets are scaled as well', () => {
    const objects = (kind: string): JsonObject[] => [
      autoscaler({ scaleTargetRef: { apiVersion: 'apps/v1', kind, name: 'web' } }),
      {
        apiVersion: 'apps/v1',
        kind,
        metadata: { name: 'web' },
        spec: {
          replicas: 4,
          ...(kind === 'StatefulSet' && { serviceName: 'web', podManagementPolicy: 'Parallel' }),
          selector: { matchLabels: { app: 'web' } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: { containers: [{ name: 'app', image: 'web:v1', resources: { requests: { cpu: '100m' } } }] },
          },
        },
      },
    ];
    for (const kind of ['StatefulSet', 'ReplicaSet']) {
      const run = play({ behavior: TWENTY, nodes: { count: 20 }, objects: objects(kind) });
      expect(run.result.autoscalers[0]).toMatchObject({ target: `${kind.toLowerCase()}/web`, desiredAtEnd: 20 });
    }
  });

  test('that a cpu limit cuts off is not seen: the pods are throttled', () => {
    const limits = { resources: { requests: { cpu: '50m' }, limits: { cpu: '60m' } } };
    expect(atEnd(played({ replicas: 4, container: limits }, { maxReplicas: 4 }))).toMatchObject({ utilization: 120 });
  });
});

describe('limits', () => {
  test('outside of them the target is brought back, whatever its pods use', () => {
    expect(asked(played({ replicas: 30 }, { maxReplicas: 10 }))[0]).toEqual([0, 10]);
    expect(asked(played({ replicas: 2 }, { minReplicas: 4 }))[0]).toEqual([0, 4]);
    expect(atEnd(played({ replicas: 3 }, { maxReplicas: 10 }))).toMatchObject({
      desired: 10,
      ScalingLimited: 'True/TooManyReplicas',
    });
  });

  test('a target of no replicas is left alone', () => {
    const run = played({ replicas: 0 });
    expect(atEnd(run)).toMatchObject({ ScalingActive: 'False/ScalingDisabled', desired: 0, current: 0 });
    expect(run.result.end).toBe('quiet');
  });

  test('a target that is not there is an error, and the run ends', () => {
    const run = played({}, { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other' } });
    expect(atEnd(run)).toEqual({ AbleToScale: 'False/FailedGetScale', current: 0, desired: 0 });
    expect(run.result.end).toBe('quiet');
  });
});

test('two autoscalers of the same pods both stop, until one is gone', () => {
  const other = { ...autoscaler(), metadata: { name: 'also-web' } };
  const run = played({ replicas: 3, before: [other], steps: { '310s': 'delete hpa also-web' } });
  const stopped = lines(run).filter(({ ScalingActive }) => ScalingActive === 'False/AmbiguousSelector');
  expect(new Set(stopped.map(({ name }) => name))).toEqual(new Set(['also-web', 'web']));
  expect(lines(run).filter(({ t, desired }) => t < 310 && desired > 3)).toEqual([]);
  expect(run.result.autoscalers.find(({ autoscaler }) => autoscaler.endsWith('/web'))).toMatchObject({
    desiredAtEnd: 20,
  });
  expect(run.result.end).toBe('quiet');
});

describe('scaling down', () => {
  const falling = {
    load: {
      cpu: {
        steps: [
          ['0s', '1'],
          ['60s', '200m'],
        ],
      },
    },
    ...READY,
  } as JsonObject;

  test('waits until the highest recommendation is five minutes old', () => {
    // 20 at 60 s for the last time: that of the step's own moment is lower already.
    expect(asked(played({ replicas: 20, behavior: falling })).slice(1)).toEqual([[360, 4]]);
  });

  test('takes what its behavior allows in a period', () => {
    const scaleDown = {
      stabilizationWindowSeconds: 0,
      policies: [{ type: 'Pods', value: 5, periodSeconds: 60 }],
    };
    const run = played({ replicas: 20, behavior: falling }, { behavior: { scaleDown } });
    expect(asked(run).slice(1)).toEqual([
      [60, 15],
      [120, 10],
      [180, 5],
      [240, 4],
    ]);
  });

  test('can be switched off', () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' } };
    const run = played({ replicas: 20, behavior: falling }, { behavior });
    expect(atEnd(run)).toMatchObject({ desired: 20, ScalingLimited: 'True/ScaleDownLimit' });
    expect(run.result.end).toBe('quiet');
  });
});

describe('tolerance', () => {
  const slightly = { usage: { cpu: '54m' }, ...READY };

  test.each([
    ['1.37', {}, 3],
    ['1.37', { scaleUp: { tolerance: '0.05' } }, 10],
    ['1.34', { scaleUp: { tolerance: '0.05' } }, 3],
  ] as const)('in %s, with behavior %j', (kubernetes, behavior, desired) => {
    const run = played({ replicas: 3, behavior: slightly, kubernetes }, { behavior, maxReplicas: 10 });
    expect(atEnd(run).desired).toBe(desired);
  });

  test('as the flag of the controller manager says', () => {
    const flags = { 'horizontal-pod-autoscaler-tolerance': 0.01, 'horizontal-pod-autoscaler-sync-period': '4s' };
    const controlPlane = { preset: 'unlimited', 'kube-controller-manager': flags };
    const run = played({ replicas: 3, behavior: slightly, controlPlane }, { maxReplicas: 5 });
    expect(asked(run)).toEqual([
      [16, 4],
      [32, 5],
    ]);
  });
});

describe('metrics', () => {
  test('an amount per pod, of memory', () => {
    const target = { type: 'AverageValue', averageValue: '100Mi' };
    const metrics = [{ type: 'Resource', resource: { name: 'memory', target } }];
    const run = played({ replicas: 2, behavior: { load: { memory: '600Mi' }, ...READY } }, { metrics });
    expect(atEnd(run).desired).toBe(6);
  });

  test('of a container: all is used by the first one', () => {
    const ofContainer = (container: string) => ({
      metrics: [
        {
          type: 'ContainerResource',
          containerResource: { name: 'cpu', container, target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    });
    expect(atEnd(played({ replicas: 3 }, ofContainer('app'))).desired).toBe(20);
    expect(atEnd(played({ replicas: 3 }, ofContainer('other')))).toMatchObject({
      ScalingActive: 'False/FailedGetContainerResourceMetric',
    });
  });

  test('one that fails lets the others scale up, not down', () => {
    const external = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: 1 } } };
    const [resource] = cpu({ type: 'Utilization', averageUtilization: 50 }).metrics as JsonObject[];
    const spec = { metrics: [external, resource!] };
    expect(atEnd(played({ replicas: 3 }, spec)).desired).toBe(20);
    const run = played({ replicas: 30 }, spec);
    expect(asked(run)).toEqual([]);
    expect(atEnd(run)).toMatchObject({ ScalingActive: 'False/FailedGetExternalMetric' });
  });

  test('a container that requests nothing, and pods of which nobody says what they use', () => {
    const nothing = played({ replicas: 3, container: { resources: {} } });
    expect(atEnd(nothing)).toMatchObject({ ScalingActive: 'False/FailedGetResourceMetric', current: 3 });
    const unmeasured = played({ replicas: 3, behavior: READY });
    expect(atEnd(unmeasured)).toMatchObject({ ScalingActive: 'False/FailedGetResourceMetric', current: 3 });
    expect(unmeasured.result).toMatchObject({ end: 'quiet', autoscalers: [{ desiredMax: null, desiredAtEnd: null }] });
  });
});

describe('while nothing can change', () => {
  const behavior = {
    ...READY,
    load: {
      cpu: {
        steps: [
          ['0s', '1'],
          ['400s', '2'],
          ['500s', '500m'],
        ],
      },
    },
  } as JsonObject;
  const sketch: Sketch = {
    replicas: 20,
    behavior: [{ match: { labels: { app: 'idle' } }, ready: '1s' }, behavior],
    steps: { '1300s': 'set image deployment/web app=web:v2' },
    until: '1h',
  };

  test('syncs are left out, and it makes no difference', () => {
    const idle = { metadata: { labels: { app: 'idle' } }, spec: { containers: [{ name: 'a', image: 'idle:v1' }] } };
    const wake = { createPods: { name: 'idle', count: 450, every: '7s', pod: idle } };
    const resting = played(sketch);
    const kept = played({ ...sketch, steps: { '1s': wake as never, ...sketch.steps } });
    expect(lines(resting)).toEqual(lines(kept));
    expect(resting.result.events).toBeLessThan(kept.result.events / 2);
  });
});

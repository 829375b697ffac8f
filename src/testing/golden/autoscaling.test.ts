import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { EventLine, HorizontalPodAutoscalerLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, SET_IMAGE, type Sketch } from '../play.ts';

function autoscaler(spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 1000,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
      ],
      ...spec,
    },
  };
}

function played(sketch: Sketch, spec: JsonObject = {}): Played {
  return play({ controlPlane: LIFTED, nodes: { count: 100 }, until: '20m', ...sketch, before: [autoscaler(spec)] });
}

/** What the autoscaler asked for, in order. */
function desired({ log }: Played): number[] {
  const lines = log.filter((line): line is HorizontalPodAutoscalerLine => line.kind === 'HorizontalPodAutoscaler');
  const asked = lines.map((line) => line.desired).filter((replicas) => replicas > 0);
  return asked.filter((replicas, index) => replicas !== asked[index - 1]);
}

/** Pods that use what they should: what is on target in any number of pods. */
const ON_TARGET = { usage: { cpu: '50m' }, ready: '15s', terminate: '5s' };
const WARMING_UP = { ...ON_TARGET, usage: { cpu: '50m', startup: { cpu: '400m', for: '60s' } } };
const HALF = { maxSurge: '50%', maxUnavailable: 0 };

/** kubernetes/kubernetes#72775, #90461, #98914. */
describe('belief 11: "an autoscaler is neutral during a rollout"', () => {
  test.each(['25%', '50%', '100%'])('as long as usage is on target, a surge of %s does not move it', (maxSurge) => {
    const run = played({
      replicas: 40,
      strategy: { maxSurge, maxUnavailable: 0 },
      behavior: ON_TARGET,
      steps: { '120s': SET_IMAGE },
    });
    expect(desired(run)).toEqual([40]);
    expect(run.result.rollouts.at(-1)).toMatchObject({ outcome: 'complete', desiredReplicas: 40 });
  });

  test('pods that burn cpu at their start are taken for load, and what they bring about stays', () => {
    const run = played({
      replicas: 20,
      strategy: HALF,
      behavior: [{ match: { image: 'web:v2' }, ...WARMING_UP }, ON_TARGET],
      steps: { '120s': SET_IMAGE },
    });
    // Each step's new pods are the next one's reason; a pod that uses what it should gives none to go back.
    expect(desired(run)).toEqual([20, 40, 80, 160, 320, 640, 1000]);
    expect(run.result.autoscalers[0]).toMatchObject({ desiredAtEnd: 1000, scaleUps: 6, scaleDowns: 0 });
  });

  test('where the pods share a load the replicas come back, five minutes after the last burst', () => {
    const shared = { load: { cpu: '1' }, ready: '15s', terminate: '5s' };
    const burst = { ...shared, usage: { startup: { cpu: '400m', for: '60s' } } };
    const run = played(
      {
        replicas: 20,
        strategy: HALF,
        behavior: [{ match: { image: 'web:v2' }, ...burst }, shared],
        steps: { '120s': SET_IMAGE },
      },
      { maxReplicas: 100 },
    );
    expect(desired(run)).toEqual([20, 40, 80, 100, 20]);
  });

  test('a burst that is over before the pod is ready for ten seconds is seen by nobody', () => {
    const short = { ...ON_TARGET, usage: { cpu: '50m', startup: { cpu: '400m', for: '20s' } } };
    const run = played({
      replicas: 20,
      strategy: HALF,
      behavior: [{ match: { image: 'web:v2' }, ...short }, ON_TARGET],
      steps: { '120s': SET_IMAGE },
    });
    expect(desired(run)).toEqual([20]);
  });
});

describe('belief: "kubectl apply leaves the replicas to the autoscaler"', () => {
  const twenty = { load: { cpu: '1' }, ready: '5s', terminate: '5s' };
  const scalings = ({ log }: Played, since: number): string[] =>
    log
      .filter((line): line is EventLine => line.kind === 'Event' && line.t >= since)
      .map(({ message }) => message.replace(/^Scaled .* from/, 'from'));

  test('a manifest with replicas puts them back, and the autoscaler undoes it at its next sync', () => {
    const manifest = (replicas: JsonObject) => ({
      kubectl: 'apply -f -',
      stdin: JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: { ...replicas, selector: { matchLabels: { app: 'web' } }, template: TEMPLATE },
      }),
    });
    const run = played({ replicas: 3, behavior: twenty, steps: { '10m': manifest({ replicas: 3 }) }, until: '30m' });
    expect(desired(run)).toEqual([6, 12, 20, 6, 12, 20]);
    expect(scalings(run, 600)).toEqual(['from 20 to 3', 'from 3 to 6', 'from 6 to 12', 'from 12 to 20']);
    const without = played({ replicas: 3, behavior: twenty, steps: { '10m': manifest({}) }, until: '30m' });
    // `replicas` was applied once: leaving it out now deletes it, and the default is 1.
    expect(scalings(without, 600)[0]).toBe('from 20 to 1');
  });

  test('so does kubectl scale', () => {
    const run = played({ replicas: 3, behavior: twenty, steps: { '10m': 'scale deployment/web --replicas=10' } });
    expect(scalings(run, 600)).toEqual(['from 20 to 10', 'from 10 to 20']);
  });
});

const TEMPLATE: JsonObject = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'app', image: 'web:v1', resources: { requests: { cpu: '100m', memory: '64Mi' } } }],
  },
};

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { play, podTemplate, type Sketch } from '../play.ts';

const REPLICAS = 40;

function application(name: string, replicas: number): JsonObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      strategy: { rollingUpdate: { maxSurge: '10%', maxUnavailable: 0 } },
      selector: { matchLabels: labels },
      template: { ...podTemplate(), metadata: { labels } },
    },
  };
}

/** Most pods at once while these commands bring out a new version. */
function mostPods(commands: readonly string[]): number {
  const { result } = play({
    objects: [application('web', REPLICAS), application('web-canary', 0)],
    nodes: { count: 10 },
    behavior: { ready: '10s', terminate: '0s' },
    steps: { '100s': commands },
    until: '1h',
  } as Sketch);
  return result.pods.maxAtOnce;
}

/**
 * argoproj/argo-rollouts#3284, #3397. Argo Rollouts is no part of Kubernetes and is not simulated; a canary with a weight is
 * what it makes of it: a second controller with its share of the pods, beside one that keeps all of its own.
 */
describe('belief 16: "a canary keeps to maxSurge"', () => {
  test('a rolling update does: 40 pods and 10 % come to 44 at once', () => {
    const most = mostPods(['set image deployment/web app=app:v2']);
    // Pods that have just been deleted are there for some milliseconds.
    expect(most).toBeGreaterThanOrEqual(44);
    expect(most).toBeLessThanOrEqual(48);
  });

  test('a canary of 50 % adds 20 pods in one go', () => {
    expect(mostPods(['set image deployment/web-canary app=app:v2', 'scale deployment/web-canary --replicas=20'])).toBe(
      60,
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { deployment, LIFTED, play, SET_IMAGE, type Sketch } from '../play.ts';

/** What clients meet while a rollout keeps all pods available. */
const SERVICE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
};
const CAREFUL = { replicas: 10, strategy: { maxSurge: 1, maxUnavailable: 0 } };

function served(sketch: Sketch, proxy: string, behavior: JsonObject = {}) {
  const { result } = play({
    objects: [SERVICE, deployment({ ...CAREFUL, ...sketch })],
    behavior: { ready: '5s', terminate: '5s', ...behavior },
    controlPlane: { ...LIFTED, latency: { proxy } },
    steps: { '100s': SET_IMAGE },
  });
  expect(result.rollouts.at(-1)).toMatchObject({ outcome: 'complete', availableMin: 10 });
  return result.services[0]!;
}

const sleep = (seconds: number): Sketch => ({ container: { lifecycle: { preStop: { sleep: { seconds } } } } });

/** kubernetes/kubernetes#43576, #86280. */
describe('belief 14: "with maxUnavailable 0 no request fails"', () => {
  test('without preStop each of ten old pods gets its share for as long as the proxies do not know', () => {
    const { staleEndpointSeconds, lostRequestSeconds } = served({}, '2s');
    expect(staleEndpointSeconds).toBeGreaterThan(10 * 2);
    expect(staleEndpointSeconds).toBeLessThan(10 * 2.1);
    // One of eleven endpoints each time, or of ten where the proxies have not heard of the new one yet.
    expect(lostRequestSeconds).toBeGreaterThan((10 * 2) / 11);
    expect(lostRequestSeconds).toBeLessThan((10 * 2.1) / 10);
  });

  test('of 300 requests a second some six hundred are lost', () => {
    const { lostRequestSeconds, lostRequests } = served({}, '2s', {
      load: { requestsPerSecond: 300, cpuPerRequest: '1m' },
    });
    expect(lostRequests).toBeCloseTo(300 * lostRequestSeconds, 6);
    expect(served({}, '2s').lostRequests).toBeNull();
  });

  test('the longer they take, the more are lost', () => {
    expect(served({}, '500ms').staleEndpointSeconds).toBeLessThan(10 * 0.6);
    expect(served({}, '4s').staleEndpointSeconds).toBeGreaterThan(10 * 4);
  });

  test('a preStop sleep that is longer than that saves them all, a shorter one some', () => {
    expect(served(sleep(3), '2s')).toMatchObject({ staleEndpointSeconds: 0, lostRequestSeconds: 0 });
    const { staleEndpointSeconds } = served(sleep(1), '2s');
    expect(staleEndpointSeconds).toBeGreaterThan(10 * 1);
    expect(staleEndpointSeconds).toBeLessThan(10 * 1.1);
  });
});

/** How long containers that keep ending wait for their restart: KEP-4603 and what it is held against. */
import { expect, test } from 'vitest';
import type { PodLine } from '../../metrics/log/logLine.ts';
import { play, type Sketch } from '../play.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'app', image: 'app:v1' }] },
};

/** Restarts of a container that ends after a second, within ten minutes. */
function restarts(sketch: Sketch): number {
  const { log, result } = play({
    objects: [POD],
    behavior: { run: '1s', exitCode: 1 },
    steps: { '10m': 'get pod p --no-headers' },
    until: '11m',
    ...sketch,
  });
  expect(log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === 'created')).toHaveLength(1);
  const [, count] = /^p +0\/1 +\S+ +(\d+) /.exec(result.steps.at(-1)!.out)!;
  return Number(count);
}

// 0 + 10 + 20 + 40 + 80 + 160 = 310 s, and the next one waits 300 s; waits may be half as long again.
test.each(['1.30', '1.33', '1.37'])('by default they are 10 s and doubled up to 300 s, in %s too', (kubernetes) => {
  const count = restarts({ kubernetes });
  expect(count).toBeGreaterThanOrEqual(5);
  expect(count).toBeLessThanOrEqual(6);
});

test('with KubeletCrashLoopBackOffMax at most as long as the kubelet says, at first too', () => {
  const controlPlane = (period: string) => ({ controlPlane: { kubelet: { 'max-container-restart-period': period } } });
  // 0 + 10 + 20 + 30 + 30 …; and 5 s each, which the kubelet finds over when it looks, at the latest after 7.5 s.
  expect(restarts(controlPlane('30s'))).toBeGreaterThanOrEqual(13);
  expect(restarts(controlPlane('30s'))).toBeLessThanOrEqual(20);
  expect(restarts(controlPlane('5s'))).toBeGreaterThanOrEqual(70);
  const place =
    'max-container-restart-period: must not be set while the feature gate KubeletCrashLoopBackOffMax is off';
  expect(() => restarts({ kubernetes: '1.34', ...controlPlane('30s') })).toThrow(place.split(': ')[1]);
});

// 0 + 1 + 2 + 4 + 8 + 16 + 32 = 63 s, and then 60 s each.
test('with ReduceDefaultCrashLoopBackOffDecay 1 s and doubled up to 60 s', () => {
  const count = restarts({ featureGates: { ReduceDefaultCrashLoopBackOffDecay: true } });
  expect(count).toBeGreaterThanOrEqual(12);
  expect(count).toBeLessThanOrEqual(15);
});

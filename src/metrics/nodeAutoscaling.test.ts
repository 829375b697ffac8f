import { expect, test } from 'vitest';
import { thresholdMetric } from '../runner/thresholdMetrics.ts';
import { play } from '../testing/play.ts';

const POOL = { count: 1, allocatable: { cpu: '4' }, autoscale: { min: 1, max: 4, provisioningDelay: '1m' } };

test('nodes are counted from the request on, and paid for while they are there', () => {
  const steps = { '200s': 'scale deployment/web --replicas=1', '290s': 'delete deployment web' };
  const { result } = play({ replicas: 3, requests: { cpu: '3' }, nodes: POOL, steps, until: '10h' });
  const { nodeSeconds, ...counts } = result.nodeAutoscaling!;
  expect(counts).toEqual({ scaleUps: 1, nodesRequested: 2, nodesRemoved: 2, nodesMax: 3, nodesAtEnd: 1 });
  // They are asked for at 10 s and there at 70 s; the first that is found empty goes after ten minutes.
  const [one, other] = [210 + 600 - 70, 300 + 600 - 70];
  expect(result.simulatedSeconds).toBeGreaterThanOrEqual(810);
  expect(nodeSeconds).toBeGreaterThanOrEqual(result.simulatedSeconds + 2 * one - 1);
  expect(nodeSeconds).toBeLessThanOrEqual(result.simulatedSeconds + one + other + 1);
  expect(thresholdMetric('nodeAutoscaling.nodesMax')!.valuesOf([result])).toEqual([3]);
  expect(thresholdMetric('nodeAutoscaling.nodesMax')!.valuesOf([play({}).result])).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { DEFAULT_CLUSTER_AUTOSCALER } from '../controllers/clusterautoscaler/nodeGroup.ts';
import { buildScenario } from './build.ts';

function build(pool: string, flags = '{}') {
  const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [${pool}]}
controlPlane: {cluster-autoscaler: ${flags}}
`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(pool: string, flags?: string): string {
  return errorIn(() => build(pool, flags));
}

function errorIn(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('pools that autoscale', () => {
  it('begin with their count, or with the fewest nodes', () => {
    const sizes = (pool: string) => {
      const { count, autoscale } = build(pool).pools[0]!;
      return [autoscale!.min, count, autoscale!.max];
    };
    expect(sizes('{autoscale: {max: 5, provisioningDelay: 1m}}')).toEqual([1, 1, 5]);
    expect(sizes('{count: 3, autoscale: {max: 5, provisioningDelay: 1m}}')).toEqual([3, 3, 5]);
    expect(sizes('{autoscale: {min: 2, max: 5, provisioningDelay: 1m}}')).toEqual([2, 2, 5]);
    expect(sizes('{count: 4, autoscale: {min: 0, max: 5, provisioningDelay: 1m}}')).toEqual([0, 4, 5]);
  });

  it.each([
    ['{autoscale: {max: 5}}', 'autoscale.provisioningDelay: Required value'],
    ['{autoscale: {min: 1, provisioningDelay: 1m}}', 'autoscale.max: Required value'],
    ['{count: 6, autoscale: {max: 5, provisioningDelay: 1m}}', 'autoscale.max: must not be less than 6'],
    [
      '{count: 1, autoscale: {min: 2, max: 5, provisioningDelay: 1m}}',
      'begins with 1 nodes, which is not between 2 and 5',
    ],
    ['{autoscale: {max: 5, provisioningDelay: soon}}', 'autoscale.provisioningDelay: "soon" is not a duration'],
  ])('refuse %s', (pool, message) => {
    expect(errorOf(pool)).toContain(message);
  });

  it('are none that a step adds', () => {
    const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
steps: [{at: 1s, addNodes: {name: more, autoscale: {max: 3, provisioningDelay: 1m}}}]
`;
    const add = () => buildScenario({ files: [{ file: 's.yaml', text }] }, {});
    expect(errorIn(add)).toContain('steps[0].addNodes.autoscale: unknown field');
  });
});

describe('flags of cluster-autoscaler', () => {
  it("are upstream's by default", () => {
    expect(build('{}').clusterAutoscaler).toEqual(DEFAULT_CLUSTER_AUTOSCALER);
  });

  it('are read', () => {
    const flags = `{scan-interval: 5s, expander: random, scale-down-enabled: false, scale-down-unneeded-time: 1m,
      scale-down-delay-after-add: 2m, max-node-provision-time: 3m, max-scale-down-parallelism: 4}`;
    expect(build('{}', flags).clusterAutoscaler).toEqual({
      scanIntervalMicros: 5_000_000,
      expander: 'random',
      isScaleDownEnabled: false,
      scaleDownUnneededMicros: 60_000_000,
      scaleDownDelayAfterAddMicros: 120_000_000,
      maxNodeProvisionMicros: 180_000_000,
      maxScaleDownParallelism: 4,
    });
  });

  it.each([
    ['{scan-interval: 0s}', 'scan-interval: must be greater than 0'],
    ['{expander: price}', 'expander'],
    ['{scan-intervall: 1s}', 'unknown field (did you mean "scan-interval"?)'],
  ])('refuse %s', (flags, message) => {
    expect(errorOf('{}', flags)).toContain(message);
  });
});

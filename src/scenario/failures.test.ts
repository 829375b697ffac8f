import { describe, expect, test } from 'vitest';
import type { InputError } from '../api/errors.ts';
import { buildScenario } from './index.ts';

function build(failure: string) {
  const text = `apiVersion: rollsim/v1alpha1\nkind: Scenario\ncluster: {nodes: [{}], failures: [${failure}]}\n`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {});
}

function errorOf(failure: string): string {
  try {
    build(failure);
  } catch (error) {
    return (error as InputError).format();
  }
  throw new Error('was accepted');
}

describe('cluster.failures', () => {
  test('are read with their defaults', () => {
    expect(build('{timeToFailure: {exponential: {mean: 10h}}}').failures).toEqual([
      {
        nodes: undefined,
        isTogether: false,
        timeToFailure: { kind: 'exponential', meanMicros: 36e9 },
        timeToRepair: { kind: 'never' },
        trace: [],
      },
    ]);
    expect(build('{nodes: {zone: a}, together: true, trace: [{at: 5s, for: 2s}, {at: 9s}]}').failures).toMatchObject([
      {
        nodes: { kind: 'zone', zone: 'a' },
        isTogether: true,
        trace: [
          { at: 5e6, durationMicros: 2e6 },
          { at: 9e6, durationMicros: Number.POSITIVE_INFINITY },
        ],
      },
    ]);
  });

  test.each([
    ['{}', 'cluster.failures[0]: expected either timeToFailure or trace'],
    ['{timeToFailure: 1h, trace: []}', 'cluster.failures[0]: expected either timeToFailure or trace'],
    [
      '{trace: [], timeToRepair: 1h}',
      'cluster.failures[0].timeToRepair: an outage of a trace has its own length (for)',
    ],
    ['{trace: [{at: 5s, for: 2s}, {at: 6s}]}', 'trace[1].at: must not be before the end of the outage above it'],
    ['{trace: [{at: 5s}, {at: 6s}]}', 'trace[1].at: must not be before the end of the outage above it'],
    ['{trace: [{for: 6s}]}', 'trace[0].at: Required value'],
    ['{nodes: {zone: ""}, timeToFailure: 1h}', 'failures[0].nodes: expected a name, a list of names'],
    ['{nodes: {zone: a, pool: b}, timeToFailure: 1h}', 'failures[0].nodes: expected a name, a list of names'],
    ['{timeToFailure: {exponentiel: {mean: 1h}}}', 'unknown distribution "exponentiel" (did you mean "exponential"?)'],
    ['{timeToFail: 1h}', 'cluster.failures[0].timeToFail: unknown field'],
  ])('%s is refused', (failure, message) => {
    expect(errorOf(failure)).toContain(message);
  });
});

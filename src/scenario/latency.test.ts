import { describe, expect, test } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';

function latencyOf(latency: string, preset = 'default') {
  const text = `apiVersion: rollsim/v1alpha1
kind: Scenario
metadata: {name: s}
controlPlane:
  preset: ${preset}
  latency: ${latency}
`;
  return buildScenario({ files: [{ file: 's.yaml', text }] }, {}).controlPlane.latency;
}

function errorOf(latency: string): string {
  try {
    latencyOf(latency);
  } catch (error) {
    if (error instanceof InputError) return error.format();
    throw error;
  }
  throw new Error('was accepted');
}

describe('controlPlane.latency', () => {
  test('takes durations, and distributions of what is another each time', () => {
    expect(latencyOf('{api: 7ms, watch: {logNormal: {median: 3ms, p99: 90ms}}}')).toMatchObject({
      apiMicros: 7_000,
      watchMicros: 3_000,
      random: { watch: { kind: 'logNormal', medianMicros: 3_000, p99Micros: 90_000 } },
    });
  });

  test('leaves nothing to chance that is not asked for', () => {
    expect(latencyOf('{api: 7ms}')).not.toHaveProperty('random');
    expect(latencyOf('{}', 'unlimited')).not.toHaveProperty('random');
  });

  test.each([
    ['{api: never}', 's.yaml:6:18: controlPlane.latency.api: must not be never'],
    ['{watch: {empirical: [1ms, never]}}', 's.yaml:6:13: controlPlane.latency.watch: must not be never'],
    ['{apiService: {uniform: {min: 1ms, max: 2ms}}}', 'controlPlane.latency.apiService'],
    ['{api: {lognormal: {median: 1ms, p99: 2ms}}}', 'unknown distribution "lognormal" (did you mean "logNormal"?)'],
  ])('refuses %s', (latency, message) => {
    expect(errorOf(latency)).toContain(message);
  });
});

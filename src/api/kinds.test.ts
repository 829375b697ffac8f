import { describe, expect, it } from 'vitest';
import { isSimulatedKind, knownKinds, simulatedApiVersions } from './kinds.ts';

describe('kinds', () => {
  it('are known, and some simulated', () => {
    expect(isSimulatedKind('Deployment')).toBe(true);
    expect(isSimulatedKind('ConfigMap')).toBe(false);
    expect(isSimulatedKind('constructor')).toBe(false);
    expect(knownKinds.has('HorizontalPodAutoscaler')).toBe(true);
    for (const kind of Object.keys(simulatedApiVersions)) expect(knownKinds.has(kind)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { labelsMatch } from '../selector.ts';
import { failure } from '../testing/documents.ts';
import type { JsonObject, PodDisruptionBudgetManifest } from '../types.ts';
import { decodeObject } from './decode.ts';

function budget(spec: JsonObject): PodDisruptionBudgetManifest {
  const document = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec };
  return decodeObject(document) as PodDisruptionBudgetManifest;
}

describe('a PodDisruptionBudget', () => {
  it('says how many pods must stay or how many may go', () => {
    const { spec } = budget({ minAvailable: '50%', selector: { matchLabels: { app: 'web' } } });
    expect(spec).toMatchObject({
      minAvailable: { value: 50, isPercent: true },
      maxUnavailable: undefined,
      selector: { matchLabels: { app: 'web' } },
      unhealthyPodEvictionPolicy: 'IfHealthyBudget',
    });
    const other = budget({ maxUnavailable: 0, unhealthyPodEvictionPolicy: 'AlwaysAllow' }).spec;
    expect(other).toMatchObject({ maxUnavailable: { value: 0 }, unhealthyPodEvictionPolicy: 'AlwaysAllow' });
  });

  it('is of every pod by an empty selector, and of none without one', () => {
    const all = budget({ minAvailable: 1, selector: {} }).spec.selector;
    const none = budget({ minAvailable: 1 }).spec.selector;
    for (const labels of [{}, { app: 'web' }]) {
      expect(labelsMatch(all, labels)).toBe(true);
      expect(labelsMatch(none, labels)).toBe(false);
    }
  });

  it.each<[string, JsonObject, string]>([
    [
      'both',
      { minAvailable: 1, maxUnavailable: 1 },
      'spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
    ],
    ['neither', { selector: {} }, 'spec: Required value: one of minAvailable and maxUnavailable must be set'],
    ['more than all', { minAvailable: '101%' }, 'spec.minAvailable: must not be greater than 100%'],
    ['less than none', { maxUnavailable: -1 }, 'spec.maxUnavailable: must be greater than or equal to 0'],
    ['a word', { maxUnavailable: 'one' }, 'spec.maxUnavailable: Invalid value: "one": a valid percent string must be'],
    [
      'a policy',
      { minAvailable: 1, unhealthyPodEvictionPolicy: 'Always' },
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "Always": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
    ['a selector', { minAvailable: 1, selector: { app: 'web' } }, 'spec.selector.app: unknown field'],
  ])('is refused for %s', (_, spec, message) => {
    expect(failure(() => budget(spec))).toContain(`poddisruptionbudget/web: ${message}`);
  });
});

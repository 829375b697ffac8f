import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { play } from '../testing/play.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Tolerations of a pod as the API server has it. */
function admitted(tolerations: readonly JsonObject[]): string[] {
  const spec = { tolerations: [...tolerations], containers: [{ name: 'c', image: 'c:v1' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec };
  const { result } = play({ objects: [pod], steps: { '5s': 'get pod a -o jsonpath={.spec.tolerations}' } });
  const found = JSON.parse(result.steps.at(-1)!.out) as JsonObject[];
  return found.map(({ key = '', effect = '', tolerationSeconds = '' }) => `${key} ${effect} ${tolerationSeconds}`);
}

describe('a pod', () => {
  test('stays five minutes on a node that is lost', () => {
    expect(admitted([])).toEqual([`${NOT_READY} NoExecute 300`, `${UNREACHABLE} NoExecute 300`]);
  });

  test('gets only what it lacks, behind what it has', () => {
    const own = { key: UNREACHABLE, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
    expect(admitted([own])).toEqual([`${UNREACHABLE} NoExecute 5`, `${NOT_READY} NoExecute 300`]);
    const scheduling = { key: NOT_READY, operator: 'Exists', effect: 'NoSchedule' };
    expect(admitted([own, scheduling])).toHaveLength(3);
  });

  test.each([
    ['all taints', [{ operator: 'Exists' }]],
    ['all effects', [NOT_READY, UNREACHABLE].map((key) => ({ key, operator: 'Exists' }))],
    ['all keys', [{ operator: 'Exists', effect: 'NoExecute' }]],
  ])('that tolerates %s gets none', (_, tolerations) => {
    expect(admitted(tolerations)).toHaveLength(tolerations.length);
  });
});

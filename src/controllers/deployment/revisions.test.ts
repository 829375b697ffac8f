import { describe, expect, test } from 'vitest';
import {
  DEPRECATED_ROLLBACK_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  LAST_APPLIED_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
} from '../../cluster/index.ts';
import { storedDeployment, storedReplicaSet } from '../../testing/objects.ts';
import { maxRevision, newReplicaSetAnnotations, replicasAnnotations, revisionOf, withRevision } from './revisions.ts';

/** Of the conformance tests: beyond what a JS number holds exactly. */
const LARGE = '3546343826724305832';

function withAnnotations(annotations: Record<string, string>) {
  return storedReplicaSet({ annotations });
}

describe('revisions', () => {
  test('are 64-bit integers', () => {
    expect(revisionOf(withAnnotations({ [REVISION_ANNOTATION]: LARGE }))).toBe(3546343826724305832n);
    expect(newReplicaSetAnnotations(storedDeployment(), {}, BigInt(LARGE) + 1n)).toEqual({
      [REVISION_ANNOTATION]: '3546343826724305833',
    });
  });

  test('what is no integer is none', () => {
    for (const text of ['', 'two', '1.5', '1e3', '0x1']) {
      expect(revisionOf(withAnnotations({ [REVISION_ANNOTATION]: text }))).toBeUndefined();
    }
    expect(revisionOf(withAnnotations({}))).toBeUndefined();
  });

  test('the highest one counts, 0 without any', () => {
    const all = ['9', '10', 'x', LARGE].map((text) => withAnnotations({ [REVISION_ANNOTATION]: text }));
    expect(maxRevision(all)).toBe(BigInt(LARGE));
    expect(maxRevision(all.slice(0, 3))).toBe(10n);
    expect(maxRevision([])).toBe(0n);
  });

  test('only rise, and the ones before are remembered', () => {
    const at = (revision: string, history?: string) => ({
      [REVISION_ANNOTATION]: revision,
      ...(history === undefined ? {} : { [REVISION_HISTORY_ANNOTATION]: history }),
    });
    const deployment = storedDeployment();
    expect(newReplicaSetAnnotations(deployment, at('1'), 3n)).toEqual(at('3', '1'));
    expect(newReplicaSetAnnotations(deployment, at('3', '1'), 5n)).toEqual(at('5', '1,3'));
    const current = at('5', '1,3');
    expect(newReplicaSetAnnotations(deployment, current, 5n)).toBe(current);
    expect(newReplicaSetAnnotations(deployment, current, 4n)).toBe(current);
    const broken = at('five');
    expect(newReplicaSetAnnotations(deployment, broken, 6n)).toBe(broken);
  });

  test('the history is cut at its front to 2,000 characters', () => {
    const history = Array.from({ length: 500 }, (_, index) => String(1000 + index)).join(',');
    const next = newReplicaSetAnnotations(
      storedDeployment(),
      { [REVISION_ANNOTATION]: '1500', [REVISION_HISTORY_ANNOTATION]: history },
      1501n,
    );
    const kept = next[REVISION_HISTORY_ANNOTATION]!.split(',');
    expect(next[REVISION_HISTORY_ANNOTATION]!.length).toBeLessThanOrEqual(2000);
    expect(kept.at(-1)).toBe('1500');
    expect(kept.at(-2)).toBe('1499');
    expect(kept).toHaveLength(400);
  });
});

describe('annotations of the new ReplicaSet', () => {
  test("are the Deployment's, without those that the controllers and kubectl keep for themselves", () => {
    const deployment = storedDeployment({
      annotations: {
        'kubernetes.io/change-cause': 'v2',
        [LAST_APPLIED_ANNOTATION]: '{}',
        [REVISION_ANNOTATION]: '7',
        [REVISION_HISTORY_ANNOTATION]: '6',
        [DESIRED_REPLICAS_ANNOTATION]: '3',
        [MAX_REPLICAS_ANNOTATION]: '4',
        [DEPRECATED_ROLLBACK_ANNOTATION]: '1',
      },
    });
    expect(newReplicaSetAnnotations(deployment, {}, 8n)).toEqual({
      'kubernetes.io/change-cause': 'v2',
      [REVISION_ANNOTATION]: '8',
    });
  });

  test('stay when the Deployment loses them', () => {
    const current = { note: 'old', [REVISION_ANNOTATION]: '2' };
    expect(newReplicaSetAnnotations(storedDeployment(), current, 2n)).toBe(current);
  });

  test('tell what the Deployment wanted', () => {
    const annotations = replicasAnnotations({ note: 'x' }, 10, 13);
    expect(annotations).toEqual({ note: 'x', [DESIRED_REPLICAS_ANNOTATION]: '10', [MAX_REPLICAS_ANNOTATION]: '13' });
    expect(replicasAnnotations(annotations, 10, 13)).toBe(annotations);
    expect(replicasAnnotations(annotations, 10, 14)).not.toBe(annotations);
  });

  test('the revision of the Deployment is written only if it changes', () => {
    const deployment = withRevision(storedDeployment(), '2');
    expect(deployment.meta.annotations).toEqual({ [REVISION_ANNOTATION]: '2' });
    expect(withRevision(deployment, '2')).toBe(deployment);
  });
});

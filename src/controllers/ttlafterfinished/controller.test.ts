import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { FAIL, jobLines, NOT_TERMINATE, playJob, podLines, SUCCEED } from '../../testing/sigapps/jobs.ts';

function deletedAt(spec: JsonObject, behavior: JsonObject, steps: Record<string, string> = {}): number | undefined {
  const played = playJob({ parallelism: 1, completions: 1, ...spec }, behavior, { steps });
  return jobLines(played).find(({ deleted }) => deleted)?.t;
}

const patch = (ttlSecondsAfterFinished: number | null) =>
  `patch job batch -p '${JSON.stringify({ spec: { ttlSecondsAfterFinished } })}'`;

describe('ttlSecondsAfterFinished', () => {
  test.each([
    ['succeeded', SUCCEED],
    ['failed', { ...FAIL, run: '1s' }],
  ])('a Job that has %s goes so long after its end, and its pods go first', (_how, behavior) => {
    const played = playJob({ backoffLimit: 0, ttlSecondsAfterFinished: 30 }, behavior);
    const end = jobLines(played).find(({ conditions }) => conditions.Complete ?? conditions.Failed)!;
    const gone = jobLines(played).find(({ deleted }) => deleted)!;
    // The end is kept in whole seconds.
    expect(gone.t).toBe(Math.floor(end.t) + 30);
    for (const { t } of podLines(played, 'deleted')) expect(t).toBeLessThanOrEqual(gone.t);
    expect(podLines(played, 'deleted')).toHaveLength(podLines(played, 'created').length);
  });

  test('0 is at once', () => {
    expect(deletedAt({ ttlSecondsAfterFinished: 0 }, { run: '1s' })).toBe(2);
  });

  test('may be set, lengthened and taken away until then', () => {
    expect(deletedAt({}, SUCCEED, { '50s': patch(10) })).toBe(50);
    expect(deletedAt({ ttlSecondsAfterFinished: 30 }, SUCCEED, { '20s': patch(60) })).toBe(62);
    expect(deletedAt({ ttlSecondsAfterFinished: 30 }, SUCCEED, { '20s': patch(null) })).toBeUndefined();
  });

  test('says nothing of a Job that runs', () => {
    expect(deletedAt({ ttlSecondsAfterFinished: 0 }, NOT_TERMINATE)).toBeUndefined();
  });
});

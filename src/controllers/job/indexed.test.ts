import { describe, expect, test } from 'vitest';
import { asJob, indexedJob } from '../../api/testing/jobs.ts';
import type { JsonObject } from '../../api/types.ts';
import { POD_EXISTS, POD_FAILED, POD_SUCCEEDED, POD_TERMINATING } from '../../cluster/index.ts';
import {
  duplicatedIndexPods,
  firstPendingIndexes,
  IndexSet,
  newlyFailedIndexes,
  newlySucceededIndexes,
  podsWithDelayedDeletion,
} from './indexed.ts';
import { IndexFailureCounts } from './indexFailureCounts.ts';
import type { JobPod } from './jobPods.ts';
import { matchSuccessPolicy } from './successPolicy.ts';

function spec(patch: JsonObject = {}) {
  return asJob(indexedJob(patch)).spec;
}

let uids = 100;

function pod(index: number, fields: Partial<JobPod> = {}): JobPod {
  const uid = uids++;
  return { row: uid, uid, state: POD_EXISTS, index, isTracked: true, failure: undefined, ...fields };
}

function failedPod(index: number, action?: 'Ignore' | 'FailIndex' | 'Count'): JobPod {
  return pod(index, { state: POD_EXISTS | POD_FAILED, failure: { action, failJobMessage: undefined } });
}

const set = (text: string, completions = 100) => IndexSet.parse(text, completions);
const SUCCEEDED = { state: POD_EXISTS | POD_SUCCEEDED };
const done = (succeeded = '', failed?: string) => ({
  succeeded: set(succeeded),
  failed: failed === undefined ? undefined : set(failed),
});

describe('an IndexSet', () => {
  test('is read, joined and written as the status has it', () => {
    expect(set('0-2,5').with([3, 7, 6]).toString()).toBe('0-3,5-7');
    expect(set('').toString()).toBe('');
    expect(set('0-2,5').has(2)).toBe(true);
    expect(set('0-2,5').has(3)).toBe(false);
  });

  test('leaves out what is beyond the completions', () => {
    const cut = set('0-2,5', 2);
    expect([cut.size, cut.toString()]).toEqual([2, '0,1']);
  });

  test('stays the same where nothing is added', () => {
    const indexes = set('0-2');
    expect(indexes.with([1])).toBe(indexes);
  });
});

describe('new results', () => {
  test('are those of tracked pods with a valid index', () => {
    const pods = [
      pod(1, SUCCEEDED),
      pod(2, { ...SUCCEEDED, isTracked: false }),
      pod(9, SUCCEEDED),
      pod(-1, SUCCEEDED),
      pod(3),
    ];
    expect(newlySucceededIndexes(spec(), pods)).toEqual([1]);
  });

  test('an index has failed with one failure more than its limit, or by FailIndex', () => {
    const counts = new IndexFailureCounts();
    const [first, second] = [failedPod(0), failedPod(1)];
    counts.replaced(second.uid, failedPod(1).uid, true);
    const ignored = failedPod(2, 'Ignore');
    counts.replaced(ignored.uid, failedPod(2).uid, true);
    const pods = [first, second, ignored, failedPod(3, 'FailIndex'), pod(4)];
    expect(newlyFailedIndexes(spec({ backoffLimitPerIndex: 1 }), pods, counts)).toEqual([1, 3]);
  });
});

describe('the failed pod that an index keeps', () => {
  const kept = (pods: JobPod[], doneIndexes = done(), counts = new IndexFailureCounts()) => {
    const times = (item: JobPod) => item.uid;
    const limits = spec({ backoffLimitPerIndex: 5 });
    return [...podsWithDelayedDeletion(limits, pods, doneIndexes, counts, times).values()].map(({ uid }) => uid);
  };

  test('is its last one', () => {
    const [early, late] = [failedPod(0), failedPod(0)];
    expect(kept([early, late])).toEqual([late.uid]);
    const counts = new IndexFailureCounts();
    counts.replaced(early.uid, 1, true);
    expect(kept([early, late], done(), counts)).toEqual([early.uid]);
  });

  test('is none where the index is done, or has another pod already', () => {
    expect(kept([failedPod(0), failedPod(1), failedPod(2), pod(2)], done('0', '1'))).toEqual([]);
  });
});

describe('pending indexes', () => {
  test('are the lowest without pod, success or failure', () => {
    const pods = [pod(1), failedPod(3)];
    expect(firstPendingIndexes(spec({ completions: 9 }), pods, done('0', '2'), 3)).toEqual([3, 4, 5]);
    expect(firstPendingIndexes(spec(), [], done('0-3'), 3)).toEqual([4]);
  });

  test('a terminating pod keeps its index until it has failed, where that is the policy', () => {
    const pods = [pod(0, { state: POD_EXISTS | POD_TERMINATING })];
    const first = (podReplacementPolicy: string) =>
      firstPendingIndexes(spec({ podReplacementPolicy }), pods, done(), 1);
    expect([first('TerminatingOrFailed'), first('Failed')]).toEqual([[0], [1]]);
  });
});

test('of pods with one index all go but the last in the order of deletion, and those without a valid index', () => {
  const pods = [pod(2), pod(0), pod(0), pod(0), pod(5), pod(-1)];
  const [two, first, second, third, beyond, without] = pods.map(({ uid }) => uid);
  const { removed, left } = duplicatedIndexPods(spec(), pods, (a, b) => a.uid - b.uid);
  expect(removed.map(({ uid }) => uid)).toEqual([without, first, second, beyond]);
  expect(left.map(({ uid }) => uid)).toEqual([third, two]);
});

describe('a successPolicy', () => {
  const match = (succeeded: string, rules: JsonObject[], completions = 10) => {
    const { successPolicy } = spec({ completions: 10, successPolicy: { rules } });
    return matchSuccessPolicy(successPolicy, completions, set(succeeded));
  };

  test.each([
    ['', [{ succeededCount: 1 }], -1],
    ['3', [{ succeededCount: 1 }], 0],
    ['3', [{ succeededIndexes: '0-3' }], -1],
    ['0-4', [{ succeededIndexes: '0-3' }], 0],
    ['1,2', [{ succeededIndexes: '0-3', succeededCount: 2 }], 0],
    ['1,7', [{ succeededIndexes: '0-3', succeededCount: 2 }], -1],
    ['7', [{ succeededIndexes: '0' }, { succeededIndexes: '7' }], 1],
  ])('with %s succeeded, %o: rule %i', (succeeded, rules, rule) => {
    expect(match(succeeded, rules)).toBe(rule);
  });

  test('whose indexes are beyond the completions never matches', () => {
    expect(match('0', [{ succeededIndexes: '7' }], 5)).toBe(-1);
  });

  test('there may be none', () => {
    expect(matchSuccessPolicy(undefined, 5, set('0-4'))).toBe(-1);
  });
});

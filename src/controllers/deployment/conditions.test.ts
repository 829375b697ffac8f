import { describe, expect, test } from 'vitest';
import { newCondition, removeCondition, sameConditions, setCondition } from './conditions.ts';

const SECOND = 1_000_000;

function condition(status: 'True' | 'False', reason: string, atSeconds: number) {
  return newCondition('Progressing', status, reason, '', atSeconds * SECOND);
}

describe('conditions', () => {
  test('have times of whole seconds', () => {
    expect(condition('True', 'A', 1.9)).toMatchObject({ lastUpdateMicros: SECOND, lastTransitionMicros: SECOND });
  });

  test('one with the same status and reason is left alone', () => {
    const conditions = [condition('True', 'A', 1)];
    expect(setCondition(conditions, condition('True', 'A', 5))).toBe(conditions);
  });

  test('another reason refreshes the update time, another status the transition time too', () => {
    const conditions = [condition('True', 'A', 1)];
    expect(setCondition(conditions, condition('True', 'B', 5))).toMatchObject([
      { reason: 'B', lastUpdateMicros: 5 * SECOND, lastTransitionMicros: 1 * SECOND },
    ]);
    expect(setCondition(conditions, condition('False', 'A', 5))).toMatchObject([
      { status: 'False', lastUpdateMicros: 5 * SECOND, lastTransitionMicros: 5 * SECOND },
    ]);
  });

  test('others stay, and the changed one comes last', () => {
    const available = newCondition('Available', 'True', 'X', '', 0);
    const next = setCondition([condition('True', 'A', 1), available], condition('True', 'B', 2));
    expect(next.map(({ type, reason }) => [type, reason])).toEqual([
      ['Available', 'X'],
      ['Progressing', 'B'],
    ]);
    expect(removeCondition(next, 'Progressing')).toEqual([available]);
    expect(removeCondition(next, 'Absent')).toBe(next);
  });

  test('are the same in any order, but not with other times', () => {
    const available = newCondition('Available', 'True', 'X', '', 0);
    const progressing = condition('True', 'A', 1);
    expect(sameConditions([available, progressing], [progressing, available])).toBe(true);
    expect(sameConditions([available, progressing], [available])).toBe(false);
    for (const change of [
      { status: 'False' },
      { reason: 'B' },
      { message: 'm' },
      { lastUpdateMicros: 2 },
      { lastTransitionMicros: 2 },
    ]) {
      expect(sameConditions([progressing], [{ ...progressing, ...change } as typeof progressing])).toBe(false);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { Expectations } from './expectations.ts';

const OWNER = 1;
const MINUTE = 60_000_000;

describe('expectations', () => {
  test('nothing expected: satisfied', () => {
    const expectations = new Expectations();
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
    expectations.creationObserved(OWNER);
    expectations.deletionObserved(OWNER, 5);
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
  });

  test('creations are satisfied when as many are seen, or known not to come', () => {
    const expectations = new Expectations();
    expectations.expectCreations(OWNER, 4, 0);
    expectations.creationObserved(OWNER);
    expect(expectations.satisfied(OWNER, 0)).toBe(false);
    expectations.lowerCreations(OWNER, 2);
    expect(expectations.satisfied(OWNER, 0)).toBe(false);
    expectations.creationObserved(OWNER);
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
    expectations.creationObserved(OWNER);
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
  });

  test('deletions are satisfied by these very pods, each once', () => {
    const expectations = new Expectations();
    expectations.expectDeletions(OWNER, [5, 6], 0);
    expectations.deletionObserved(OWNER, 5);
    expectations.deletionObserved(OWNER, 5);
    expectations.deletionObserved(OWNER, 7);
    expect(expectations.satisfied(OWNER, 0)).toBe(false);
    expectations.deletionObserved(OWNER, 6);
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
  });

  test('are given up after five minutes', () => {
    const expectations = new Expectations();
    expectations.expectCreations(OWNER, 1, MINUTE);
    expect(expectations.satisfied(OWNER, 6 * MINUTE)).toBe(false);
    expect(expectations.satisfied(OWNER, 6 * MINUTE + 1)).toBe(true);
  });

  test('of one object are not those of another, and go with it', () => {
    const expectations = new Expectations();
    expectations.expectCreations(OWNER, 1, 0);
    expect(expectations.satisfied(2, 0)).toBe(true);
    expectations.creationObserved(2);
    expect(expectations.satisfied(OWNER, 0)).toBe(false);
    expectations.forget(OWNER);
    expect(expectations.satisfied(OWNER, 0)).toBe(true);
  });
});

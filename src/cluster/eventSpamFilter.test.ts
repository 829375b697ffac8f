import { expect, test } from 'vitest';
import { EventSpamFilter } from './eventSpamFilter.ts';

const MINUTE = 60_000_000;

test('25 Events about an object pass at once, then one in five minutes', () => {
  const filter = new EventSpamFilter();
  const admitted = (atMicros: number, tries = 100) =>
    Array.from({ length: tries }, () => filter.admits(1, atMicros)).filter(Boolean).length;
  expect(admitted(0)).toBe(25);
  expect(admitted(5 * MINUTE - 1)).toBe(0);
  expect(admitted(5 * MINUTE)).toBe(1);
  expect(admitted(20 * MINUTE)).toBe(3);
  expect(admitted(10_000 * MINUTE)).toBe(25);
});

test('objects that are forgotten among many have all their tokens again', () => {
  const filter = new EventSpamFilter();
  for (let i = 0; i < 25; i++) filter.admits(1, 0);
  for (let uid = 2; uid < 10_000; uid++) filter.admits(uid, 10 * MINUTE);
  expect(Array.from({ length: 30 }, () => filter.admits(1, 10 * MINUTE)).filter(Boolean)).toHaveLength(2);
  for (let uid = 10_000; uid < 30_000; uid++) filter.admits(uid, 300 * MINUTE);
  expect(Array.from({ length: 30 }, () => filter.admits(1, 300 * MINUTE)).filter(Boolean)).toHaveLength(25);
});

test('objects have buckets of their own', () => {
  const filter = new EventSpamFilter();
  for (let i = 0; i < 25; i++) filter.admits(1, 0);
  expect([filter.admits(1, 0), filter.admits(2, 0)]).toEqual([false, true]);
});

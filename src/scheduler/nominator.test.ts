import { expect, test } from 'vitest';
import { Nominator } from './nominator.ts';

function nominator(priorities: readonly number[] = []): { nominator: Nominator; changed: number[] } {
  const changed: number[] = [];
  return {
    changed,
    nominator: new Nominator({
      priorityOf: (pod) => priorities[pod] ?? 0,
      onChange: (node) => changed.push(node),
    }),
  };
}

test('knows the pods of a node in the order of their nomination', () => {
  const { nominator: nominated, changed } = nominator();
  nominated.add(700, 3);
  nominated.add(2, 3);
  nominated.add(5, 4);
  expect(nominated.podsOn(3)).toEqual([700, 2]);
  expect(nominated.podsOn(4)).toEqual([5]);
  expect(nominated.podsOn(5)).toEqual([]);
  expect([700, 2, 5, 6, 9999].map((pod) => nominated.nodeOf(pod))).toEqual([3, 3, 4, -1, -1]);
  expect(nominated.count).toBe(3);
  expect(changed).toEqual([3, 3, 4]);
});

test('a pod is nominated to run on one node at most', () => {
  const { nominator: nominated, changed } = nominator();
  nominated.add(1, 3);
  nominated.add(1, 3);
  nominated.add(1, 4);
  expect(nominated.podsOn(3)).toEqual([]);
  expect(nominated.podsOn(4)).toEqual([1]);
  expect(nominated.count).toBe(1);
  expect(changed).toEqual([3, 3, 4]);
});

test('a nomination can be taken back, and only once', () => {
  const { nominator: nominated, changed } = nominator();
  nominated.add(1, 3);
  nominated.add(2, 3);
  nominated.delete(1);
  nominated.delete(1);
  nominated.delete(7);
  expect(nominated.podsOn(3)).toEqual([2]);
  nominated.delete(2);
  expect(nominated.count).toBe(0);
  expect(changed).toEqual([3, 3, 3, 3]);
});

test('a pod reckons with nominated pods of its own priority and of higher ones, but not with itself', () => {
  const { nominator: nominated } = nominator([100, 100, 10]);
  expect(nominated.countsAgainst(1, 100, 3)).toBe(false);
  nominated.add(0, 3);
  expect(nominated.countsAgainst(0, 100, 3)).toBe(false);
  expect(nominated.countsAgainst(1, 100, 3)).toBe(true);
  expect(nominated.countsAgainst(9, 101, 3)).toBe(false);
  expect(nominated.countsAgainst(1, 100, 4)).toBe(false);
  nominated.add(2, 3);
  expect(nominated.countsAgainst(0, 100, 3)).toBe(false);
});

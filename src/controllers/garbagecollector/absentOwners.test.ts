import { expect, test } from 'vitest';
import { AbsentOwners } from './absentOwners.ts';

test('the 500 owners that were last asked for are remembered', () => {
  const owners = new AbsentOwners();
  for (let uid = 1; uid <= 500; uid++) owners.add(uid);
  expect(owners.has(1)).toBe(true);
  owners.add(501);
  expect([1, 2, 3, 501].map((uid) => owners.has(uid))).toEqual([true, false, true, true]);
});

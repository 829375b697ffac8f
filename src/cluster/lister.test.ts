import { expect, test } from 'vitest';
import { Lister } from './lister.ts';
import { ObjectTable, type StoredObject } from './objectTable.ts';

function object(uid: number, name: string): StoredObject {
  const meta = { namespace: 'default', name, labels: {}, annotations: {} };
  return { uid, meta, resourceVersion: 0, generation: 1, creationMicros: 0, ownerUid: -1 };
}

test('a lister knows objects by name as informers have seen them, also one that took over a name', () => {
  const notices: (() => void)[] = [];
  const deliver = () => notices.splice(0).map((notice) => notice());
  const table = new ObjectTable<StoredObject>('things', (notice) => notices.push(notice));
  const lister = new Lister(table);
  table.create(object(1, 'a'));
  expect(lister.get('default', 'a')).toBeUndefined();
  deliver();
  expect(lister.get('default', 'a')?.uid).toBe(1);
  expect(lister.get('other', 'a')).toBeUndefined();
  table.delete(1);
  table.create(object(2, 'a'));
  expect(lister.get('default', 'a')?.uid).toBe(1);
  deliver();
  expect(lister.get('default', 'a')?.uid).toBe(2);
  expect([...lister.list()].map(({ uid }) => uid)).toEqual([2]);
  expect(lister.size).toBe(1);
  const { version } = lister;
  table.delete(2);
  expect(lister.version).toBe(version);
  deliver();
  expect(lister.version).not.toBe(version);
});

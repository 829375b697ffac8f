import { beforeEach, describe, expect, test } from 'vitest';
import { storedReplicaSet } from '../testing/objects.ts';
import type { ReplicaSet } from './objects.ts';
import { ObjectTable } from './objectTable.ts';

/** A table whose notices the test delivers itself. */
let table: ObjectTable<ReplicaSet>;
let notices: (() => void)[];

beforeEach(() => {
  notices = [];
  table = new ObjectTable<ReplicaSet>('replicasets.apps', (deliver) => notices.push(deliver));
});

function deliver(count = notices.length): void {
  for (const notice of notices.splice(0, count)) notice();
}

function replicas(object: ReplicaSet | undefined): number | undefined {
  return object?.spec.replicas;
}

function scaled(object: ReplicaSet, size: number): ReplicaSet {
  return { ...object, spec: { ...object.spec, replicas: size } };
}

describe('a write', () => {
  test('shows at once to the API server, and to informers when the notice is there', () => {
    table.create(storedReplicaSet({ uid: 2, replicas: 1 }));
    expect([replicas(table.get(2)), replicas(table.cached(2))]).toEqual([1, undefined]);
    deliver();
    table.update(scaled(table.get(2)!, 5));
    expect([replicas(table.get(2)), replicas(table.cached(2))]).toEqual([5, 1]);
    deliver();
    expect(replicas(table.cached(2))).toBe(5);
    table.delete(2);
    expect([table.get(2), replicas(table.cached(2))]).toEqual([undefined, 5]);
    deliver();
    expect(table.cached(2)).toBeUndefined();
  });

  test('with an older version than the last one is a conflict, and changes nothing', () => {
    table.create(storedReplicaSet({ uid: 2, replicas: 1 }));
    const read = table.get(2)!;
    expect(table.update(scaled(read, 2))).toBeUndefined();
    expect(table.update(scaled(read, 3))).toEqual({
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on replicasets.apps "web-2": the object has been modified; please apply your ' +
        'changes to the latest version and try again',
    });
    expect(replicas(table.get(2))).toBe(2);
    expect(notices).toHaveLength(2);
  });

  test('from the cache is a conflict as long as the cache lags', () => {
    table.create(storedReplicaSet({ uid: 2, replicas: 1 }));
    deliver();
    table.update(scaled(table.get(2)!, 2));
    expect(table.update(scaled(table.cached(2)!, 3))?.reason).toBe('Conflict');
    deliver();
    expect(table.update(scaled(table.cached(2)!, 3))).toBeUndefined();
  });

  test('of what is not there finds nothing; a name is taken once', () => {
    expect(table.update(storedReplicaSet({ uid: 9 }))?.message).toBe('replicasets.apps "web-9" not found');
    expect(table.delete(9)?.reason).toBe('NotFound');
    table.create(storedReplicaSet({ uid: 2 }));
    expect(table.create({ ...storedReplicaSet({ uid: 3 }), meta: storedReplicaSet({ uid: 2 }).meta })).toEqual({
      reason: 'AlreadyExists',
      message: 'replicasets.apps "web-2" already exists',
    });
    table.delete(2);
    expect(table.create(storedReplicaSet({ uid: 2 }))).toBeUndefined();
  });
});

describe('looking up', () => {
  test('by name and in the order of creation', () => {
    for (const uid of [7, 3, 5]) table.create(storedReplicaSet({ uid }));
    expect(table.list().map(({ uid }) => uid)).toEqual([7, 3, 5]);
    expect(table.find('default', 'web-3')?.uid).toBe(3);
    expect(table.find('other', 'web-3')).toBeUndefined();
    table.delete(3);
    expect(table.find('default', 'web-3')).toBeUndefined();
  });

  test('by owner, as informers have seen it, in the order of uids', () => {
    for (const uid of [7, 3, 5]) table.create(storedReplicaSet({ uid }));
    expect(table.cachedOwnedBy(1)).toEqual([]);
    deliver();
    expect(table.cachedOwnedBy(1).map(({ uid }) => uid)).toEqual([3, 5, 7]);
    table.update({ ...table.get(5)!, ownerUid: -1 });
    expect(table.cachedOwnedBy(1).map(({ uid }) => uid)).toEqual([3, 5, 7]);
    deliver();
    expect(table.cachedOwnedBy(1).map(({ uid }) => uid)).toEqual([3, 7]);
    expect(table.cachedOwnedBy(-1).map(({ uid }) => uid)).toEqual([5]);
    table.delete(3);
    deliver();
    expect(table.cachedOwnedBy(1).map(({ uid }) => uid)).toEqual([7]);
  });
});

test('observers are told within the write, listeners with the notice, both of what was and what is', () => {
  const told: string[] = [];
  const note = (who: string) => (before: ReplicaSet | undefined, after: ReplicaSet | undefined) =>
    told.push(`${who} ${replicas(before) ?? '-'} ${replicas(after) ?? '-'}`);
  table.observe(note('observer'));
  table.listen(note('listener'));
  table.create(storedReplicaSet({ uid: 2, replicas: 1 }));
  table.update(scaled(table.get(2)!, 2));
  expect(told).toEqual(['observer - 1', 'observer 1 2']);
  deliver();
  table.delete(2);
  deliver();
  expect(told.slice(2)).toEqual(['listener - 1', 'listener 1 2', 'observer 2 -', 'listener 2 -']);
});

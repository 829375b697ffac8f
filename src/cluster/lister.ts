import type { ObjectTable, StoredObject } from './objectTable.ts';

/** What informers have seen of a kind, by name (upstream's listers). */
export class Lister<T extends StoredObject> {
  private readonly byName = new Map<string, T>();
  private changeCount = 0;

  /** To be made before any object is written. */
  constructor(table: ObjectTable<T>) {
    table.listen((before, after) => {
      this.changeCount++;
      const { namespace, name } = (after ?? before)!.meta;
      const key = `${namespace}/${name}`;
      if (after !== undefined) this.byName.set(key, after);
      // The name may be another object's by now.
      else if (this.byName.get(key)?.uid === before!.uid) this.byName.delete(key);
    });
  }

  get size(): number {
    return this.byName.size;
  }

  /** Another number whenever informers have shown a change of any object. */
  get version(): number {
    return this.changeCount;
  }

  /** @param namespace empty for what belongs to no namespace */
  get(namespace: string, name: string): T | undefined {
    return this.byName.get(`${namespace}/${name}`);
  }

  /** In the order in which the names were first seen. */
  list(): Iterable<T> {
    return this.byName.values();
  }
}

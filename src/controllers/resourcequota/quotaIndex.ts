import type { Cluster } from '../../cluster/index.ts';

const NONE: ReadonlySet<number> = new Set();

/** Uids of the quotas of each namespace, as informers see them. */
export class QuotaIndex {
  private readonly quotas = new Map<string, Set<number>>();

  constructor(cluster: Cluster) {
    cluster.tables.ResourceQuota.listen((before, after) => {
      const { uid, meta } = (after ?? before)!;
      const known = this.quotas.get(meta.namespace) ?? new Set();
      if (after === undefined) known.delete(uid);
      else known.add(uid);
      if (known.size === 0) this.quotas.delete(meta.namespace);
      else this.quotas.set(meta.namespace, known);
    });
  }

  of(namespace: string): ReadonlySet<number> {
    return this.quotas.get(namespace) ?? NONE;
  }

  /** Namespaces that have quotas. */
  namespaces(): Iterable<string> {
    return this.quotas.keys();
  }
}

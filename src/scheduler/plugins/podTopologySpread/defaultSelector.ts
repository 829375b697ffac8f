import { type LabelSelector, makeSelector } from '../../../api/labelSelector.ts';
import { SelectorSet } from '../../../api/selectorSet.ts';
import type { StringMap } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Service } from '../../../cluster/objects.ts';

/** Kinds of controllers whose selectors count. */
const OWNER_KINDS = ['ReplicaSet', 'ReplicationController', 'StatefulSet'] as const;

/** Which pods are like a given one, as far as its Services and its controller tell (upstream's helper.DefaultSelector). */
export class DefaultSelectors {
  /** Another number whenever a selector may have become another one. */
  version = 0;
  private readonly cluster: Cluster;
  private readonly services = new Map<string, SelectorSet<number>>();
  private readonly selectorOfService = new Map<number, StringMap>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    const { tables } = cluster;
    for (const service of tables.Service.cachedList()) this.seeService(undefined, service);
    tables.Service.listen((before, after) => this.seeService(before, after));
    for (const kind of OWNER_KINDS) {
      tables[kind].listen((before: { readonly spec: { readonly selector: LabelSelector } } | undefined, after) => {
        if (before !== undefined && after?.spec.selector.canonical !== before.spec.selector.canonical) this.version++;
      });
    }
  }

  /** False: nothing selects the pods of this controller, whatever their labels (`owner` -1: pods without one). */
  mayHave(owner: number): boolean {
    return this.selectorOfService.size > 0 || (owner !== -1 && this.ofOwner(owner) !== undefined);
  }

  /** All that must match, the selectors of the pod's Services and the one of its controller; empty: no selector. */
  of(namespace: string, labelSet: number, owner: number): readonly LabelSelector[] {
    const selectors: LabelSelector[] = [];
    const services = this.services.get(namespace);
    if (services !== undefined) {
      const pairs: Record<string, string> = {};
      for (const uid of this.cluster.labels.selectorsMatching(labelSet, services)) {
        Object.assign(pairs, this.selectorOfService.get(uid));
      }
      if (Object.keys(pairs).length > 0) selectors.push(makeSelector(pairs));
    }
    const ofOwner = owner === -1 ? undefined : this.ofOwner(owner);
    if (ofOwner !== undefined && ofOwner.canonical !== '') selectors.push(ofOwner);
    return selectors;
  }

  private ofOwner(owner: number): LabelSelector | undefined {
    const kind = OWNER_KINDS.find((known) => known === this.cluster.owners.get(owner)?.kind);
    return kind === undefined ? undefined : this.cluster.tables[kind].cached(owner)?.spec.selector;
  }

  private seeService(before: Service | undefined, after: Service | undefined): void {
    if (before !== undefined) this.forget(before);
    if (after === undefined || Object.keys(after.spec.selector).length === 0) return;
    let services = this.services.get(after.meta.namespace);
    if (services === undefined) {
      services = new SelectorSet();
      this.services.set(after.meta.namespace, services);
    }
    services.add(this.cluster.labels.compile(makeSelector(after.spec.selector)), after.uid);
    this.selectorOfService.set(after.uid, after.spec.selector);
    this.version++;
  }

  private forget({ uid, meta: { namespace } }: Service): void {
    if (!this.selectorOfService.delete(uid)) return;
    this.services.get(namespace)!.delete(uid);
    this.version++;
  }
}

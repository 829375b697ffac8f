import {
  type AnyStored,
  type ApiError,
  type Cluster,
  forbidden,
  type NewPod,
  RESOURCES,
  type ResourceQuota,
  type StoredKind,
} from '../../cluster/index.ts';
import { COUNTED_KINDS, usageOfObject } from './objectUsage.ts';
import type { PodUsage, PodUsages } from './podUsage.ts';
import type { QuotaIndex } from './quotaIndex.ts';
import { type Amount, formatAmount, ONE, readAmount, type Usage } from './usage.ts';

/** What somebody asks to create, as refusals name it. */
interface Request {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The API server's admission plugin ResourceQuota: an object whose use goes beyond what a quota of its namespace leaves is
 * refused, any other is added to the quota's `status.used` before it is created. It lives beside the controller because
 * both count by the same rules, as upstream's do (pkg/quota).
 *
 * Admission decides by the status as its own informer shows it, or by what it wrote itself if that is newer: what the
 * controller gives back counts a watch latency later. One write of the status serves all requests that wait upstream, so
 * that it takes no capacity of the API server here.
 */
export class QuotaAdmission {
  private readonly cluster: Cluster;
  private readonly podUsages: PodUsages;
  private readonly quotas: QuotaIndex;
  /** By uid: what admission wrote last. */
  private readonly written = new Map<number, ResourceQuota>();

  constructor(cluster: Cluster, quotas: QuotaIndex, podUsages: PodUsages) {
    this.cluster = cluster;
    this.quotas = quotas;
    this.podUsages = podUsages;
    cluster.tables.ResourceQuota.listen((before, after) => {
      if (after === undefined) this.written.delete(before!.uid);
    });
    cluster.admitPods((pod) => this.admitPod(pod));
    for (const kind of COUNTED_KINDS) {
      cluster.tables[kind].admit((object: Omit<AnyStored, 'resourceVersion'>) =>
        this.admitObject(kind, object as AnyStored),
      );
    }
  }

  private admitPod({ namespace, name, template }: NewPod): ApiError | undefined {
    if (this.quotas.of(namespace).size === 0) return undefined;
    const pod = this.podUsages.of(template);
    const usage = new Map([...pod.usage, ['count/pods', ONE] as const]);
    return this.admit({ resource: 'pods', namespace, name: name() }, usage, pod);
  }

  private admitObject(kind: StoredKind, object: AnyStored): ApiError | undefined {
    const { namespace, name } = object.meta;
    if (this.quotas.of(namespace).size === 0) return undefined;
    return this.admit({ resource: RESOURCES[kind], namespace, name }, usageOfObject(kind, object));
  }

  /** Upstream's `CheckRequest`: all quotas are held against the request before any of them is charged. */
  private admit(request: Request, usage: Usage, pod?: PodUsage): ApiError | undefined {
    const quotas = [...this.quotas.of(request.namespace)].map((uid) => this.known(uid));
    for (const quota of quotas) {
      const reason = (pod && unspecified(quota, pod)) ?? exceeded(quota, usage);
      if (reason !== undefined) return forbidden(request.resource, request.name, reason);
    }
    for (const { uid } of quotas) this.charge(uid, usage);
    return undefined;
  }

  private known(uid: number): ResourceQuota {
    const cached = this.cluster.tables.ResourceQuota.cached(uid)!;
    const written = this.written.get(uid);
    return written !== undefined && written.resourceVersion > cached.resourceVersion ? written : cached;
  }

  private charge(uid: number, usage: Usage): void {
    const { ResourceQuota: table } = this.cluster.tables;
    // Upstream's write meets a conflict where its informer is behind, and is repeated on the status as it is.
    const live = table.get(uid);
    if (live === undefined) return;
    const charged = [...usage].filter(([resource]) => live.status.hard.has(resource));
    if (charged.length === 0) return;
    const used = new Map(live.status.used);
    for (const [resource, { value }] of charged) used.set(resource, (used.get(resource) ?? 0) + value);
    table.update({ ...live, status: { ...live.status, used } });
    this.written.set(uid, table.get(uid)!);
  }
}

/** A quota on cpu or memory asks every container to say how much of it; undefined: all do. */
function unspecified({ meta, status }: ResourceQuota, pod: PodUsage): string | undefined {
  const missing = [...pod.unspecified].filter(([resource]) => status.hard.has(resource));
  if (missing.length === 0) return undefined;
  const texts = missing.map(([resource, containers]) => `${resource} for: ${containers.join(',')}`);
  return `failed quota: ${meta.name}: must specify ${texts.join('; ')}`;
}

/** What the quota does not leave room for; undefined: it leaves enough. */
function exceeded(quota: ResourceQuota, usage: Usage): string | undefined {
  const { hard, used } = quota.status;
  const beyond = [...usage.keys()]
    .filter((resource) => (used.get(resource) ?? 0) + usage.get(resource)!.value > (hard.get(resource) ?? Infinity))
    .filter((resource) => usage.get(resource)!.value > 0)
    .sort();
  if (beyond.length === 0) return undefined;
  const list = (amountOf: (resource: string) => Amount) =>
    beyond.map((resource) => `${resource}=${formatAmount(resource, amountOf(resource))}`).join(',');
  const requested = list((resource) => usage.get(resource)!);
  // A sum is in the notation of its parts: here of this one.
  const inUse = list((resource) => ({ ...usage.get(resource)!, value: used.get(resource) ?? 0 }));
  const limited = list((resource) => limitOf(quota, resource));
  return `exceeded quota: ${quota.meta.name}, requested: ${requested}, used: ${inUse}, limited: ${limited}`;
}

/** The limit as it is written in the manifest, or as it was observed, where that has changed. */
function limitOf({ status, manifest }: ResourceQuota, resource: string): Amount {
  const value = status.hard.get(resource)!;
  const { hard } = manifest.spec as { hard: Record<string, string | number> };
  const written = hard[resource];
  return { value, notation: written === undefined ? 'DecimalSI' : readAmount(resource, written).notation };
}

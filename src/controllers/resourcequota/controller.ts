import { type Cluster, call, type Process, type ResourceQuota } from '../../cluster/index.ts';
import type { HandlerId } from '../../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { type ControllerContext, type SyncError, Workers } from '../workers.ts';
import { QuotaAdmission } from './admission.ts';
import { PodUsages } from './podUsage.ts';
import { QuotaIndex } from './quotaIndex.ts';
import { TrackedUsage } from './trackedUsage.ts';

/** `--resource-quota-sync-period` */
const SYNC_PERIOD_MICROS = 300 * MICROS_PER_SECOND;
const NO_TIMER = -1;

/**
 * Writes `status.used` of quotas: when one is made or its limits change, when something that it may count is gone, and
 * every five minutes, as upstream's pkg/controller/resourcequota does. What is created in between, admission adds.
 *
 * Left out: scopes, and the second queue by which quotas without a status overtake others. The five minutes are
 * kept only where they find something: while pods terminate, and when a status is known to be behind.
 */
export class ResourceQuotaController {
  private readonly context: ControllerContext;
  private readonly cluster: Cluster;
  private readonly workers: Workers;
  private readonly usage: TrackedUsage;
  private readonly resyncHandler: HandlerId;
  private resyncTimer = NO_TIMER;
  private hasTerminating = false;
  /** A status does not count something that is there. */
  private isBehind = false;
  private readonly quotas: QuotaIndex;

  constructor(context: ControllerContext) {
    this.context = context;
    this.cluster = context.cluster;
    this.workers = new Workers(context, {
      name: 'resourcequota-controller',
      concurrency: context.controlPlane.kubeControllerManager.concurrentResourceQuotaSyncs,
      sync: (uid) => this.sync(uid),
    });
    this.resyncHandler = context.kernel.register('resourcequota-controller/resync', () => this.resync());
    this.quotas = new QuotaIndex(this.cluster);
    const podUsages = new PodUsages();
    this.usage = new TrackedUsage(this.cluster, podUsages, {
      added: (namespace) => this.checkIfBehind(namespace),
      released: (namespace) => this.enqueueAllOf(namespace),
      terminating: (count) => {
        this.hasTerminating = count > 0;
        this.planResync();
      },
    });
    new QuotaAdmission(this.cluster, this.quotas, podUsages);
    this.cluster.tables.ResourceQuota.listen((before, after) => this.quotaChanged(before, after));
  }

  private quotaChanged(before: ResourceQuota | undefined, after: ResourceQuota | undefined): void {
    if (after === undefined) return;
    // Statuses are this controller's own business, and admission's.
    if (before !== undefined && isSame(before.spec.hard, after.spec.hard)) this.checkIfBehind(after.meta.namespace);
    else this.workers.queue.add(after.uid);
  }

  private enqueueAllOf(namespace: string): void {
    for (const uid of this.quotas.of(namespace)) this.workers.queue.add(uid);
  }

  /** What came between a count of the controller's and its write has not been charged by admission either. */
  private checkIfBehind(namespace: string): void {
    if (!this.usage.isFollowing(namespace)) return;
    const totals = this.usage.totals(namespace);
    for (const uid of this.quotas.of(namespace)) {
      const { used } = this.cluster.tables.ResourceQuota.cached(uid)!.status;
      if ([...used].every(([resource, amount]) => amount >= (totals.get(resource) ?? 0))) continue;
      this.isBehind = true;
      this.planResync();
    }
  }

  private planResync(): void {
    const { kernel } = this.context;
    const isNeeded = this.hasTerminating || this.isBehind;
    if (isNeeded === (this.resyncTimer !== NO_TIMER)) return;
    if (!isNeeded) {
      kernel.cancel(this.resyncTimer);
      this.resyncTimer = NO_TIMER;
      return;
    }
    this.resyncTimer = kernel.schedule(
      SYNC_PERIOD_MICROS - (kernel.nowMicros % SYNC_PERIOD_MICROS),
      this.resyncHandler,
    );
  }

  private resync(): void {
    this.resyncTimer = NO_TIMER;
    this.isBehind = false;
    for (const namespace of this.quotas.namespaces()) this.enqueueAllOf(namespace);
    this.planResync();
  }

  private *sync(uid: number): Process<SyncError> {
    const quota = this.cluster.tables.ResourceQuota.cached(uid);
    if (quota === undefined) return undefined;
    const { namespace } = quota.meta;
    const { hard } = quota.spec;
    this.usage.follow(namespace);
    const totals = this.usage.totals(namespace);
    const used = new Map([...hard.keys()].map((resource) => [resource, totals.get(resource) ?? 0]));
    if (isSame(hard, quota.status.hard) && isSame(used, quota.status.used)) return undefined;
    const { error } = yield call(() => this.cluster.tables.ResourceQuota.update({ ...quota, status: { hard, used } }));
    return error?.reason === 'NotFound' ? undefined : error;
  }
}

function isSame(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([resource, amount]) => b.get(resource) === amount);
}

import { referenceTo } from '../api/reference.ts';
import { type Cluster, isJobFinished, type Job, type RecordedEvent } from '../cluster/index.ts';

/** Remembers why pods of a controller were refused last, to be told if it still lacks pods when the run ends. */
export class RefusedPods {
  private readonly cluster: Cluster;
  /** By controller. */
  private readonly refusals = new Map<string, RecordedEvent>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    cluster.observeEvents((event) => {
      if (event.reason === 'FailedCreate') this.refusals.set(`${event.kind}/${event.namespace}/${event.name}`, event);
    });
  }

  /** One sentence for each workload that lacks pods, with the API server's words. */
  warnings(): string[] {
    const byWorkload = new Map<string, string>();
    for (const { kind, namespace, name, message } of this.refusals.values()) {
      const uid = this.uidOfLacking(kind, namespace, name);
      const owner = uid === undefined ? undefined : this.cluster.owners.get(uid);
      if (owner === undefined) continue;
      const workload = this.cluster.workloadOf(owner);
      byWorkload.set(referenceTo(workload.kind, workload), message);
    }
    return [...byWorkload].map(([workload, message]) => `${workload}: pods could not be created: ${message}`);
  }

  /** The controller of that name, if it wants more pods than there are. */
  private uidOfLacking(kind: string, namespace: string, name: string): number | undefined {
    const { tables } = this.cluster;
    switch (kind) {
      case 'ReplicaSet':
      case 'ReplicationController':
      case 'StatefulSet': {
        const object = tables[kind].find(namespace, name);
        return object !== undefined && object.status.replicas < object.spec.replicas ? object.uid : undefined;
      }
      case 'DaemonSet': {
        const set = tables.DaemonSet.find(namespace, name);
        const lacks = set !== undefined && set.status.currentNumberScheduled < set.status.desiredNumberScheduled;
        return lacks ? set.uid : undefined;
      }
      case 'Job': {
        const job = tables.Job.find(namespace, name);
        return job !== undefined && lacksPods(job) ? job.uid : undefined;
      }
      default:
        return undefined;
    }
  }
}

function lacksPods(job: Job): boolean {
  const { spec, status } = job;
  if (isJobFinished(job) || spec.suspend) return false;
  const wanted = (spec.completions ?? Number.POSITIVE_INFINITY) - status.succeeded;
  return status.active < Math.min(spec.parallelism, wanted);
}

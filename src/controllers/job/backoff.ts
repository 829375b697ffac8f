import { type Cluster, POD_BOUND, POD_FINISHED, POD_READY, truncateToSecond } from '../../cluster/index.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';

/** Upstream's `DefaultJobPodFailureBackOff`, doubled with every further failure. */
const FIRST_BACKOFF_MICROS = 10 * MICROS_PER_SECOND;
/** Upstream's `MaxJobPodFailureBackOff`. */
const LONGEST_BACKOFF_MICROS = 600 * MICROS_PER_SECOND;

export interface BackoffRecord {
  readonly failuresAfterLastSuccess: number;
  /** Undefined without failures. */
  readonly lastFailureMicros: Micros | undefined;
}

const NO_FAILURES: BackoffRecord = { failuresAfterLastSuccess: 0, lastFailureMicros: undefined };

/** How often each Job has failed since a pod of it last succeeded. */
export class BackoffStore {
  private readonly records = new Map<number, BackoffRecord>();

  /**
   * What the record will be when these pods have been counted (upstream's `newBackoffRecord`).
   *
   * @param succeeded when pods that are not counted yet succeeded, in any order
   * @param failed the same of failed ones
   */
  newRecord(uid: number, succeeded: readonly Micros[], failed: readonly Micros[]): BackoffRecord {
    const record = this.records.get(uid) ?? NO_FAILURES;
    if (succeeded.length === 0) {
      if (failed.length === 0) return record;
      return {
        failuresAfterLastSuccess: record.failuresAfterLastSuccess + failed.length,
        lastFailureMicros: latest(failed),
      };
    }
    const lastSuccess = latest(succeeded);
    const later = failed.filter((micros) => micros > lastSuccess);
    if (later.length === 0) return NO_FAILURES;
    return { failuresAfterLastSuccess: later.length, lastFailureMicros: latest(later) };
  }

  update(uid: number, record: BackoffRecord): void {
    this.records.set(uid, record);
  }

  /** Forgets a Job that has finished or is gone. */
  remove(uid: number): void {
    this.records.delete(uid);
  }
}

/** -1 for none. */
function latest(times: readonly Micros[]): Micros {
  return times.reduce((last, micros) => Math.max(last, micros), -1);
}

/** How long to wait with the next pod; 0 when the back-off is over. */
export function remainingBackoffMicros(nowMicros: Micros, failures: number, lastFailureMicros: Micros): Micros {
  if (failures === 0) return 0;
  const doublings = Math.min(failures - 1, 10);
  const backoff = Math.min(FIRST_BACKOFF_MICROS * 2 ** doublings, LONGEST_BACKOFF_MICROS);
  return Math.max(0, backoff - (nowMicros - lastFailureMicros));
}

/**
 * When a pod ended, in whole seconds (upstream's `getFinishedTime`): when the last of its containers did; of a pod whose
 * containers still run, when it stopped being ready; of one that is ready, when its deletion was asked for. When a pod
 * that was ready once stopped being so is not known here; the deletion stands for it.
 */
export function finishedTime(cluster: Cluster, pod: number, state: number): Micros {
  return truncateToSecond(exactFinishedTime(cluster, pod, state));
}

function exactFinishedTime(cluster: Cluster, pod: number, state: number): Micros {
  const { pods } = cluster;
  if ((state & POD_FINISHED) !== 0) {
    const last = latest(containerEnds(cluster, pod));
    return last === -1 ? pods.finishedMicros[pod]! : last;
  }
  const wasNeverReady = (state & POD_READY) === 0 && pods.readyMicros[pod] === -1;
  if (wasNeverReady && (state & POD_BOUND) !== 0) return pods.boundMicros[pod]!;
  return pods.deletionMicros[pod] === -1 ? pods.createdMicros[pod]! : pods.deletionMicros[pod]!;
}

/** Of all containers but those that only prepare the pod. */
function containerEnds(cluster: Cluster, pod: number): Micros[] {
  const status = cluster.podStatus(pod);
  if (status === undefined) return [];
  const { initContainers } = cluster.templateOf(pod).spec;
  const sidecars = initContainers.filter(({ isSidecar }) => isSidecar).map(({ name }) => name);
  const last = status.initContainers.filter(({ name }) => sidecars.includes(name));
  return [...status.containers, ...last].map(({ finishedMicros }) => finishedMicros);
}

import type { ApiClient } from '../../cluster/apiClient.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type PodDisruption, PREEMPTION_BY_SCHEDULER } from '../../cluster/podStatus.ts';
import { POD_EXISTS, POD_TERMINATING } from '../../cluster/podTable.ts';
import type { HandlerId } from '../../kernel/kernel.ts';
import type { PreemptionHooks } from '../framework.ts';
import type { Nominator } from '../nominator.ts';

export interface ExecutorOptions {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  readonly nominator: Nominator;
  readonly hooks: PreemptionHooks;
  /** SchedulerAsyncPreemption: the scheduler goes on while victims are deleted. */
  readonly isAsync: boolean;
}

/** A pod that is to go; its row may be another's by the time that it is looked at. */
export interface Victim {
  readonly pod: number;
  readonly uid: number;
}

/** One preemptor's victims, while they are being deleted. */
interface Preemption {
  readonly pod: number;
  readonly podUid: number;
  readonly node: number;
  /** Reason and message of the victims' condition. */
  readonly why: Pick<PodDisruption, 'reason' | 'message'>;
  readonly victims: readonly Victim[];
  /** Victims whose requests have been sent, and those that have been answered. */
  sent: number;
  answered: number;
  /** One of them had gone without its doing. */
  hasMissed: boolean;
  /** Lets a scheduler go on that waits for this. */
  readonly done: () => void;
}

/**
 * Makes room for a pod: takes lower pods' hopes for its node away and deletes its victims, each with two requests, the
 * condition DisruptionTarget and the deletion (upstream's prepareCandidate).
 */
export class Executor {
  private readonly options: ExecutorOptions;
  private readonly running = new Map<number, Preemption>();
  private started = 0;
  /** Uids of the pods whose victims are being deleted, by row. */
  private readonly preempting = new Map<number, number>();
  private readonly patchHandler: HandlerId;
  private readonly deleteHandler: HandlerId;
  private readonly clearHandler: HandlerId;

  constructor(options: ExecutorOptions) {
    const { kernel } = options.cluster;
    this.options = options;
    this.patchHandler = kernel.register('scheduler/preemption/patch', (id, i) => this.patchVictim(id, i));
    this.deleteHandler = kernel.register('scheduler/preemption/delete', (id, i) => this.deleteVictim(id, i));
    this.clearHandler = kernel.register('scheduler/preemption/clear', (pod, uid) => this.clearNomination(pod, uid));
  }

  /** Whether the pod's victims are still being deleted: until then it is not to be tried again. */
  isPreempting(pod: number): boolean {
    return this.preempting.size > 0 && this.preempting.get(pod) === this.options.cluster.pods.uid[pod];
  }

  /**
   * @param victims as they were found on the node
   * @param done called when the scheduler may go on, unless it may at once
   * @returns whether the scheduler has to wait for `done`
   */
  start(pod: number, node: number, victims: readonly Victim[], done: () => void): boolean {
    const { cluster, isAsync } = this.options;
    const { observed } = cluster.pods;
    const toDelete = victims.filter((victim) => (observed[victim.pod]! & POD_TERMINATING) === 0);
    if (toDelete.length === 0 && isAsync) return false;
    this.clearLowerNominations(pod, node);
    if (toDelete.length === 0) return false;
    const id = this.started++;
    const podUid = cluster.pods.uid[pod]!;
    this.running.set(id, {
      pod,
      podUid,
      node,
      why: whyBy(cluster.templateOf(pod).spec.schedulerName),
      victims: toDelete,
      sent: 0,
      answered: 0,
      hasMissed: false,
      done,
    });
    if (isAsync) this.preempting.set(pod, podUid);
    this.send(id);
    return !isAsync;
  }

  /** Asynchronously, the last victim waits for the others, so that the preemption ends with it. */
  private send(id: number): void {
    const preemption = this.running.get(id)!;
    const { victims, answered } = preemption;
    const isLastTurn = !this.options.isAsync || answered === victims.length - 1;
    const until = isLastTurn ? victims.length : victims.length - 1;
    while (preemption.sent < until) this.sendVictim(id, preemption.sent++, victims);
  }

  private sendVictim(id: number, i: number, victims: readonly Victim[]): void {
    const { cluster, client } = this.options;
    client.send(isPreempted(cluster, victims[i]!.pod) ? this.deleteHandler : this.patchHandler, id, i);
  }

  private patchVictim(id: number, i: number): void {
    const { cluster, client } = this.options;
    const { victims, why } = this.running.get(id)!;
    const victim = victims[i]!;
    if (!this.isThere(victim)) {
      this.answer(id, false);
      return;
    }
    cluster.setPodDisrupted(victim.pod, why);
    client.send(this.deleteHandler, id, i);
  }

  private deleteVictim(id: number, i: number): void {
    const { cluster, hooks } = this.options;
    const { victims, pod, podUid, node } = this.running.get(id)!;
    const victim = victims[i]!;
    const isThere = this.isThere(victim);
    if (isThere) {
      const nodeName = cluster.nodes.names[node]!;
      cluster.recordPodEvent(victim.pod, 'Preempted', `Preempted by pod ${podUid} on node ${nodeName}`);
      hooks.onPreempted(victim.pod, pod);
      cluster.deletePod(victim.pod);
    }
    this.answer(id, isThere);
  }

  /** It may have gone meanwhile, and another pod stand in its row. */
  private isThere({ pod, uid }: Victim): boolean {
    const { pods } = this.options.cluster;
    return (pods.state[pod]! & POD_EXISTS) !== 0 && pods.uid[pod] === uid;
  }

  private answer(id: number, isDeleted: boolean): void {
    const preemption = this.running.get(id)!;
    preemption.answered++;
    if (!isDeleted) preemption.hasMissed = true;
    if (preemption.answered < preemption.victims.length) {
      this.send(id);
      return;
    }
    this.running.delete(id);
    if (this.options.isAsync) this.release(preemption);
    else preemption.done();
  }

  private release({ pod, podUid, hasMissed }: Preemption): void {
    if (this.preempting.get(pod) !== podUid) return;
    this.preempting.delete(pod);
    if (this.options.cluster.pods.uid[pod] === podUid) this.options.hooks.release(pod, !hasMissed);
  }

  // ---- pods of lower priority that hope for the node ----

  private clearLowerNominations(pod: number, node: number): void {
    const { cluster, client, nominator } = this.options;
    const priority = cluster.pods.priority[pod]!;
    for (const other of nominator.podsOn(node)) {
      if (nominator.priorityOf(other) < priority) client.send(this.clearHandler, other, cluster.pods.uid[other]! | 0);
    }
  }

  /** @param uid as an int32, which is what requests carry */
  private clearNomination(pod: number, uid: number): void {
    const { cluster } = this.options;
    if ((cluster.pods.uid[pod]! | 0) === uid) cluster.setNominatedNode(pod, -1);
  }
}

function whyBy(schedulerName: string): Preemption['why'] {
  const message = `${schedulerName}: preempting to accommodate a higher priority pod`;
  return { reason: PREEMPTION_BY_SCHEDULER, message };
}

/** The scheduler has marked the pod as its victim. */
export function isPreempted(cluster: Cluster, pod: number): boolean {
  return cluster.podDisruption(pod)?.reason === PREEMPTION_BY_SCHEDULER;
}

import type { ApiClient } from '../cluster/apiClient.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { HandlerId } from '../kernel/kernel.ts';
import type { CycleState } from './framework.ts';
import type { Nominator } from './nominator.ts';
import type { Profile } from './profile.ts';
import type { SchedulingAlgorithm } from './schedulingAlgorithm.ts';

/** Upstream's ErrNoNodesAvailable. */
const NO_NODES_AVAILABLE = 'no nodes available to schedule pods';

export interface FailureHandlerOptions {
  readonly cluster: Cluster;
  readonly client: ApiClient;
  readonly nominator: Nominator;
  readonly onFailedScheduling: ((pod: number, message: string) => void) | undefined;
  /** The patch of which `tell` told has been answered. */
  readonly onPatched: () => void;
}

/**
 * What becomes of a pod that got no node: PostFilter, the message, the nomination, and the status patch that tells of both
 * (upstream's FailureHandler).
 */
export class FailureHandler {
  /** Bits of the plugins that rejected the pod. */
  rejectors = 0;
  private readonly options: FailureHandlerOptions;
  private profile: Profile | undefined;
  private message = '';
  private nominatedNode: number | undefined;
  /** Messages of the PodScheduled conditions that are False, by pod. */
  private readonly messages = new Map<number, string>();
  private readonly patchHandler: HandlerId;

  constructor(options: FailureHandlerOptions) {
    const { kernel } = options.cluster;
    this.options = options;
    this.patchHandler = kernel.register('scheduler/patch', (pod) => {
      this.patch(pod);
      options.onPatched();
    });
  }

  /** Runs the PostFilter plugins for a pod that the search found no node for; on what the search was made on. */
  postFilter(state: CycleState, profile: Profile, { diagnosis, filtering }: SchedulingAlgorithm): void {
    this.profile = undefined;
    this.nominatedNode = -1;
    this.rejectors = diagnosis.rejectors();
    if (diagnosis.nodeCount === 0) {
      this.message = NO_NODES_AVAILABLE;
      return;
    }
    this.profile = profile;
    const messages: string[] = [];
    for (const plugin of profile.postFilters) {
      const { message, nominatedNode } = plugin.postFilter(state, diagnosis, filtering);
      if (message !== '') messages.push(message);
      this.nominatedNode = nominatedNode;
    }
    this.message = diagnosis.message(messages);
  }

  /** Instead of `postFilter`, where there was a node but it could not be reserved. */
  notReserved({ diagnosis }: SchedulingAlgorithm): void {
    this.profile = undefined;
    this.nominatedNode = -1;
    this.rejectors = diagnosis.rejectors();
    this.message = diagnosis.message([]);
  }

  /** @returns whether the scheduler has to wait for `done` */
  carryOut(pod: number, done: () => void): boolean {
    let isWaiting = false;
    for (const plugin of this.profile?.postFilters ?? []) {
      if (plugin.carryOut?.(pod, done)) isWaiting = true;
    }
    return isWaiting;
  }

  /**
   * Nominates the pod or not, and tells of the failure.
   *
   * @returns whether that takes a patch of the pod's status, which upstream waits for before it takes the next pod
   */
  tell(pod: number): boolean {
    const { client, onFailedScheduling } = this.options;
    const { message } = this;
    const isNews = this.messages.get(pod) !== message;
    const isPatched = this.nominate(pod) || isNews;
    onFailedScheduling?.(pod, message);
    if (!isPatched) return false;
    this.messages.set(pod, message);
    client.send(this.patchHandler, pod, 0);
    return true;
  }

  /** The pod is gone, or has a node. */
  forget(pod: number): void {
    this.messages.delete(pod);
  }

  /** @returns whether that changes anything */
  private nominate(pod: number): boolean {
    const { nominator } = this.options;
    const { nominatedNode = nominator.nodeOf(pod) } = this;
    if (nominator.nodeOf(pod) === nominatedNode) return false;
    if (nominatedNode === -1) nominator.delete(pod);
    else nominator.add(pod, nominatedNode);
    return true;
  }

  /** The pod may have got its node, or gone, since the patch was sent. */
  private patch(pod: number): void {
    const { cluster, nominator } = this.options;
    const message = this.messages.get(pod);
    if (message === undefined) return;
    cluster.setPodUnschedulable(pod, message);
    cluster.setNominatedNode(pod, nominator.nodeOf(pod));
  }
}

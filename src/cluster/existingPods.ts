import { START_EPOCH_SECONDS } from '../api/dateTime.ts';
import type { Micros } from '../kernel/time.ts';
import { PodDirectory } from './podDirectory.ts';
import type { NamedPod } from './podIdentity.ts';
import type { PodOwner } from './podOwner.ts';
import { type PodDisruption, type PodStatus, sidecarRestarts, type UnschedulableCondition } from './podStatus.ts';
import type { CompiledTemplate } from './templateTable.ts';

/** What the kubelet has to know of a pod that it did not start itself. */
export interface PodPast {
  /** When its containers were started; undefined: nobody says. */
  readonly startedMicros: Micros | undefined;
  /** It crashes, or has no image: nothing tells when that would end. */
  readonly isStuck: boolean;
  /** Something controls it that is not simulated: nobody else may adopt it, and nobody replaces it. */
  readonly isForeign: boolean;
}

/** A pod that has been there since before the run. Times are negative, -1 where something has not happened. */
export interface ExistingPod {
  readonly named: NamedPod;
  readonly template: CompiledTemplate;
  /** As `PodTable.uid`. */
  readonly uid: number;
  readonly owner: PodOwner | undefined;
  /** Bits of `PodTable.state`. */
  readonly state: number;
  /** Row of its node, -1 without one. */
  readonly node: number;
  readonly index: number;
  readonly pinnedNode: number;
  readonly finalizers: number;
  readonly createdMicros: Micros;
  readonly boundMicros: Micros;
  readonly readyMicros: Micros;
  readonly finishedMicros: Micros;
  readonly deletionMicros: Micros;
  readonly past: PodPast;
  /** Undefined where the phase says it all. */
  readonly status: PodStatus | undefined;
  readonly unschedulable: UnschedulableCondition | undefined;
  readonly disruption: PodDisruption | undefined;
  /** Row of the node in `status.nominatedNodeName`, -1 for none. */
  readonly nominatedNode: number;
}

/** What a run finds when it begins: pods of which nobody here was told when they came. */
export class ExistingPods extends PodDirectory {
  /** Whether a container of any pod has restarted so far. */
  hasRestarts = false;
  /** The beginning of the run, in seconds since 1970: what schedules are held against. */
  startEpochSeconds = START_EPOCH_SECONDS;
  private readonly pasts = new Map<number, PodPast>();
  private readonly stateListeners: (() => void)[] = [];

  /** Undefined for pods that came about in the run. */
  pastOf(pod: number): PodPast | undefined {
    return this.pasts.size === 0 ? undefined : this.pasts.get(pod);
  }

  /** Calls `listener` once all that was there before the run has been added; never in a run that begins empty. */
  onExistingState(listener: () => void): void {
    this.stateListeners.push(listener);
  }

  /** To be called once, when all that was there before the run has been added. Observers, which are made first, hear last. */
  existingStateAdded(): void {
    for (const listener of this.stateListeners.reverse()) listener();
  }

  /** Fills the row of a pod that has been there, but for its state. */
  protected fill(pod: number, existing: ExistingPod): void {
    const { pods } = this;
    const { named, owner, node } = existing;
    pods.labelSet[pod] = this.labels.intern(named.meta.labels);
    pods.index[pod] = existing.index;
    pods.pinnedNode[pod] = existing.pinnedNode;
    pods.finalizers[pod] = existing.finalizers;
    pods.createdMicros[pod] = existing.createdMicros;
    pods.readyMicros[pod] = existing.readyMicros;
    pods.finishedMicros[pod] = existing.finishedMicros;
    pods.deletionMicros[pod] = existing.deletionMicros;
    if (node !== -1) pods.linkToNode(pod, node, this.nodes.firstPod);
    pods.boundMicros[pod] = existing.boundMicros;
    if (owner !== undefined) pods.linkToOwner(pod, owner);
    this.namedPods.set(pod, named);
    this.podByOwnName.set(`${named.meta.namespace}/${named.meta.name}`, pod);
    this.pasts.set(pod, existing.past);
    this.fillStatus(pod, existing);
  }

  private fillStatus(pod: number, { status, unschedulable, disruption, nominatedNode }: ExistingPod): void {
    if (status !== undefined) this.keepStatus(pod, status);
    if (unschedulable !== undefined) this.unschedulableConditions.set(pod, unschedulable);
    if (disruption !== undefined) this.podDisruptions.set(pod, disruption);
    if (nominatedNode !== -1) this.nominatedNodes.set(pod, nominatedNode);
  }

  protected keepStatus(pod: number, status: PodStatus): void {
    this.podStatuses.set(pod, status);
    let restarts = 0;
    for (const { restartCount } of status.containers) restarts = Math.max(restarts, restartCount);
    this.pods.restarts[pod] = restarts;
    this.hasRestarts ||= restarts > 0 || sidecarRestarts(status, this.templateOf(pod)) > 0;
  }

  /** The pod has this name for good, whatever becomes of its owner. */
  protected nameForGood(pod: number, name = this.podName(pod)): void {
    const meta = {
      namespace: this.podNamespace(pod),
      name,
      labels: this.labelsOf(pod),
      annotations: this.templateOf(pod).annotations,
    };
    this.namedPods.set(pod, { meta, manifest: undefined });
    this.podByOwnName.set(`${meta.namespace}/${meta.name}`, pod);
  }

  protected override forget(pod: number): void {
    super.forget(pod);
    this.pasts.delete(pod);
  }
}

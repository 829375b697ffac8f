import { doHostPortsConflict } from '../../api/hostPorts.ts';
import { matchesNodeSelector, matchesTerm } from '../../api/nodeSelectorMatch.ts';
import type { HostPort, ResourceAmounts, StringMap, Taint } from '../../api/types.ts';
import { type CompiledTemplate, findUntoleratedTaint } from '../../cluster/index.ts';

/** A pod as the simulation of where it could go needs it. */
export interface SimulatedPod {
  /** Row of the pod. */
  readonly pod: number;
  readonly template: CompiledTemplate;
  /** Id of its labels in the cluster's label index. */
  readonly labelSet: number;
  readonly namespace: string;
}

/** What a simulated node begins with. */
export interface SimulatedNodeOptions {
  readonly name: string;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  readonly free: ResourceAmounts & { readonly pods: number };
  /** Pods that are there; made when somebody asks for it. */
  readonly pods?: () => readonly SimulatedPod[];
}

/** A node that is there, is on its way, or would be made, with the pods that the simulation has put there. */
export class SimulatedNode {
  readonly name: string;
  readonly labels: StringMap;
  readonly taints: readonly Taint[];
  /** Put there by the simulation. */
  readonly placed: SimulatedPod[] = [];
  private readonly listPods: () => readonly SimulatedPod[];
  private there: readonly SimulatedPod[] | undefined;
  private refusersThere: readonly SimulatedPod[] | undefined;
  private freePods: number;
  private freeCpuMilli: number;
  private freeMemoryBytes: number;
  private freeEphemeralStorageBytes: number;
  private readonly freeExtended: Map<string, number>;

  constructor({ name, labels, taints, free, pods = () => [] }: SimulatedNodeOptions) {
    this.name = name;
    this.labels = labels;
    this.taints = taints;
    this.listPods = pods;
    this.freePods = free.pods;
    this.freeCpuMilli = free.cpuMilli;
    this.freeMemoryBytes = free.memoryBytes;
    this.freeEphemeralStorageBytes = free.ephemeralStorageBytes;
    this.freeExtended = new Map(free.extended);
  }

  /** All pods on it, those that the simulation has put there last. */
  *pods(): Generator<SimulatedPod> {
    this.there ??= this.listPods();
    yield* this.there;
    yield* this.placed;
  }

  /** Those of {@link pods} that keep others away. */
  *refusers(): Generator<SimulatedPod> {
    this.there ??= this.listPods();
    this.refusersThere ??= this.there.filter(isRefusing);
    yield* this.refusersThere;
    for (const pod of this.placed) if (isRefusing(pod)) yield pod;
  }

  /** Counts what runs on every such node. */
  take(requests: ResourceAmounts): void {
    this.freePods--;
    this.freeCpuMilli -= requests.cpuMilli;
    this.freeMemoryBytes -= requests.memoryBytes;
    this.freeEphemeralStorageBytes -= requests.ephemeralStorageBytes;
    for (const [name, amount] of requests.extended) this.freeExtended.set(name, this.freeOf(name) - amount);
  }

  place(pod: SimulatedPod): void {
    this.take(pod.template.requests);
    this.placed.push(pod);
  }

  /** Why the pod does not fit, looking at the node alone: the scheduler's reasons; empty when it fits. */
  reasonsAgainst({ template: { spec, requests } }: SimulatedPod): readonly string[] {
    const { required } = spec.nodeAffinity;
    if (spec.nodeName !== '' && spec.nodeName !== this.name) return ["node(s) didn't match the requested node name"];
    const isSelected =
      matchesNodeSelector(spec.nodeSelector, this.labels) &&
      (required === undefined || required.some((term) => matchesTerm(term, this.labels, this.name)));
    if (!isSelected) return ["node(s) didn't match Pod's node affinity/selector"];
    const taint = findUntoleratedTaint(spec.tolerations, this.taints, ['NoSchedule', 'NoExecute']);
    if (taint !== undefined) return [`node(s) had untolerated taint {${taint.key}: ${taint.value}}`];
    if (spec.hostPorts.length > 0 && this.arePortsTaken(spec.hostPorts)) {
      return ["node(s) didn't have free ports for the requested pod ports"];
    }
    return this.missing(requests);
  }

  private arePortsTaken(wanted: readonly HostPort[]): boolean {
    for (const { template } of this.pods()) if (doHostPortsConflict(wanted, template.spec.hostPorts)) return true;
    return false;
  }

  private missing({ cpuMilli, memoryBytes, ephemeralStorageBytes, extended }: ResourceAmounts): readonly string[] {
    const reasons: string[] = [];
    if (this.freePods < 1) reasons.push('Too many pods');
    if (cpuMilli > 0 && cpuMilli > this.freeCpuMilli) reasons.push('Insufficient cpu');
    if (memoryBytes > 0 && memoryBytes > this.freeMemoryBytes) reasons.push('Insufficient memory');
    if (ephemeralStorageBytes > 0 && ephemeralStorageBytes > this.freeEphemeralStorageBytes) {
      reasons.push('Insufficient ephemeral-storage');
    }
    for (const [name, amount] of extended) {
      if (amount > 0 && amount > this.freeOf(name)) reasons.push(`Insufficient ${name}`);
    }
    return reasons;
  }

  private freeOf(name: string): number {
    return this.freeExtended.get(name) ?? 0;
  }
}

function isRefusing({ template }: SimulatedPod): boolean {
  return template.spec.podAntiAffinity.required.length > 0;
}

import type { StringMap } from '../../api/types.ts';
import { type Cluster, CONTROLLER_REVISION_HASH_LABEL, type StatefulSet } from '../../cluster/index.ts';

/** Labels that make a pod a certain one of its set. */
export const POD_NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
export const POD_INDEX_LABEL = 'apps.kubernetes.io/pod-index';

/** Parent and ordinal in a pod's name (upstream's `statefulPodRegex`). */
const STATEFUL_POD = /^(.*)-([0-9]+)$/;

interface ParentAndOrdinal {
  readonly parent: string;
  /** -1 for a name that no StatefulSet gives. */
  readonly ordinal: number;
}

const NOBODYS: ParentAndOrdinal = { parent: '', ordinal: -1 };

/** What a name says of the set that a pod may be a member of (upstream's `getParentNameAndOrdinal`). */
export function parentNameAndOrdinal(podName: string): ParentAndOrdinal {
  const match = STATEFUL_POD.exec(podName);
  if (match === null) return NOBODYS;
  const ordinal = Number(match[2]);
  return { parent: match[1]!, ordinal: ordinal < 2 ** 31 ? ordinal : -1 };
}

export function podNameOf(set: StatefulSet, ordinal: number): string {
  return `${set.meta.name}-${ordinal}`;
}

/** Ordinals that the set has now: from `ordinals.start` on, as many as `replicas` (upstream's `podInOrdinalRange`). */
export function isInOrdinalRange({ spec }: StatefulSet, ordinal: number): boolean {
  return ordinal >= spec.ordinalsStart && ordinal < spec.ordinalsStart + spec.replicas;
}

/** Labels of a new pod: its template's, and those that tell its place and its revision (upstream's `initIdentity`). */
export function podLabels(set: StatefulSet, templateLabels: StringMap, ordinal: number, revision: string): StringMap {
  return { ...withIdentity(set, templateLabels, ordinal), [CONTROLLER_REVISION_HASH_LABEL]: revision };
}

/** Labels with those of the identity set right (upstream's `updateIdentity`). */
export function withIdentity(set: StatefulSet, labels: StringMap, ordinal: number): StringMap {
  return { ...labels, [POD_NAME_LABEL]: podNameOf(set, ordinal), [POD_INDEX_LABEL]: String(ordinal) };
}

/** What the labels of a pod say of it. */
interface LabelFacts {
  /** Empty without the label. */
  readonly revision: string;
  readonly parent: string;
  /** -1 unless name and index agree on it. */
  readonly ordinal: number;
}

/** Reads the labels of pods, each set of labels once: a sync looks at all pods of its set. */
export class PodIdentities {
  private readonly cluster: Cluster;
  private readonly facts: (LabelFacts | undefined)[] = [];

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Name of the revision that the pod is of (upstream's `getPodRevision`). */
  revisionOf(pod: number): string {
    return this.factsOf(pod).revision;
  }

  /** Whether the labels give the pod this place in the set (upstream's `identityMatches`). */
  matches(set: StatefulSet, pod: number, ordinal: number): boolean {
    const facts = this.factsOf(pod);
    return facts.ordinal === ordinal && facts.parent === set.meta.name;
  }

  /** Ordinal of a pod of the set; -1 for a pod whose name is not of the set's making (upstream's `getOrdinal`). */
  ordinalOf(pod: number): number {
    const made = this.cluster.pods.index[pod]!;
    return made !== -1 ? made : parentNameAndOrdinal(this.cluster.podName(pod)).ordinal;
  }

  private factsOf(pod: number): LabelFacts {
    const labelSet = this.cluster.pods.labelSet[pod]!;
    return (this.facts[labelSet] ??= readFacts(this.cluster.labels.labelsOf(labelSet)));
  }
}

function readFacts(labels: StringMap): LabelFacts {
  const { parent, ordinal } = parentNameAndOrdinal(labels[POD_NAME_LABEL] ?? '');
  const isWhole = labels[POD_NAME_LABEL] === `${parent}-${ordinal}` && labels[POD_INDEX_LABEL] === String(ordinal);
  return { revision: labels[CONTROLLER_REVISION_HASH_LABEL] ?? '', parent, ordinal: isWhole ? ordinal : -1 };
}

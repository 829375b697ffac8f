import type { CompiledSelector, LabelIndex } from '../../../api/labelIndex.ts';
import { type LabelSelector, type LabelSelectorRequirement, makeSelector } from '../../../api/labelSelector.ts';
import type { PodAffinityTerm, PodSpec, StringMap } from '../../../api/types.ts';
import type { NamespaceSelection } from '../../topology/index.ts';

/** A term as one pod has it: its namespaces named, and its label keys merged into the selector. */
export interface AffinityTerm extends NamespaceSelection {
  readonly topologyKey: string;
  /** Undefined: selects no pod. */
  readonly selector: CompiledSelector | undefined;
}

export interface WeightedAffinityTerm {
  readonly term: AffinityTerm;
  /** Negative for a term of anti-affinity. */
  readonly weight: number;
}

/** All terms of a pod. */
export interface AffinityTerms {
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferred: readonly WeightedAffinityTerm[];
}

/** Whose terms they are. */
export interface TermOwner {
  readonly namespace: string;
  readonly labels: StringMap;
}

export const NO_TERMS: AffinityTerms = { requiredAffinity: [], requiredAntiAffinity: [], preferred: [] };

/** Whether pods of this spec have a term of any sort. */
export function hasTerms({ podAffinity, podAntiAffinity }: PodSpec): boolean {
  return [podAffinity, podAntiAffinity].some(({ required, preferred }) => required.length > 0 || preferred.length > 0);
}

/** Makes terms of what specs say. */
export class TermCompiler {
  private readonly labels: LabelIndex;
  /** The gate MatchLabelKeysInPodAffinity; without it the API server drops the fields. */
  private readonly mergesLabelKeys: boolean;

  constructor(labels: LabelIndex, minorVersion: number) {
    this.labels = labels;
    this.mergesLabelKeys = minorVersion >= 31;
  }

  compile({ podAffinity, podAntiAffinity }: PodSpec, owner: TermOwner): AffinityTerms {
    const compile = (term: PodAffinityTerm) => this.term(term, owner);
    return {
      requiredAffinity: podAffinity.required.map(compile),
      requiredAntiAffinity: podAntiAffinity.required.map(compile),
      preferred: [
        ...podAffinity.preferred.map(({ weight, term }) => ({ weight, term: compile(term) })),
        ...podAntiAffinity.preferred.map(({ weight, term }) => ({ weight: -weight, term: compile(term) })),
      ],
    };
  }

  private term(term: PodAffinityTerm, { namespace, labels }: TermOwner): AffinityTerm {
    const { topologyKey, namespaces, namespaceSelector, labelSelector } = term;
    const isOwnNamespace = namespaces.length === 0 && namespaceSelector === undefined;
    return {
      topologyKey,
      namespaces: isOwnNamespace ? [namespace] : namespaces,
      namespaceSelector,
      selector: labelSelector && this.labels.compile(this.withLabelKeys(labelSelector, term, labels)),
    };
  }

  /** The API server merges the keys' values as the pod is created. */
  private withLabelKeys(
    selector: LabelSelector,
    { matchLabelKeys, mismatchLabelKeys }: PodAffinityTerm,
    labels: StringMap,
  ): LabelSelector {
    if (!this.mergesLabelKeys || (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0)) return selector;
    const asks =
      (operator: 'In' | 'NotIn') =>
      (key: string): LabelSelectorRequirement[] =>
        Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key]!] }] : [];
    return makeSelector(selector.matchLabels, [
      ...selector.matchExpressions,
      ...matchLabelKeys.flatMap(asks('In')),
      ...mismatchLabelKeys.flatMap(asks('NotIn')),
    ]);
  }
}

import type { CompiledSelector, LabelIndex } from '../../../api/labelIndex.ts';
import { type LabelSelector, type LabelSelectorRequirement, makeSelector } from '../../../api/labelSelector.ts';
import type { PodAffinityTerm, PodSpec, StringMap } from '../../../api/types.ts';
import type { CompiledTemplate } from '../../../cluster/templateTable.ts';
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

/** Pods whose terms are the same. */
export interface PodKind {
  readonly template: CompiledTemplate;
  readonly namespace: string;
  /** Id of their labels in the cluster's label index. */
  readonly labelSet: number;
}

const NO_TERMS: AffinityTerms = { requiredAffinity: [], requiredAntiAffinity: [], preferred: [] };

/** Whether pods of this spec have a term of any sort. */
export function hasTerms({ podAffinity, podAntiAffinity }: PodSpec): boolean {
  return [podAffinity, podAntiAffinity].some(({ required, preferred }) => required.length > 0 || preferred.length > 0);
}

/** Makes terms of what specs say. */
export class TermCompiler {
  private readonly labels: LabelIndex;
  /** By template: whose terms were last asked for, and they. */
  private readonly last: { readonly kind: PodKind; readonly terms: AffinityTerms }[] = [];

  constructor(labels: LabelIndex) {
    this.labels = labels;
  }

  compile(kind: PodKind): AffinityTerms {
    const { template, namespace, labelSet } = kind;
    if (!hasTerms(template.spec)) return NO_TERMS;
    const last = this.last[template.id];
    if (last?.kind.namespace === namespace && last.kind.labelSet === labelSet) return last.terms;
    const terms = this.terms(kind);
    this.last[template.id] = { kind, terms };
    return terms;
  }

  private terms(kind: PodKind): AffinityTerms {
    const { podAffinity, podAntiAffinity } = kind.template.spec;
    const compile = (term: PodAffinityTerm) => this.term(term, kind);
    return {
      requiredAffinity: podAffinity.required.map(compile),
      requiredAntiAffinity: podAntiAffinity.required.map(compile),
      preferred: [
        ...podAffinity.preferred.map(({ weight, term }) => ({ weight, term: compile(term) })),
        ...podAntiAffinity.preferred.map(({ weight, term }) => ({ weight: -weight, term: compile(term) })),
      ],
    };
  }

  private term(term: PodAffinityTerm, kind: PodKind): AffinityTerm {
    const { topologyKey, namespaces, namespaceSelector, labelSelector } = term;
    const isOwnNamespace = namespaces.length === 0 && namespaceSelector === undefined;
    return {
      topologyKey,
      namespaces: isOwnNamespace ? [kind.namespace] : namespaces,
      namespaceSelector,
      selector: labelSelector && this.labels.compile(this.withLabelKeys(labelSelector, term, kind)),
    };
  }

  /** The API server merges the keys' values as the pod is created. */
  private withLabelKeys(selector: LabelSelector, term: PodAffinityTerm, kind: PodKind): LabelSelector {
    const { matchLabelKeys, mismatchLabelKeys } = term;
    if (matchLabelKeys.length === 0 && mismatchLabelKeys.length === 0) return selector;
    const labels = this.labelsAtCreation(kind);
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

  /** Those of the template, and what the controller gave each pod besides. */
  private labelsAtCreation({ template, labelSet }: PodKind): StringMap {
    return { ...this.labels.labelsOf(labelSet), ...template.labels };
  }
}

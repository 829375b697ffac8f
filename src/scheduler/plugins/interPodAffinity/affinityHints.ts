import { labelsMatch } from '../../../api/labelSelector.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Node } from '../../../cluster/objects.ts';
import type { CompiledTemplate } from '../../../cluster/templateTable.ts';
import type { ClusterEvent, QueueingHint } from '../../clusterEvent.ts';
import type { AffinityTerm, AffinityTerms, TermCompiler } from './affinityTerm.ts';

/** A pod that terms are held against. */
interface PodLabels {
  readonly namespace: string;
  readonly labelSet: number;
}

/**
 * Upstream's queueing hints, with what they overlook in each release: a pod that a change could help and that they pass
 * over waits for the flush after five minutes, as it does in a real cluster.
 */
export class AffinityHints {
  /** Whether the waiting pod's own labels matter: not from 1.32, when there are hints, to 1.35. */
  readonly heedsOwnLabels: boolean;
  private readonly cluster: Cluster;
  private readonly compiler: TermCompiler;
  /** Before 1.37 only pods that match all terms of anti-affinity were taken to violate it. */
  private readonly anyTermRepels: boolean;
  /** Before 1.36 what existing pods keep away was not thought of. */
  private readonly looksAtDeletedPodsTerms: boolean;

  constructor(cluster: Cluster, compiler: TermCompiler, minorVersion: number) {
    this.cluster = cluster;
    this.compiler = compiler;
    this.heedsOwnLabels = minorVersion < 32 || minorVersion >= 36;
    this.anyTermRepels = minorVersion >= 37;
    this.looksAtDeletedPodsTerms = minorVersion >= 36;
  }

  /** The other pod matches all terms of affinity now. */
  readonly afterPodAdd: QueueingHint = (template, event, pod) => {
    return matchesAll(this.termsOf(template, this.labelsOf(pod)).requiredAffinity, subjectOf(event));
  };

  readonly afterPodUpdate: QueueingHint = (template, event, pod) => {
    const { requiredAffinity, requiredAntiAffinity } = this.termsOf(template, this.labelsOf(pod));
    const after = subjectOf(event);
    const before = { ...after, labelSet: event.podLabelSetBefore! };
    if (!matchesAll(requiredAffinity, before) && matchesAll(requiredAffinity, after)) return true;
    return this.areRepelled(requiredAntiAffinity, before) && !this.areRepelled(requiredAntiAffinity, after);
  };

  /** That a pod may become the first of its group is overlooked in all releases. */
  readonly afterPodDelete: QueueingHint = (template, event, pod) => {
    const waiting = this.labelsOf(pod);
    const deleted = subjectOf(event);
    if (this.areRepelled(this.termsOf(template, waiting).requiredAntiAffinity, deleted)) return true;
    if (!this.looksAtDeletedPodsTerms) return false;
    return this.areRepelled(this.termsOf(event.podTemplate!, deleted).requiredAntiAffinity, waiting);
  };

  /** Upstream's isSchedulableAfterNodeChange: pods without terms, which existing pods keep away, are overlooked. */
  readonly afterNodeChange: QueueingHint = (template, { nodeBefore, nodeAfter }, pod) => {
    const { requiredAffinity, requiredAntiAffinity } = this.termsOf(template, this.labelsOf(pod));
    if (nodeBefore === undefined) {
      if (requiredAntiAffinity.length > 0) return true;
      return requiredAffinity.some((term) => domainOf(nodeAfter!, term) !== undefined);
    }
    const changed = (terms: readonly AffinityTerm[], counts: (before?: string, after?: string) => boolean) =>
      terms.some((term) => {
        const [before, after] = [domainOf(nodeBefore, term), domainOf(nodeAfter!, term)];
        return before !== after && counts(before, after);
      });
    return (
      changed(requiredAffinity, (_before, after) => after !== undefined) ||
      changed(requiredAntiAffinity, (before) => before !== undefined)
    );
  };

  private areRepelled(terms: readonly AffinityTerm[], subject: PodLabels): boolean {
    return this.anyTermRepels ? terms.some((term) => matches(term, subject)) : matchesAll(terms, subject);
  }

  private labelsOf(pod: number): PodLabels {
    return { namespace: this.cluster.podNamespace(pod), labelSet: this.cluster.pods.labelSet[pod]! };
  }

  private termsOf(template: CompiledTemplate, labels: PodLabels): AffinityTerms {
    return this.compiler.compile({ template, ...labels });
  }
}

function domainOf({ meta: { labels } }: Node, { topologyKey }: AffinityTerm): string | undefined {
  return Object.hasOwn(labels, topologyKey) ? labels[topologyKey] : undefined;
}

function subjectOf({ podNamespace, podLabelSet }: ClusterEvent): PodLabels {
  return { namespace: podNamespace!, labelSet: podLabelSet! };
}

function matchesAll(terms: readonly AffinityTerm[], subject: PodLabels): boolean {
  return terms.length > 0 && terms.every((term) => matches(term, subject));
}

/** Upstream's hints don't look up the labels of namespaces: a namespaceSelector sees none. */
function matches({ selector, namespaces, namespaceSelector }: AffinityTerm, subject: PodLabels): boolean {
  const isAmong =
    namespaces.includes(subject.namespace) || (namespaceSelector !== undefined && labelsMatch(namespaceSelector, {}));
  return isAmong && selector?.matches(subject.labelSet) === true;
}

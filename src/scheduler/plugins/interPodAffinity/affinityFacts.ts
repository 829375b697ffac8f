import type { CompiledTemplate } from '../../../cluster/templateTable.ts';
import type { DomainCounts, TopologyIndex } from '../../topology/index.ts';
import type { AffinityTerm, AffinityTerms, TermCompiler } from './affinityTerm.ts';
import type { OwnedTerms } from './ownedTerms.ts';

/** What each pod counted adds to the score of its domain. */
export interface WeightedCounts {
  readonly counts: DomainCounts;
  readonly weight: number;
}

/** Which pods have to do with each other is the same for all pods of one template, with the same labels, in one namespace. */
export class AffinityFacts {
  readonly labelSet: number;
  readonly namespace: string;
  /** Required affinity: pods that match all of the terms, by domain of each topology key. */
  readonly affinity: DomainCounts[] = [];
  /** Required affinity that no pod can satisfy. */
  readonly isImpossible: boolean;
  /** Such a pod matches all its own terms of required affinity. */
  readonly matchesItself: boolean;
  /** Required anti-affinity: pods that match, by term. */
  readonly antiAffinity: DomainCounts[] = [];
  /** Whether it requires affinity, and whether it requires anything. */
  readonly hasAffinity: boolean;
  readonly hasRequired: boolean;
  readonly hasPreferred: boolean;
  /** Pods whose required anti-affinity such a pod matches, by term. */
  readonly repelledBy: DomainCounts[] = [];
  /** All that scores: pods that its preferences match, and pods whose terms it matches. */
  readonly scored: WeightedCounts[] = [];
  /** Owned terms that have been looked at. */
  ownedTermsSeen = 0;

  constructor(source: FactsSource, terms: AffinityTerms, labelSet: number, namespace: string) {
    const { requiredAffinity, requiredAntiAffinity, preferred } = terms;
    this.labelSet = labelSet;
    this.namespace = namespace;
    this.isImpossible = requiredAffinity.some(({ selector }) => selector === undefined);
    this.matchesItself = requiredAffinity.every((term) => source.matches(term, labelSet, namespace));
    this.hasAffinity = requiredAffinity.length > 0;
    this.hasRequired = requiredAffinity.length + requiredAntiAffinity.length > 0;
    this.hasPreferred = preferred.length > 0;
    if (this.hasAffinity && !this.isImpossible) this.affinity = source.matchingAll(requiredAffinity);
    this.antiAffinity = requiredAntiAffinity.flatMap((term) => source.matching(term));
    for (const { term, weight } of preferred) {
      for (const counts of source.matching(term)) this.scored.push({ counts, weight });
    }
  }

  /** Whether the node's domains have the pods that required affinity asks for. */
  satisfiesAffinity(node: number): boolean {
    const { affinity } = this;
    if (this.isImpossible) return false;
    let podsExist = true;
    for (let i = 0; i < affinity.length; i++) {
      const { domains, counts } = affinity[i]!;
      const domain = domains.domainOf[node]!;
      if (domain < 0) return false;
      if (counts[domain] === 0) podsExist = false;
    }
    return podsExist || this.isFirst();
  }

  /** Whether such a pod would be the first of a group of pods that want to be together. */
  isFirst(): boolean {
    const { affinity } = this;
    if (!this.matchesItself) return false;
    for (let i = 0; i < affinity.length; i++) if (affinity[i]!.total !== 0) return false;
    return true;
  }

  /** Whether the node is in a domain of pods that its required anti-affinity matches. */
  violatesAntiAffinity(node: number): boolean {
    return hasPods(this.antiAffinity, node);
  }

  /** Whether the node is in a domain of pods with a required anti-affinity that such a pod matches. */
  isRepelledAt(node: number): boolean {
    return hasPods(this.repelledBy, node);
  }

  /** Whether any pod has a required anti-affinity that such a pod matches. */
  isRepelled(): boolean {
    const { repelledBy } = this;
    for (let i = 0; i < repelledBy.length; i++) if (repelledBy[i]!.total !== 0) return true;
    return false;
  }

  /** Whether all nodes get the same score, since all are in one domain of whatever scores. */
  scoresAllAlike(nodeCount: number): boolean {
    const { scored } = this;
    for (let i = 0; i < scored.length; i++) {
      const { total, domains } = scored[i]!.counts;
      if (total !== 0 && (domains.presentCount > 1 || domains.nodeCount < nodeCount)) return false;
    }
    return true;
  }

  /** Whether any pod counts for the score of any domain. */
  isScored(): boolean {
    const { scored } = this;
    for (let i = 0; i < scored.length; i++) if (scored[i]!.counts.total !== 0) return true;
    return false;
  }
}

/** Whether the node is in a domain with any of the pods. */
function hasPods(lists: readonly DomainCounts[], node: number): boolean {
  for (let i = 0; i < lists.length; i++) {
    const { domains, counts } = lists[i]!;
    const domain = domains.domainOf[node]!;
    if (domain >= 0 && counts[domain]! > 0) return true;
  }
  return false;
}

/** Gathers facts from the topology index, once for each kind of pod. */
export class FactsSource {
  private readonly topology: TopologyIndex;
  private readonly compiler: TermCompiler;
  private readonly ownedTerms: OwnedTerms;
  /** By template: the facts that were last asked for. */
  private lastOfTemplate: (AffinityFacts | undefined)[] = [];
  /** By template (-1: all without terms), namespace and labels. */
  private readonly facts = new Map<number, Map<string, Map<number, AffinityFacts>>>();
  private namespaceVersion = 0;

  constructor(topology: TopologyIndex, compiler: TermCompiler, ownedTerms: OwnedTerms) {
    this.topology = topology;
    this.compiler = compiler;
    this.ownedTerms = ownedTerms;
  }

  /** What is true of pods of this kind, all owned terms taken into account. */
  of(template: CompiledTemplate, labelSet: number, namespace: string): AffinityFacts {
    if (this.namespaceVersion !== this.topology.namespaceVersion) this.forgetAll();
    let facts = this.lastOfTemplate[template.id];
    if (facts === undefined || facts.labelSet !== labelSet || facts.namespace !== namespace) {
      facts = this.find(template, labelSet, namespace);
      this.lastOfTemplate[template.id] = facts;
    }
    if (facts.ownedTermsSeen !== this.ownedTerms.all.length) this.addOwnedTerms(facts);
    return facts;
  }

  /** Looks at the owned terms that the facts don't know yet. */
  addOwnedTerms(facts: AffinityFacts): void {
    const { all } = this.ownedTerms;
    for (; facts.ownedTermsSeen < all.length; facts.ownedTermsSeen++) {
      const { term, effect, weight, counts } = all[facts.ownedTermsSeen]!;
      if (!this.matches(term, facts.labelSet, facts.namespace)) continue;
      if (effect === 'repels') facts.repelledBy.push(counts);
      else facts.scored.push({ counts, weight });
    }
  }

  matches(term: AffinityTerm, labelSet: number, namespace: string): boolean {
    return term.selector?.matches(labelSet) === true && this.topology.includes(term, namespace);
  }

  /** Pods that match the term, by domain of its topology key; none for a term that selects no pod. */
  matching({ topologyKey, selector, namespaces, namespaceSelector }: AffinityTerm): DomainCounts[] {
    if (selector === undefined) return [];
    const selectors = [selector.selector];
    const counter = this.topology.counter({ selectors, namespaces, namespaceSelector, countsTerminating: true });
    return [counter.in(this.topology.domains(topologyKey))];
  }

  /** Pods that match all of the terms, of which there is at least one, by domain of each of their topology keys. */
  matchingAll(terms: readonly AffinityTerm[]): DomainCounts[] {
    const [{ namespaces, namespaceSelector }, ...others] = terms as [AffinityTerm, ...AffinityTerm[]];
    const counter = this.topology.counter({
      selectors: terms.map(({ selector }) => selector!.selector),
      namespaces,
      namespaceSelector,
      alsoIn: others,
      countsTerminating: true,
    });
    const keys = new Set(terms.map(({ topologyKey }) => topologyKey));
    return [...keys].map((key) => counter.in(this.topology.domains(key)));
  }

  private find(template: CompiledTemplate, labelSet: number, namespace: string): AffinityFacts {
    const hasTerms = this.ownedTerms.hasTerms(template);
    const byLabels = inner(inner(this.facts, hasTerms ? template.id : -1), namespace);
    let facts = byLabels.get(labelSet);
    if (facts === undefined) {
      facts = new AffinityFacts(this, this.compiler.compile({ template, namespace, labelSet }), labelSet, namespace);
      byLabels.set(labelSet, facts);
    }
    return facts;
  }

  private forgetAll(): void {
    this.namespaceVersion = this.topology.namespaceVersion;
    this.lastOfTemplate = [];
    this.facts.clear();
  }
}

function inner<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = outer.get(key);
  if (map === undefined) {
    map = new Map();
    outer.set(key, map);
  }
  return map;
}

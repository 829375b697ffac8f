import type { Cluster } from '../../../cluster/cluster.ts';
import type { CompiledTemplate } from '../../../cluster/templateTable.ts';
import type { DomainCounts, PodCounter, TopologyIndex } from '../../topology/index.ts';
import { type AffinityTerm, hasTerms, type TermCompiler } from './affinityTerm.ts';

/** What a term does to a pod that it selects. */
export type TermEffect = 'repels' | 'attracts';

/** A term that pods on nodes have, and where there are such pods. */
export interface OwnedTerm {
  readonly term: AffinityTerm;
  /** `repels`: required anti-affinity. `attracts`: all that scores. */
  readonly effect: TermEffect;
  /** What each of the pods adds to the score of its domain; 0 for a term that repels. */
  readonly weight: number;
  /** Pods that have the term, by domain of its topology key. */
  readonly counts: DomainCounts;
}

export interface OwnedTermsOptions {
  readonly cluster: Cluster;
  readonly topology: TopologyIndex;
  readonly compiler: TermCompiler;
  /** Weight of a required affinity term. */
  readonly hardPodAffinityWeight: number;
}

/**
 * The terms of all pods that count on nodes, equal ones once, each with the number of its pods by domain. A term stays when
 * its pods have gone.
 */
export class OwnedTerms {
  /** In the order in which they were first seen. */
  readonly all: OwnedTerm[] = [];
  private readonly options: OwnedTermsOptions;
  private readonly counterByKey = new Map<string, PodCounter>();
  /** By template. */
  private readonly hasTermsByTemplate: boolean[] = [];
  private isCounting = false;

  constructor(options: OwnedTermsOptions) {
    this.options = options;
  }

  /** Takes note of new templates. Counting begins with the first of them that has terms. */
  lookForTemplates(): void {
    const { templates } = this.options.cluster;
    const known = this.hasTermsByTemplate;
    while (known.length < templates.count) known.push(hasTerms(templates.get(known.length).spec));
    if (this.isCounting || !known.includes(true)) return;
    this.isCounting = true;
    this.options.topology.addOwners((template, namespace, labelSet) => this.countersOf(template, namespace, labelSet));
  }

  /** Whether `lookForTemplates` is due. */
  get isBehind(): boolean {
    return this.hasTermsByTemplate.length !== this.options.cluster.templates.count;
  }

  hasTerms(template: CompiledTemplate): boolean {
    return this.hasTermsByTemplate[template.id]!;
  }

  private countersOf(template: CompiledTemplate, namespace: string, labelSet: number): readonly PodCounter[] {
    if (!hasTerms(template.spec)) return [];
    const { compiler, hardPodAffinityWeight } = this.options;
    const terms = compiler.compile({ template, namespace, labelSet });
    const counters = terms.requiredAntiAffinity.map((term) => this.counterOf(term, 'repels', 0));
    if (hardPodAffinityWeight > 0) {
      for (const term of terms.requiredAffinity) counters.push(this.counterOf(term, 'attracts', hardPodAffinityWeight));
    }
    for (const { term, weight } of terms.preferred) counters.push(this.counterOf(term, 'attracts', weight));
    return counters;
  }

  private counterOf(term: AffinityTerm, effect: TermEffect, weight: number): PodCounter {
    const { namespaces, namespaceSelector, selector, topologyKey } = term;
    const key = JSON.stringify([
      effect,
      weight,
      topologyKey,
      selector?.selector.canonical,
      [...new Set(namespaces)].sort(),
      namespaceSelector?.canonical,
    ]);
    let counter = this.counterByKey.get(key);
    if (counter === undefined) {
      const { topology } = this.options;
      counter = topology.ownerCounter();
      this.counterByKey.set(key, counter);
      this.all.push({ term, effect, weight, counts: counter.in(topology.domains(topologyKey)) });
    }
    return counter;
  }
}

import { MAX_NODE_SCORE } from '../../framework.ts';
import type { SpreadConstraint, SpreadConstraints } from './constraints.ts';
import { naturalLogarithm } from './naturalLogarithm.ts';

/** Upstream's topologyNormalizingWeight by number of domains. */
const weights: number[] = [];

/**
 * What a pod in a domain counts: the natural logarithm of the number of domains plus 2, so that constraints with few
 * domains are not drowned by those with many. Worked out once for each number.
 */
function weightOf(domains: number): number {
  return (weights[domains] ??= naturalLogarithm(domains + 2));
}

/** What a constraint adds to the scores of one cycle's nodes. */
class Terms {
  /** By domain, for those that have a feasible node; of hostname constraints there are none. */
  byDomain = new Float64Array(16);
  weight = 0;
  /** By domain: the last cycle in which it had a feasible node. */
  private seenIn = new Int32Array(16);
  private seen = new Int32Array(16);

  /** Looks through the nodes for the domains that they are in. */
  prepare(constraint: SpreadConstraint, nodes: Int32Array, count: number, cycle: number, isIgnored: Uint8Array): void {
    const { domains } = constraint;
    if (domains.size > this.seenIn.length) this.widen(domains.size * 2);
    const { seenIn, seen } = this;
    const { domainOf } = domains;
    // Where no node lacks the label, the search ends with the last domain that there is.
    const mostDomains = domains.hasEveryNode ? domains.presentCount : count + 1;
    let found = 0;
    let lacksLabel = 0;
    for (let i = 0; i < count && found < mostDomains; i++) {
      const domain = domainOf[nodes[i]!]!;
      if (domain === -1) {
        // Upstream takes nodes without the label for a domain with an empty name.
        if (isIgnored[i] === 0) lacksLabel = 1;
      } else if (seenIn[domain] !== cycle && isIgnored[i] === 0) {
        seenIn[domain] = cycle;
        seen[found++] = domain;
      }
    }
    this.weight = weightOf(found + lacksLabel);
    this.sumUp(constraint, found);
  }

  private sumUp({ counts, maxSkew }: SpreadConstraint, found: number): void {
    const { byDomain, seen, weight } = this;
    const pods = counts!.counts;
    for (let i = 0; i < found; i++) {
      const domain = seen[i]!;
      byDomain[domain] = (domain < pods.length ? pods[domain]! : 0) * weight + (maxSkew - 1);
    }
  }

  private widen(size: number): void {
    this.byDomain = new Float64Array(size);
    this.seenIn = new Int32Array(size);
    this.seen = new Int32Array(size);
  }
}

/**
 * Scores nodes by how many matching pods are where they are: for each constraint the number of pods in the node's domain
 * times the weight, plus maxSkew - 1, in upstream's order and in doubles as there, and the sum is rounded. Pods of a
 * hostname constraint are those on the node itself.
 */
export class SpreadScorer {
  private constraints: readonly SpreadConstraint[] = [];
  /** By constraint. */
  private readonly terms: Terms[] = [];
  private cycle = 0;
  /** By place among the nodes: 1 for those that get no score since they lack a required label. */
  private isIgnored = new Uint8Array(64);
  private ignoredCount = 0;

  /** Takes up a pod's constraints, of which there is at least one, and the nodes to be scored. */
  begin({ soft, requiresAllTopologies }: SpreadConstraints, nodes: Int32Array, count: number): void {
    this.constraints = soft;
    this.cycle++;
    this.findIgnored(requiresAllTopologies, nodes, count);
    for (let c = 0; c < soft.length; c++) {
      if (c === this.terms.length) this.terms.push(new Terms());
      if (soft[c]!.isHostname) this.terms[c]!.weight = weightOf(count - this.ignoredCount);
      else this.terms[c]!.prepare(soft[c]!, nodes, count, this.cycle, this.isIgnored);
    }
  }

  score(node: number): number {
    if (this.ignoredCount > 0 && this.lacksLabel(node)) return 0;
    let sum = 0;
    for (let c = 0; c < this.constraints.length; c++) {
      const { domains, counter, isHostname, maxSkew } = this.constraints[c]!;
      const { byDomain, weight } = this.terms[c]!;
      const domain = domains.domainOf[node]!;
      if (domain !== -1) sum += isHostname ? counter.byNode[node]! * weight + (maxSkew - 1) : byDomain[domain]!;
    }
    return Math.round(sum);
  }

  scoreNodes(nodes: Int32Array, scores: Float64Array, count: number): void {
    const [first, second] = this.constraints;
    if (this.constraints.length === 2 && this.ignoredCount === 0 && first!.isHostname && !second!.isHostname) {
      const [byNode, byDomain] = [this.terms[0]!, this.terms[1]!];
      scoreByNodeAndDomain(first!, byNode.weight, second!, byDomain.byDomain, nodes, scores, count);
      return;
    }
    scores.fill(0, 0, count);
    for (let c = 0; c < this.constraints.length; c++) {
      const constraint = this.constraints[c]!;
      if (constraint.isHostname) addByNode(constraint, this.terms[c]!.weight, nodes, scores, count);
      else addByDomain(constraint, this.terms[c]!.byDomain, nodes, scores, count);
    }
    const { isIgnored } = this;
    for (let i = 0; i < count; i++) scores[i] = isIgnored[i] === 0 ? Math.round(scores[i]!) : 0;
  }

  normalize(scores: Float64Array, nodes: Int32Array, count: number): void {
    const hasIgnored = this.ignoredCount > 0;
    let min = Number.POSITIVE_INFINITY;
    // Ignored nodes stand at 0, which raises no maximum.
    let max = 0;
    for (let i = 0; i < count; i++) {
      const score = scores[i]!;
      if (score > max) max = score;
      if (score < min && !(hasIgnored && this.lacksLabel(nodes[i]!))) min = score;
    }
    fewerIsBetter(scores, count, max, min);
    if (!hasIgnored) return;
    for (let i = 0; i < count; i++) if (this.lacksLabel(nodes[i]!)) scores[i] = 0;
  }

  private findIgnored(requiresAllTopologies: boolean, nodes: Int32Array, count: number): void {
    if (count > this.isIgnored.length) this.isIgnored = new Uint8Array(count * 2);
    this.isIgnored.fill(0, 0, count);
    this.ignoredCount = 0;
    if (!requiresAllTopologies) return;
    for (const { domains } of this.constraints) {
      if (domains.hasEveryNode) continue;
      const { domainOf } = domains;
      for (let i = 0; i < count; i++) {
        if (domainOf[nodes[i]!] !== -1 || this.isIgnored[i] === 1) continue;
        this.isIgnored[i] = 1;
        this.ignoredCount++;
      }
    }
  }

  private lacksLabel(node: number): boolean {
    for (const { domains } of this.constraints) if (domains.domainOf[node] === -1) return true;
    return false;
  }
}

/** The same for a hostname constraint and another one, as the system's defaults are, in one loop. */
function scoreByNodeAndDomain(
  { counter, domains, maxSkew }: SpreadConstraint,
  weight: number,
  other: SpreadConstraint,
  byDomain: Float64Array,
  nodes: Int32Array,
  scores: Float64Array,
  count: number,
): void {
  const { byNode } = counter;
  const { domainOf: hostOf } = domains;
  const { domainOf } = other.domains;
  const base = maxSkew - 1;
  for (let i = 0; i < count; i++) {
    const node = nodes[i]!;
    const domain = domainOf[node]!;
    let sum = hostOf[node] === -1 ? 0 : byNode[node]! * weight + base;
    if (domain !== -1) sum += byDomain[domain]!;
    scores[i] = Math.round(sum);
  }
}

function addByNode(
  { counter, domains, maxSkew }: SpreadConstraint,
  weight: number,
  nodes: Int32Array,
  scores: Float64Array,
  count: number,
): void {
  const { byNode } = counter;
  const { domainOf } = domains;
  const base = maxSkew - 1;
  for (let i = 0; i < count; i++) {
    const node = nodes[i]!;
    if (domainOf[node] !== -1) scores[i]! += byNode[node]! * weight + base;
  }
}

function addByDomain(
  { domains }: SpreadConstraint,
  byDomain: Float64Array,
  nodes: Int32Array,
  scores: Float64Array,
  count: number,
): void {
  const { domainOf } = domains;
  for (let i = 0; i < count; i++) {
    const domain = domainOf[nodes[i]!]!;
    if (domain !== -1) scores[i]! += byDomain[domain]!;
  }
}

/** 100 * (max + min - score) / max, in whole numbers; 100 for all where max is 0. */
function fewerIsBetter(scores: Float64Array, count: number, max: number, min: number): void {
  if (max === 0) scores.fill(MAX_NODE_SCORE, 0, count);
  else for (let i = 0; i < count; i++) scores[i] = Math.floor((MAX_NODE_SCORE * (max + min - scores[i]!)) / max);
}

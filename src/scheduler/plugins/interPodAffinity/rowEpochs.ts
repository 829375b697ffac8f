import type { DomainCounts } from '../../topology/index.ts';
import type { AffinityFacts } from './affinityFacts.ts';

/** Domains whose pods are kept as the bits of one number. */
const MOST_DOMAINS = 31;
/** In place of bits, where no domain has two nodes: its pods come and go with the version of the one node's row. */
const OF_ROW = -1;

interface Epoch {
  facts: AffinityFacts;
  /** By list of counts: which domains have pods, as bits; OF_ROW. */
  readonly occupied: number[];
  number: number;
}

/**
 * Tells how long the filter's answers hold for rows that don't change: as long as the same domains have pods, where domains
 * have several nodes and are few.
 */
export class RowEpochs {
  private readonly ofTemplate: (Epoch | undefined)[] = [];
  private last = 0;

  /** @returns the number of the epoch, -1 where answers depend on too much to tell */
  of(template: number, facts: AffinityFacts): number {
    const epoch = (this.ofTemplate[template] ??= { facts, occupied: [], number: ++this.last });
    if (epoch.facts !== facts) {
      // Pods of one template that differ in labels or namespace: mostly, as those of a StatefulSet, not in what counts.
      if (!areAlike(epoch.facts, facts)) return -1;
      epoch.facts = facts;
    }
    const { affinity, antiAffinity, repelledBy } = facts;
    const count = affinity.length + antiAffinity.length + repelledBy.length;
    let isSame = epoch.occupied.length === count + 1;
    for (let i = 0; i <= count; i++) {
      const occupied = i === count ? (facts.isFirst() ? 1 : 0) : occupiedDomains(listAt(facts, i));
      if (occupied === undefined) return -1;
      if (epoch.occupied[i] === occupied) continue;
      epoch.occupied[i] = occupied;
      isSame = false;
    }
    if (!isSame) epoch.number = ++this.last;
    return epoch.number;
  }
}

/** Whether the filter says the same of every node. */
function areAlike(a: AffinityFacts, b: AffinityFacts): boolean {
  if (a.matchesItself !== b.matchesItself || a.isImpossible !== b.isImpossible) return false;
  return (
    areSame(a.affinity, b.affinity) && areSame(a.antiAffinity, b.antiAffinity) && areSame(a.repelledBy, b.repelledBy)
  );
}

function areSame(a: readonly DomainCounts[], b: readonly DomainCounts[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function listAt({ affinity, antiAffinity, repelledBy }: AffinityFacts, index: number): DomainCounts {
  const behindAffinity = index - affinity.length;
  if (behindAffinity < 0) return affinity[index]!;
  const behind = behindAffinity - antiAffinity.length;
  return behind < 0 ? antiAffinity[behindAffinity]! : repelledBy[behind]!;
}

/** Undefined where domains are too many. */
function occupiedDomains({ domains, counts }: DomainCounts): number | undefined {
  if (domains.sharedCount === 0) return OF_ROW;
  const { size } = domains;
  if (size > MOST_DOMAINS) return undefined;
  let occupied = 0;
  for (let domain = 0; domain < size; domain++) if (counts[domain]! > 0) occupied |= 1 << domain;
  return occupied;
}

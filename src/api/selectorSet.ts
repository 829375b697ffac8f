/** Registered selectors (of the ReplicaSets of a namespace, say), to be asked which of them match a label set. */
import type { CompiledSelector } from './labelIndex.ts';
import type { LabelSelectorRequirement } from './labelSelector.ts';
import type { StringMap } from './types.ts';

interface Entry<T> {
  readonly sequence: number;
  readonly selector: CompiledSelector;
  readonly item: T;
  /** Where the entry is filed; empty: among those that every look-up tests. */
  readonly pairs: readonly string[];
}

/**
 * Items by selector. Each is filed under the key=value pairs of one requirement that a matching label set must meet:
 * the one whose pairs are least used so far, so that ReplicaSets of one Deployment part at their `pod-template-hash`
 * rather than share their `app`. A look-up tests only what is filed under a pair that the label set has.
 */
export class SelectorSet<T> {
  readonly #entries = new Map<T, Entry<T>>();
  readonly #byPair = new Map<string, Set<Entry<T>>>();
  readonly #unfiled = new Set<Entry<T>>();
  #nextSequence = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** Adds the item, or gives it a new selector; a changed item goes to the end of the order. */
  add(selector: CompiledSelector, item: T): void {
    this.delete(item);
    const entry: Entry<T> = { sequence: this.#nextSequence++, selector, item, pairs: this.#choosePairs(selector) };
    this.#entries.set(item, entry);
    if (entry.pairs.length === 0) this.#unfiled.add(entry);
    for (const pair of entry.pairs) {
      const filed = this.#byPair.get(pair);
      if (filed === undefined) this.#byPair.set(pair, new Set([entry]));
      else filed.add(entry);
    }
  }

  delete(item: T): boolean {
    const entry = this.#entries.get(item);
    if (entry === undefined) return false;
    this.#entries.delete(item);
    this.#unfiled.delete(entry);
    for (const pair of entry.pairs) {
      const filed = this.#byPair.get(pair)!;
      filed.delete(entry);
      if (filed.size === 0) this.#byPair.delete(pair);
    }
    return true;
  }

  /** Called through `LabelIndex.selectorsMatching`: `labels` are those of the id. */
  matching(labelSetId: number, labels: StringMap): T[] {
    const found: Entry<T>[] = [];
    for (const entry of this.#unfiled) if (entry.selector.matches(labelSetId)) found.push(entry);
    for (const key of Object.keys(labels)) {
      const filed = this.#byPair.get(pairOf(key, labels[key]!));
      if (filed === undefined) continue;
      for (const entry of filed) if (entry.selector.matches(labelSetId)) found.push(entry);
    }
    return found.sort((a, b) => a.sequence - b.sequence).map((entry) => entry.item);
  }

  #choosePairs(selector: CompiledSelector): readonly string[] {
    let best: readonly string[] = [];
    let bestCost = Number.POSITIVE_INFINITY;
    for (const requirement of selector.requirements) {
      if (requirement.operator !== 'In') continue;
      const pairs = pairsOf(requirement);
      const cost = pairs.reduce((sum, pair) => sum + 1 + (this.#byPair.get(pair)?.size ?? 0), 0);
      if (cost < bestCost) {
        best = pairs;
        bestCost = cost;
      }
    }
    return best;
  }
}

function pairsOf(requirement: LabelSelectorRequirement): string[] {
  return [...new Set(requirement.values)].map((value) => pairOf(requirement.key, value));
}

/** A label key cannot contain `=`. */
function pairOf(key: string, value: string): string {
  return `${key}=${value}`;
}

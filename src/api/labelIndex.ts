/**
 * Which label sets does a selector match, and which selectors match a label set, without looking at labels each time.
 *
 * Label sets are interned to small integers. A selector is compiled once into a bitset over those integers, from
 * inverted postings (key -> sets, key=value -> sets) that are and-ed and or-ed a word at a time; label sets that are
 * interned later are added to the bitset when the selector is next asked.
 */
import { type LabelSelector, type LabelSelectorRequirement, selectorRequirements } from './labelSelector.ts';
import type { SelectorSet } from './selectorSet.ts';
import type { StringMap } from './types.ts';

/**
 * A growing set of small integers, which come in ascending order: words before the first one are not kept, so that the
 * posting of a label that one set has (`statefulset.kubernetes.io/pod-name`) is a single word.
 */
class Bitset {
  #words = new Uint32Array(1);
  #firstWord = -1;

  add(bit: number): void {
    const index = bit >>> 5;
    this.setWord(index, this.word(index) | (1 << (bit & 31)));
  }

  word(index: number): number {
    const at = index - this.#firstWord;
    return this.#firstWord >= 0 && at >= 0 && at < this.#words.length ? this.#words[at]! : 0;
  }

  setWord(index: number, value: number): void {
    if (this.#firstWord < 0) {
      if (value === 0) return;
      this.#firstWord = index;
    }
    const at = index - this.#firstWord;
    if (at >= this.#words.length) {
      if (value === 0) return;
      this.#grow(at + 1);
    }
    this.#words[at] = value;
  }

  has(bit: number): boolean {
    return ((this.word(bit >>> 5) >>> (bit & 31)) & 1) === 1;
  }

  #grow(length: number): void {
    const larger = new Uint32Array(Math.max(length, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}

interface Posting {
  /** Label sets that have the key. */
  readonly any: Bitset;
  readonly byValue: Map<string, Bitset>;
}

/** Interned label sets and compiled selectors; ids are dense, from 0, in order of interning. */
export class LabelIndex {
  readonly #ids = new Map<string, number>();
  readonly #idOfObject = new WeakMap<StringMap, number>();
  readonly #labels: StringMap[] = [];
  readonly #postings = new Map<string, Posting>();
  readonly #selectors = new Map<string, CompiledSelector>();

  /** Number of distinct label sets so far. */
  get size(): number {
    return this.#labels.length;
  }

  /**
   * The id of this content. Labels are immutable (see types.ts): an object that was interned must not change.
   */
  intern(labels: StringMap): number {
    const known = this.#idOfObject.get(labels);
    if (known !== undefined) return known;
    const keys = Object.keys(labels).sort();
    const content = JSON.stringify(keys.map((key) => [key, labels[key]]));
    const id = this.#ids.get(content) ?? this.#add(content, keys, labels);
    this.#idOfObject.set(labels, id);
    return id;
  }

  labelsOf(id: number): StringMap {
    const labels = this.#labels[id];
    if (labels === undefined) throw new RangeError(`no label set ${id}`);
    return labels;
  }

  /** The compiled form, one per `canonical`. */
  compile(selector: LabelSelector): CompiledSelector {
    let compiled = this.#selectors.get(selector.canonical);
    if (compiled === undefined) {
      compiled = new CompiledSelector(this, selector);
      this.#selectors.set(selector.canonical, compiled);
    }
    return compiled;
  }

  /** The items of `candidates` whose selectors match the label set, in the order in which they were added. */
  selectorsMatching<T>(labelSetId: number, candidates: SelectorSet<T>): T[] {
    return candidates.matching(labelSetId, this.labelsOf(labelSetId));
  }

  /** The 32 label sets from `index * 32` on that meet the requirement, as bits; bits past `size` are arbitrary. */
  requirementWord(requirement: LabelSelectorRequirement, index: number): number {
    const posting = this.#postings.get(requirement.key);
    switch (requirement.operator) {
      case 'In':
        return valuesWord(posting, requirement.values, index);
      case 'NotIn':
        return ~valuesWord(posting, requirement.values, index);
      case 'Exists':
        return posting === undefined ? 0 : posting.any.word(index);
      case 'DoesNotExist':
        return posting === undefined ? ~0 : ~posting.any.word(index);
    }
  }

  #add(content: string, keys: readonly string[], labels: StringMap): number {
    const id = this.#labels.length;
    this.#ids.set(content, id);
    this.#labels.push(labels);
    for (const key of keys) this.#post(key, labels[key]!, id);
    return id;
  }

  #post(key: string, value: string, id: number): void {
    let posting = this.#postings.get(key);
    if (posting === undefined) {
      posting = { any: new Bitset(), byValue: new Map() };
      this.#postings.set(key, posting);
    }
    let ids = posting.byValue.get(value);
    if (ids === undefined) {
      ids = new Bitset();
      posting.byValue.set(value, ids);
    }
    posting.any.add(id);
    ids.add(id);
  }
}

/** A selector that answers for an interned label set with one look at a bit. */
export class CompiledSelector {
  readonly selector: LabelSelector;
  readonly requirements: readonly LabelSelectorRequirement[];
  readonly #index: LabelIndex;
  readonly #matching = new Bitset();
  /** Label sets below this id have been evaluated. */
  #evaluated = 0;

  constructor(index: LabelIndex, selector: LabelSelector) {
    this.#index = index;
    this.selector = selector;
    this.requirements = selectorRequirements(selector);
  }

  matches(labelSetId: number): boolean {
    if (labelSetId >= this.#evaluated) this.#evaluateNewSets();
    return this.#matching.has(labelSetId);
  }

  /** Which of the 32 label sets from `index * 32` on match, as bits. */
  matchingWord(index: number): number {
    if (this.#evaluated < this.#index.size) this.#evaluateNewSets();
    return this.#matching.word(index);
  }

  #evaluateNewSets(): void {
    const size = this.#index.size;
    for (let word = this.#evaluated >>> 5; word << 5 < size; word++) {
      const sets = size - (word << 5);
      let bits = sets >= 32 ? ~0 : (1 << sets) - 1;
      for (const requirement of this.requirements) bits &= this.#index.requirementWord(requirement, word);
      this.#matching.setWord(word, bits);
    }
    this.#evaluated = size;
  }
}

function valuesWord(posting: Posting | undefined, values: readonly string[], index: number): number {
  if (posting === undefined) return 0;
  let bits = 0;
  for (const value of values) bits |= posting.byValue.get(value)?.word(index) ?? 0;
  return bits;
}

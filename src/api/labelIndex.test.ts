import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelIndex } from './labelIndex.ts';
import { type LabelSelector, type LabelSelectorRequirement, labelsMatch, makeSelector } from './selector.ts';
import { SelectorSet } from './selectorSet.ts';
import type { StringMap } from './types.ts';

const key = fc.constantFrom('app', 'tier', 'pod-template-hash', 'constructor', '__proto__');
const value = fc.constantFrom('', 'a', 'b', 'c');

const labels: fc.Arbitrary<StringMap> = fc
  .array(fc.tuple(key, value), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs));

const requirement: fc.Arbitrary<LabelSelectorRequirement> = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const), values: fc.constant([]) }),
);

const selector: fc.Arbitrary<LabelSelector> = fc
  .tuple(labels, fc.array(requirement, { maxLength: 3 }))
  .map(([matchLabels, expressions]) => makeSelector(matchLabels, expressions));

describe('the label index', () => {
  it('gives equal contents one id, whatever the order of keys', () => {
    const index = new LabelIndex();
    expect(index.intern({ a: '1', b: '2' })).toBe(0);
    expect(index.intern({ b: '2', a: '1' })).toBe(0);
    expect(index.intern({ a: '1' })).toBe(1);
    expect(index.labelsOf(1)).toEqual({ a: '1' });
    expect(() => index.labelsOf(2)).toThrow('no label set 2');
  });

  it('compiles a selector once', () => {
    const index = new LabelIndex();
    expect(index.compile(makeSelector({ a: '1' }))).toBe(index.compile(makeSelector({ a: '1' })));
  });

  it('answers as the plain evaluation does, before and after more label sets come', () => {
    fc.assert(
      fc.property(
        fc.array(labels, { minLength: 1, maxLength: 80 }),
        fc.array(labels, { maxLength: 40 }),
        fc.array(selector, { maxLength: 6 }),
        (early, late, selectors) => {
          const index = new LabelIndex();
          const check = (set: StringMap): void => {
            const id = index.intern(set);
            for (const one of selectors) expect(index.compile(one).matches(id)).toBe(labelsMatch(one, set));
          };
          early.forEach(check);
          for (const set of late) index.intern(set);
          [...late, ...early].forEach(check);
        },
      ),
    );
  });

  it('finds the selectors that match a label set, in order, as testing all of them does', () => {
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 20 }), fc.array(labels, { maxLength: 20 }), (selectors, sets) => {
        const index = new LabelIndex();
        const candidates = new SelectorSet<number>();
        for (const [item, one] of selectors.entries()) candidates.add(index.compile(one), item);
        const isDropped = (item: number): boolean => item % 3 === 0 && candidates.delete(item);
        const remaining = [...selectors.keys()].filter((item) => !isDropped(item));
        expect(candidates.size).toBe(remaining.length);
        for (const set of sets) {
          const expected = remaining.filter((item) => labelsMatch(selectors[item]!, set));
          expect(index.selectorsMatching(index.intern(set), candidates)).toEqual(expected);
        }
      }),
    );
  });

  it('tests only selectors that share a label with the set', () => {
    const index = new LabelIndex();
    const candidates = new SelectorSet<number>();
    let tests = 0;
    for (let hash = 0; hash < 1000; hash++) {
      const compiled = index.compile(makeSelector({ app: 'web', 'pod-template-hash': `h${hash}` }));
      const matches = compiled.matches.bind(compiled);
      compiled.matches = (id) => {
        tests++;
        return matches(id);
      };
      candidates.add(compiled, hash);
    }
    const id = index.intern({ app: 'web', 'pod-template-hash': 'h7' });
    expect(index.selectorsMatching(id, candidates)).toEqual([7]);
    expect(tests).toBeLessThan(5);
  });

  it('moves an item that gets a new selector', () => {
    const index = new LabelIndex();
    const candidates = new SelectorSet<string>();
    candidates.add(index.compile(makeSelector({ a: '1' })), 'x');
    candidates.add(index.compile(makeSelector({ a: '2' })), 'x');
    expect(index.selectorsMatching(index.intern({ a: '1' }), candidates)).toEqual([]);
    expect(index.selectorsMatching(index.intern({ a: '2' }), candidates)).toEqual(['x']);
    expect(candidates.delete('y')).toBe(false);
  });
});

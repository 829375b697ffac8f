import { describe, expect, it } from 'vitest';
import { labelsMatch, parseLabelSelector, parseSelectorFlag } from './selector.ts';
import type { JsonValue } from './types.ts';

describe("a manifest's selector", () => {
  it('matches when all labels and all expressions do', () => {
    const selector = parseLabelSelector({
      matchLabels: { app: 'web' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['a', 'b'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    });
    expect(labelsMatch(selector, { app: 'web', tier: 'b' })).toBe(true);
    expect(labelsMatch(selector, { app: 'web', tier: 'b', old: '' })).toBe(false);
    expect(labelsMatch(selector, { app: 'web' })).toBe(false);
    expect(selector.canonical).toBe('!old,app=web,tier in (a,b)');
  });

  it('matches everything when it is empty', () => {
    expect(labelsMatch(parseLabelSelector({}), {})).toBe(true);
    expect(parseLabelSelector({ matchLabels: {}, matchExpressions: [] }).canonical).toBe('');
  });

  it('takes NotIn to hold without the key', () => {
    const selector = parseLabelSelector({ matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['x'] }] });
    expect([{}, { a: 'y' }, { a: 'x' }].map((labels) => labelsMatch(selector, labels))).toEqual([true, true, false]);
  });

  it('does not find inherited properties', () => {
    const selector = parseLabelSelector({ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] });
    expect(labelsMatch(selector, {})).toBe(false);
  });

  it('has one canonical text for one meaning', () => {
    const one = parseLabelSelector({ matchLabels: { b: '1', a: '2' } });
    const other = parseLabelSelector({
      matchExpressions: [
        { key: 'a', operator: 'In', values: ['2', '2'] },
        { key: 'b', operator: 'In', values: ['1'] },
      ],
    });
    expect(one.canonical).toBe(other.canonical);
  });

  it.each<[JsonValue, (string | number)[], string]>([
    [null, [], 'expected mapping, got null'],
    [{ matchLabel: {} }, ['matchLabel'], 'unknown field (did you mean "matchLabels"?)'],
    [{ matchLabels: 3 }, ['matchLabels'], 'expected mapping, got 3'],
    [{ matchLabels: { a: 1 } }, ['matchLabels', 'a'], 'expected string, got 1'],
    [{ matchLabels: { 'a b': 'x' } }, ['matchLabels', 'a b'], 'name part must consist of alphanumeric'],
    [{ matchLabels: { a: 'x y' } }, ['matchLabels', 'a'], 'a valid label must be an empty string or consist of'],
    [{ matchExpressions: {} }, ['matchExpressions'], 'expected list'],
    [{ matchExpressions: ['x'] }, ['matchExpressions', 0], 'expected mapping, got "x"'],
    [
      { matchExpressions: [{ key: 'a', operator: 'Is' }] },
      ['matchExpressions', 0, 'operator'],
      'not a valid selector operator',
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'In' }] },
      ['matchExpressions', 0, 'values'],
      "must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] },
      ['matchExpressions', 0, 'values'],
      "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    [
      { matchExpressions: [{ key: '', operator: 'Exists' }] },
      ['matchExpressions', 0, 'key'],
      'prefix part and name part must be non-empty',
    ],
  ])('refuses %j', (value, path, message) => {
    expect(() => parseLabelSelector(value)).toThrow(
      expect.objectContaining({ path, message: expect.stringContaining(message) }),
    );
  });
});

describe("kubectl's -l", () => {
  it.each([
    ['a=b,c!=d,e in (x,y),f notin (z),g,!h', '!h,a=b,c!=d,e in (x,y),f!=z,g'],
    ['a == b', 'a=b'],
    ['a=', 'a='],
    ['a,b=', 'a,b='],
    ['x in ( , y )', 'x in (,y)'],
    ['example.com/team=core', 'example.com/team=core'],
    ['', ''],
    ['  ', ''],
  ])('reads %j as %j', (text, canonical) => {
    expect(parseSelectorFlag(text).canonical).toBe(canonical);
  });

  it('selects objects without the key for != and notin', () => {
    expect(labelsMatch(parseSelectorFlag('a!=b'), {})).toBe(true);
    expect(labelsMatch(parseSelectorFlag('a notin (b)'), { a: 'b' })).toBe(false);
  });

  it.each([
    ['a=b,', 'found end of selector, expected a label key'],
    ['=b', 'found "=", expected a label key'],
    ['a>3', `found ">", expected one of '=', '==', '!=', 'in', 'notin'`],
    ['a in x', `found "x", expected '('`],
    ['a in (x', `found end of selector, expected ',' or ')'`],
    ['a=b c', `found "c", expected ',' or end of selector`],
    ['-a=b', 'invalid label key "-a"'],
    ['a=-b', 'invalid label value "-b"'],
    ['a=(', 'expected a label value'],
  ])('refuses %j', (text, message) => {
    expect(() => parseSelectorFlag(text)).toThrow(message);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIndexes, parseIndexes } from './indexes.ts';

describe('a list of indexes', () => {
  it.each<[number[], string]>([
    [[], ''],
    [[3], '3'],
    [[0, 1], '0,1'],
    [[0, 1, 2, 3], '0-3'],
    [[0, 1, 2, 5], '0-2,5'],
    [[1, 3, 4, 6, 7, 8], '1,3,4,6-8'],
  ])('%j is written as %j', (indexes, text) => {
    expect(formatIndexes(indexes)).toBe(text);
    expect(parseIndexes(text, 9)).toEqual(indexes);
  });

  it('is read back from its text, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), (items) => {
        const sorted = items.sort((a, b) => a - b);
        expect(parseIndexes(formatIndexes(sorted), 41)).toEqual(sorted);
      }),
    );
  });

  it('may write a run of two with a hyphen', () => {
    expect(parseIndexes('0-1', 5)).toEqual([0, 1]);
  });

  it.each([
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1,', 'cannot convert string to integer for index: ""'],
    ['-1', 'cannot convert string to integer for index: ""'],
    [
      '1-2-3',
      `the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
    ],
    ['5', 'too large index: "5"'],
    ['0-5', 'too large index: "5"'],
    ['3-3', 'non-increasing order, previous: 3, current: 3'],
    ['0-2,2', 'non-increasing order, previous: 2, current: 2'],
  ])('is refused as %j', (text, message) => {
    expect(() => parseIndexes(text, 5)).toThrow(new RangeError(message));
  });

  it('is refused when nobody could hold it', () => {
    expect(() => parseIndexes('0-2000000000', 2147483647)).toThrow('more than 10000000 indexes');
  });
});

import { describe, expect, test } from 'vitest';
import { type RandomStream, RandomStreams } from './randomStreams.ts';

function draws(stream: RandomStream, count: number): number[] {
  return Array.from({ length: count }, () => stream.uniform());
}

/** Pearson's statistic of counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function histogram(bins: number, count: number, draw: () => number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (let index = 0; index < count; index++) counts[draw()]!++;
  return counts;
}

describe('names', () => {
  test('one name gives independent copies of one stream', () => {
    const streams = new RandomStreams(7);
    const first = streams.stream('podReady/web/17');
    const expected = draws(first, 5);
    expect(draws(streams.stream('podReady/web/17'), 5)).toEqual(expected);
  });

  test('other streams shift no draw', () => {
    const alone = draws(new RandomStreams(7).stream('a'), 5);
    const streams = new RandomStreams(7);
    const a = streams.stream('a');
    const mixed = Array.from({ length: 5 }, () => {
      streams.stream('b').uniform();
      return a.uniform();
    });
    expect(mixed).toEqual(alone);
  });

  test('other names and other seeds give other streams', () => {
    const firsts = new Set<number>();
    for (const seed of [0, 1, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      for (const name of ['', 'a', 'b', 'aa', 'a/0', 'a/1']) firsts.add(new RandomStreams(seed).stream(name).uniform());
    }
    expect(firsts.size).toBe(36);
  });

  test('streams of neighbouring names are not correlated', () => {
    const streams = new RandomStreams(3);
    const count = 4000;
    let sum = 0;
    for (let pod = 0; pod < count; pod++) {
      sum += (streams.stream(`pod/${pod}`).uniform() - 0.5) * (streams.stream(`pod/${pod + 1}`).uniform() - 0.5);
    }
    // The standard error of the correlation is 1 / sqrt(4000) = 0.016.
    expect(Math.abs((12 * sum) / count)).toBeLessThan(0.05);
  });
});

test('golden values: a seed means the same draws in every version', () => {
  const stream = new RandomStreams(42).stream('golden');
  expect(draws(stream, 3)).toEqual([0.24350391765023482, 0.43939372273963095, 0.02787374153164157]);
  expect([10, 10, 1000, 2 ** 40].map((limit) => stream.integer(limit))).toEqual([9, 7, 275, 185458572261]);
});

test('the seed is a safe integer', () => {
  for (const seed of [0.5, Number.NaN, 2 ** 53]) expect(() => new RandomStreams(seed)).toThrow(`seed: ${seed}`);
});

describe('uniform', () => {
  test('lies in [0, 1) and is even', () => {
    const stream = new RandomStreams(1).stream('even');
    const counts = histogram(100, 100_000, () => {
      const value = stream.uniform();
      expect(value >= 0 && value < 1).toBe(true);
      return Math.floor(value * 100);
    });
    // 99 degrees of freedom: above 149 one time in a thousand.
    expect(chiSquare(counts)).toBeLessThan(149);
  });

  test('the first draws of many streams are even too', () => {
    const streams = new RandomStreams(1);
    let pod = 0;
    const counts = histogram(100, 20_000, () => Math.floor(streams.stream(`podReady/web/${pod++}`).uniform() * 100));
    expect(chiSquare(counts)).toBeLessThan(149);
  });

  test('has 53 bits', () => {
    const stream = new RandomStreams(1).stream('bits');
    const values = draws(stream, 100);
    expect(values.every((value) => Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(values.some((value) => !Number.isInteger(value * 2 ** 52))).toBe(true);
  });
});

describe('integer', () => {
  test.each([1, 2, 6, 10, 97])('is even below %d', (limit) => {
    const stream = new RandomStreams(5).stream(`integer/${limit}`);
    const counts = histogram(limit, 50_000, () => stream.integer(limit));
    // The mean plus four standard deviations of chi-square.
    expect(chiSquare(counts)).toBeLessThanOrEqual(limit - 1 + 4 * Math.sqrt(2 * (limit - 1)));
  });

  test('refuses limits without a choice', () => {
    const stream = new RandomStreams(5).stream('limits');
    for (const limit of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(() => stream.integer(limit)).toThrow(`${limit}`);
  });
});

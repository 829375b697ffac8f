import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { hashString } from './hashString.ts';

export { hashString };

/** A reproducible source of random numbers. */
export interface RandomStream {
  /** A number from 0 (included) to 1 (excluded), a multiple of 2^-53. */
  uniform(): number;
  /**
   * A whole number from 0 (included) to `limit` (excluded), each equally likely.
   *
   * @throws RangeError when `limit` is not a whole number from 1 to 2^53 - 1
   */
  integer(limit: number): number;
}

/**
 * Random streams by name. A stream depends on the seed and its name alone, so asking for another stream, or drawing
 * more from one, shifts no other draw: two variants of a model meet the same luck (common random numbers).
 */
export class RandomStreams {
  private readonly wordSeeds: readonly number[];

  /**
   * @param seed any safe integer
   * @throws RangeError for other numbers
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`Unexpected seed: ${seed}`);
    this.wordSeeds = [0, 1, 2, 3].map((word) => hashString(`${seed}/${word}`));
  }

  /** The stream of this name, at its start: two calls give two copies that draw the same numbers. */
  stream(name: string): RandomStream {
    const state = this.wordSeeds.map((wordSeed) => hashString(name, wordSeed) | 0);
    // The generator never leaves the all-zero state.
    if (!state.some((word) => word !== 0)) state[0] = 1;
    return new Xoroshiro(state);
  }
}

/** xoroshiro128+ (Blackman and Vigna 2018), from pure-rand. */
class Xoroshiro implements RandomStream {
  private readonly generator: ReturnType<typeof xoroshiro128plusFromState>;

  constructor(state: readonly number[]) {
    this.generator = xoroshiro128plusFromState(state);
  }

  uniform(): number {
    return uniformFloat64(this.generator);
  }

  integer(limit: number): number {
    if (!(Number.isSafeInteger(limit) && limit >= 1)) throw new RangeError(`Unexpected limit: ${limit}`);
    return uniformInt(this.generator, 0, limit - 1);
  }
}

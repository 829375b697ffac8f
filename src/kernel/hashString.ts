const BLOCK_FACTOR_1 = 0xcc9e2d51;
const BLOCK_FACTOR_2 = 0x1b873593;

/**
 * A 32-bit hash of a text: MurmurHash3_x86_32 (Austin Appleby, public domain) over the text's UTF-16 code units, two
 * to a block, low byte first. Well mixed: each bit of text or seed flips each bit of the hash with probability near
 * 1/2. Not for use against an adversary.
 *
 * @param seed a 32-bit integer; different seeds give unrelated hashes
 * @returns an integer from 0 to 2^32 - 1
 */
export function hashString(text: string, seed = 0): number {
  let hash = seed;
  const whole = text.length & ~1;
  for (let index = 0; index < whole; index += 2) {
    hash ^= scramble(text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  if (whole < text.length) hash ^= scramble(text.charCodeAt(whole));
  return finish(hash ^ (2 * text.length));
}

function scramble(block: number): number {
  const product = Math.imul(block, BLOCK_FACTOR_1);
  return Math.imul((product << 15) | (product >>> 17), BLOCK_FACTOR_2);
}

function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed >>> 0;
}

/** Letters of generated names, without vowels and look-alikes, as upstream's `rand.String` has them. */
const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
const SUFFIX_COUNT = SAFE_LETTERS.length ** SUFFIX_LENGTH;
/** Odd and not a multiple of 3, so that multiplication walks through all suffixes before one repeats. */
const SUFFIX_STEP = 7_368_787;

/** Bit mixer (the finaliser of MurmurHash3): every input bit moves every output bit. */
export function mix32(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * The five letters that `generateName` appends. Random to the eye, different for every pod of an owner, and computed
 * only where a name is printed.
 */
export function generatedSuffix(seed: number, ownerUid: number, ordinal: number): string {
  const start = mix32(seed ^ mix32(ownerUid));
  let rest = (start + ordinal * SUFFIX_STEP) % SUFFIX_COUNT;
  let suffix = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) {
    suffix += SAFE_LETTERS[rest % SAFE_LETTERS.length];
    rest = Math.floor(rest / SAFE_LETTERS.length);
  }
  return suffix;
}

/** Upstream's `SafeEncodeString`: digits and letters mapped into the vowel-free alphabet. */
export function safeEncode(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i++) encoded += SAFE_LETTERS[text.charCodeAt(i) % SAFE_LETTERS.length];
  return encoded;
}

import { expect, test } from 'vitest';
import { hashString } from './hashString.ts';

// Published test vectors of MurmurHash3_x86_32, those with an even number of bytes.
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\uffff\uffff', 0, 0x76293b50],
  ['\u4321\u8765', 0, 0xf55b516b],
  ['\u4321\u8765', 0x5082edee, 0x2362f9de],
  ['\u4321', 0, 0xa0f7b07a],
  ['\u0000\u0000', 0, 0x2362f9de],
  ['\u0000', 0, 0x30f4c306],
])('%j with seed %d', (text, seed, hash) => {
  expect(hashString(text, seed)).toBe(hash);
});

test('names that differ in one place share no hash', () => {
  const hashes = new Set<number>();
  for (let pod = 0; pod < 20_000; pod++) hashes.add(hashString(`podReady/web/${pod}`));
  // 20,000 of 2^32 collide 0.05 times on average.
  expect(hashes.size).toBe(20_000);
});

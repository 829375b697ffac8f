import { expect, test } from 'vitest';
import { shellWords } from './shellWords.ts';

test.each([
  ['', []],
  ['  scale   web ', ['scale', 'web']],
  ['rollout\n  status', ['rollout', 'status']],
  [`patch -p '{"a": "b c"}'`, ['patch', '-p', '{"a": "b c"}']],
  [`a"b c"d'e f'`, ['ab cde f']],
  ['"say \\"hi\\" \\n $x"', ['say "hi" \\n $x']],
  ['a\\ b c\\\\', ['a b', 'c\\']],
  ['one \\\n  two\\\nthree', ['one', 'twothree']],
  [`''`, ['']],
  ['a|b', ['a|b']],
  [`'|'`, ['|']],
])('%j', (line, words) => {
  expect(shellWords(line)).toEqual(words);
});

test.each([
  [`patch -p '{`, "a single quote (') is not closed"],
  ['say "a', 'a double quote (") is not closed'],
  ['get pods | wc', `the shell's "|" is not supported: a step is one kubectl command`],
])('%j is refused', (line, message) => {
  expect(() => shellWords(line)).toThrow(message);
});

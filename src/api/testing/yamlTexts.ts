import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { stringify } from 'yaml';

const WORKLOADS = fileURLToPath(new URL('../../../workloads', import.meta.url));

/** What YAML gives a meaning to, and what people write: pieces of which texts are made, and that get into others. */
const PIECES: readonly string[] = [
  ...['a', 'b', '1', '0', 'é', '👍', ' ', '  ', '\n', '\n ', '\n  ', '\n\n', '\r\n', '\r', '\t', '\u00a0', '\u0085'],
  ...['-', '- ', ': ', ':', '#', ' #', '"', "'", '{', '}', '[', ']', ',', '|', '>', '|-', '>+', '|2', '&x ', '*x', '!'],
  ...['!!str ', '%', '? ', '?', '@', '`', '~', '\\', '\\n', '---', '--- ', '\n---\n', '\n...\n', '...', '<<', '<<: '],
  ...[
    'yes',
    'no',
    'Off',
    'null',
    'true',
    '.5',
    '1e3',
    '0x1f',
    '0o7',
    '017',
    '.inf',
    '.nan',
    '+1',
    '=',
    '-1',
    '2024-01-01',
  ],
  ...[
    '\ufeff',
    '\u2028',
    '\x07',
    '__proto__: ',
    'a: 1\n',
    '- x\n',
    '"q": ',
    "'s': ",
    '- - ',
    '-\n',
    '- a: b\n  c: d\n',
  ],
  ...['key: |\n  text\n', 'x: >\n  f\n  g\n', 'k:\n- x\n', '{a: b, c}', '[x, y: z]', '"a\nb"', '"a\\\n  b"'],
];

/** A text of a few pieces: mostly nonsense, with every construct there is. */
export const anyNonsense: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 })
  .map((pieces) => pieces.join(''));

/** All files of the ready scenarios. */
export function workloadTexts(): string[] {
  const files = readdirSync(WORKLOADS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  return files.sort().map((file) => readFileSync(join(WORKLOADS, file), 'utf8'));
}

const LONGEST_SAMPLE = 2_000;

/** One of the texts, or a part of it, in which someone has typed, deleted or moved a few things. */
export function anyMutated(texts: readonly string[]): fc.Arbitrary<string> {
  const sample = fc
    .tuple(fc.constantFrom(...texts), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([text, where]) => {
      const from = text.lastIndexOf('\n', Math.floor(where * Math.max(0, text.length - LONGEST_SAMPLE))) + 1;
      return text.slice(from, from + LONGEST_SAMPLE);
    });
  const place = fc.nat({ max: LONGEST_SAMPLE });
  const edit = fc.oneof(
    fc.tuple(place, fc.constantFrom(...PIECES)).map(([at, piece]) => {
      return (text: string) => text.slice(0, at % (text.length + 1)) + piece + text.slice(at % (text.length + 1));
    }),
    fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(([at, count]) => (text: string) => {
      return text.slice(0, at % (text.length + 1)) + text.slice((at % (text.length + 1)) + count);
    }),
    fc.tuple(place, fc.constantFrom(' ', '  ', '\t', '- ', '# ', '')).map(([at, indent]) => (text: string) => {
      const lines = text.split('\n');
      const line = lines[at % lines.length]!;
      lines[at % lines.length] = indent === '' ? line.trimStart() : indent + line;
      return lines.join('\n');
    }),
  );
  return fc.tuple(sample, fc.array(edit, { maxLength: 3 })).map(([text, edits]) => {
    return edits.reduce((edited, change) => change(edited), text);
  });
}

/** Documents of any values, in the styles that YAML knows: nothing in them is doubtful. */
export const anyDocuments: fc.Arbitrary<{ readonly values: readonly unknown[]; readonly text: string }> = fc
  .record({
    values: fc.array(fc.jsonValue({ maxDepth: 4 }).filter(isPlain), { minLength: 1, maxLength: 4 }),
    flow: fc.boolean(),
    quotes: fc.constantFrom<'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'>('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
    indentSeq: fc.boolean(),
  })
  .map(({ values, flow, quotes, indentSeq }) => {
    const options = {
      collectionStyle: flow ? 'flow' : 'any',
      defaultStringType: quotes,
      defaultKeyType: 'QUOTE_DOUBLE',
      aliasDuplicateObjects: false,
      indentSeq,
    } as const;
    return { values, text: values.map((value) => `---\n${stringify(value, options)}`).join('') };
  });

/** What both readers leave out, or one of them on purpose: nothing at all, and line breaks of Unicode. */
function isPlain(value: unknown): boolean {
  return value !== null && !/[\u0085\u2028\u2029\ufeff]|"<<"|\\[rtux]/.test(JSON.stringify(value));
}

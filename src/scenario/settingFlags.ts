/** The text of `--set` and `--vary`. */
import { canonicalJson } from '../api/canonical.ts';
import { readDocuments } from '../api/document.ts';
import { InputError, type SourcePlace } from '../api/errors.ts';
import type { JsonValue } from '../api/types.ts';
import { checkPath } from './fieldPath.ts';
import { expandRange, looksLikeRange } from './ranges.ts';
import type { Axis, Setting } from './settings.ts';

/**
 * Reads `PATH=VALUE,VALUE…`; commas inside brackets, braces and quotes do not separate. A value may be a range, `1..5`,
 * `10%..50%:10%` or `1..64:x2`, both ends included.
 *
 * @throws InputError naming the flag's text.
 */
export function parseVary(text: string): Axis {
  const flag = `--vary ${text}`;
  const { path, right } = splitAtEquals(text, flag);
  const texts = splitAtCommas(right, flag).flatMap((item) =>
    looksLikeRange(item) ? expandRange(item, { file: flag }) : [item],
  );
  return axisOf(path, texts, { file: flag });
}

/**
 * An axis of values that are written as in YAML.
 *
 * @throws InputError for a value that is none, or is there twice.
 */
export function axisOf(path: string, texts: readonly string[], place: SourcePlace): Axis {
  const values = texts.map((text) => parseValue(path, text, place.file));
  const keys = values.map(canonicalJson);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) throw new InputError(`${texts[twice]} is given twice`, place);
  return { path, values, texts };
}

/**
 * Reads `PATH=VALUE`.
 *
 * @throws InputError naming the flag's text.
 */
export function parseSet(text: string): Setting {
  const flag = `--set ${text}`;
  const { path, right } = splitAtEquals(text, flag);
  return { path, value: parseValue(path, right, flag), text: right };
}

function splitAtEquals(text: string, flag: string): { path: string; right: string } {
  const at = topLevel(text, '=', flag)[0] ?? -1;
  const path = text.slice(0, Math.max(at, 0)).trim();
  if (path === '') throw new InputError('expected PATH=VALUE', { file: flag }, 'as in deployment/web:maxSurge=25%');
  checkPath(path, flag);
  return { path, right: text.slice(at + 1).trim() };
}

function splitAtCommas(text: string, flag: string): string[] {
  const ends = [...topLevel(text, ',', flag), text.length];
  return ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1]! + 1, end).trim());
}

/** Where a character stands outside of brackets and quotes. */
function topLevel(text: string, wanted: string, flag: string): number[] {
  const found: number[] = [];
  const open: string[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (startsQuote(text, at)) quote = character;
    else if ('[{('.includes(character)) open.push(character);
    else if (']})'.includes(character)) close(open, character, flag);
    else if (character === wanted && open.length === 0) found.push(at);
  }
  const unclosed = quote === '' ? open.at(-1) : quote;
  if (unclosed !== undefined) throw new InputError(`${unclosed} is not closed`, { file: flag });
  return found;
}

/** As in YAML, only at the start of a value: `it's` has no quote. */
function startsQuote(text: string, at: number): boolean {
  return (text[at] === '"' || text[at] === "'") && (at === 0 || '=,:[{( '.includes(text[at - 1]!));
}

function close(open: string[], character: string, flag: string): void {
  const expected = '[{('[']})'.indexOf(character)];
  if (open.pop() !== expected) throw new InputError(`unexpected ${character}`, { file: flag });
}

/** A value is written as in YAML: `3`, `25%`, `{uniform: {min: 1s, max: 3s}}`. */
function parseValue(path: string, text: string, flag: string): JsonValue {
  if (text === '') throw new InputError('a value is missing', { file: flag });
  // As YAML, 1.30 would be the number 1.3.
  if (path === 'kubernetes') return text;
  if (text === 'null' || text === '~') return null;
  try {
    const documents = readDocuments(text, flag);
    if (documents.length === 1) return documents[0]!.value;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${text}: ${error.message}`, { file: flag }, error.hint);
  }
  throw new InputError(`${text} is not one value`, { file: flag });
}

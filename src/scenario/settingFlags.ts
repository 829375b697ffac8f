/** The text of `--set` and `--vary`. */
import { canonicalJson } from '../api/canonical.ts';
import { readDocuments } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import type { JsonValue } from '../api/types.ts';
import { checkPath } from './fieldPath.ts';
import type { Axis, Setting } from './settings.ts';

/** Beyond this a range is a typing error. */
const LONGEST_RANGE = 10_000;

/**
 * Reads `PATH=VALUE,VALUE…`; commas inside brackets, braces and quotes do not separate. A value may be a range, `1..5` or
 * `10%..50%..10%`, both ends included.
 *
 * @throws InputError naming the flag's text.
 */
export function parseVary(text: string): Axis {
  const flag = `--vary ${text}`;
  const { path, right } = splitAtEquals(text, flag);
  const texts = splitAtCommas(right, flag).flatMap((item) => expandRange(item, flag));
  const values = texts.map((item) => parseValue(path, item, flag));
  const keys = values.map(canonicalJson);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) throw new InputError(`${texts[twice]} is given twice`, { file: flag });
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

function expandRange(text: string, flag: string): string[] {
  if (!/^-?[0-9]+[A-Za-z%]*\.\./.test(text)) return [text];
  const match = /^(-?[0-9]+)([A-Za-z%]*)\.\.(-?[0-9]+)\2(?:\.\.([0-9]+)\2)?$/.exec(text);
  if (match === null) {
    throw new InputError(`${text} is not a range`, { file: flag }, 'as in 1..5, 10..50..10 or 10%..50%..10%');
  }
  const [first, last, step] = [Number(match[1]), Number(match[3]), Number(match[4] ?? 1)];
  if (last < first) throw new InputError(`${text} counts down`, { file: flag });
  if (step === 0) throw new InputError(`${text} has a step of 0`, { file: flag });
  const count = Math.floor((last - first) / step) + 1;
  if (count > LONGEST_RANGE) {
    throw new InputError(`${text} has ${count} values, at most ${LONGEST_RANGE} are tried`, { file: flag });
  }
  return Array.from({ length: count }, (_, index) => `${first + index * step}${match[2]}`);
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

/**
 * kubectl's JSONPath, as far as it selects: fields, indexes, slices, `*`, unions of keys and filters. Functions and recursive
 * descent are not supported; ranges are the printers' part.
 */
import { getOwn, isJsonObject } from '../../api/canonical.ts';
import type { JsonValue } from '../../api/types.ts';
import { UsageError } from './usageError.ts';

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly first: number; readonly last: number | undefined }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'filter'; readonly filter: Filter };

interface Filter {
  readonly path: JsonPath;
  /** Undefined: the path must only be there. */
  readonly operator: Operator | undefined;
  readonly value: JsonValue;
}

const OPERATORS = ['==', '!=', '<=', '>=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

export type JsonPath = readonly Step[];

const PIECE = /\.?\*|\.?((?:[^.[\]\\{}\s]|\\.)+)|\[([^\]]*\)|[^\]]*)\]/y;

/**
 * Reads `.status.conditions[?(@.type=="Ready")].status`, with or without braces and the leading dot.
 *
 * @throws UsageError for what is no path, and for what is not supported.
 */
export function parseJsonPath(text: string): JsonPath {
  const trimmed = text.trim();
  const inner = (/^\{(.*)\}$/s.exec(trimmed)?.[1] ?? trimmed).trim().replace(/^[$@](?=[.[]|$)/, '');
  if (inner === '' || inner === '.') return [];
  if (inner.includes('..')) throw new UsageError(`jsonpath ${JSON.stringify(text)}: ".." is not supported yet`);
  const steps: Step[] = [];
  // Of its own: a filter is read in between, with a path of its own.
  const piece = new RegExp(PIECE);
  for (let at = 0; at < inner.length; at = piece.lastIndex) {
    piece.lastIndex = at;
    const match = piece.exec(inner);
    if (match === null) throw new UsageError(`jsonpath ${JSON.stringify(text)} cannot be read`);
    if (match[2] !== undefined) steps.push(parseBracket(match[2].trim(), text));
    else if (match[1] === undefined) steps.push({ kind: 'all' });
    else steps.push({ kind: 'field', name: match[1].replaceAll(/\\(.)/g, '$1') });
  }
  return steps;
}

function parseBracket(inner: string, text: string): Step {
  const quoted = /^(['"])(.*)\1$/.exec(inner);
  if (quoted !== null) return { kind: 'field', name: quoted[2]! };
  if (inner === '*') return { kind: 'all' };
  if (/^-?[0-9]+$/.test(inner)) return { kind: 'index', at: Number(inner) };
  const slice = /^(-?[0-9]*):(-?[0-9]*)$/.exec(inner);
  if (slice !== null) {
    return { kind: 'slice', first: Number(slice[1]), last: slice[2] === '' ? undefined : Number(slice[2]) };
  }
  const filter = /^\?\((.*)\)$/.exec(inner);
  if (filter !== null) return { kind: 'filter', filter: parseFilter(filter[1]!.trim()) };
  throw new UsageError(`jsonpath ${JSON.stringify(text)}: [${inner}] is not supported yet`);
}

function parseFilter(text: string): Filter {
  const operator = OPERATORS.find((known) => text.includes(known));
  if (operator === undefined) return { path: parseJsonPath(text), operator, value: null };
  const at = text.indexOf(operator);
  return {
    path: parseJsonPath(text.slice(0, at)),
    operator,
    value: parseLiteral(text.slice(at + operator.length).trim()),
  };
}

function parseLiteral(text: string): JsonValue {
  const quoted = /^(['"])(.*)\1$/.exec(text);
  if (quoted !== null) return quoted[2]!;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text);
  throw new UsageError(`jsonpath: ${JSON.stringify(text)} is no value to compare with`);
}

/** All values that a path leads to; none where something on the way is missing. */
export function valuesAt(path: JsonPath, value: JsonValue): JsonValue[] {
  return path.reduce((found: JsonValue[], step) => found.flatMap((one) => take(step, one)), [value]);
}

function take(step: Step, value: JsonValue): JsonValue[] {
  switch (step.kind) {
    case 'field':
      return isJsonObject(value) ? present(getOwn(value, step.name)) : [];
    case 'all':
      return itemsOf(value);
    case 'slice':
      return Array.isArray(value) ? value.slice(step.first, step.last) : [];
    case 'index':
      return Array.isArray(value) ? present(value.at(step.at)) : [];
    case 'filter':
      return itemsOf(value).filter((item) => passes(step.filter, item));
  }
}

function present(value: JsonValue | undefined): JsonValue[] {
  return value === undefined ? [] : [value];
}

function itemsOf(value: JsonValue): JsonValue[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function passes({ path, operator, value }: Filter, item: JsonValue): boolean {
  const [found] = valuesAt(path, item);
  if (found === undefined) return false;
  switch (operator) {
    case undefined:
      return true;
    case '==':
      return found === value;
    case '!=':
      return found !== value;
    default:
      return isOrdered(found, operator, value);
  }
}

function isOrdered(a: JsonValue, operator: Exclude<Operator, '==' | '!='>, b: JsonValue): boolean {
  if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) return false;
  const other = b as typeof a;
  if (operator === '<') return a < other;
  if (operator === '>') return a > other;
  return operator === '<=' ? a <= other : a >= other;
}

/** A value as kubectl prints it: texts as they are, the rest as JSON. */
export function printedValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

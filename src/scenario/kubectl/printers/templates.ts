/** `kubectl get -o jsonpath=…` and `-o custom-columns=…`. */
import { isJsonObject } from '../../../api/canonical.ts';
import type { JsonValue } from '../../../api/types.ts';
import { type JsonPath, parseJsonPath, printedValue, valuesAt } from '../jsonPath.ts';
import { textTable } from '../textTable.ts';
import { UsageError } from '../usageError.ts';
import { NONE } from './columns.ts';
import { MINIMUM_WIDTH, PADDING } from './layout.ts';

/** Text, paths whose values stand between it, and ranges. */
export type JsonPathTemplate = readonly Part[];

type Part = string | JsonPath | Range;

/** `{range PATH}…{end}`: the body once for each value, paths in it starting there. */
interface Range {
  readonly over: JsonPath;
  readonly body: readonly Part[];
}

/**
 * Reads `{.metadata.name}{"\n"}`.
 *
 * @throws UsageError for braces that do not match, and for what is not supported.
 */
export function parseTemplate(text: string): JsonPathTemplate {
  if (text === '') throw new UsageError('template format specified but no template given');
  const parts: Part[] = [];
  // What stands around the range that is being read, from the outside in.
  const outer: Part[][] = [];
  let inner = parts;
  const token = /([^{}]+)|\{((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^{}"'])*)\}/y;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new UsageError(`error parsing jsonpath ${text}: unclosed action`);
    const action = match[2]?.trim();
    const range = action === undefined ? null : /^range\s+(.*)$/s.exec(action);
    if (range !== null) {
      const body: Part[] = [];
      inner.push({ over: parseJsonPath(range[1]!), body });
      outer.push(inner);
      inner = body;
    } else if (action === 'end') {
      inner = outer.pop() ?? endsNothing();
    } else {
      inner.push(match[1] ?? parseAction(action!));
    }
  }
  if (outer.length > 0) throw new UsageError('unterminated range in jsonpath: {end} is missing');
  return parts;
}

function endsNothing(): never {
  throw new UsageError('jsonpath: not in range, nothing to end');
}

function parseAction(text: string): string | JsonPath {
  const quoted = /^"(.*)"$/s.exec(text) ?? /^'(.*)'$/s.exec(text);
  if (quoted === null) return parseJsonPath(text);
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' };
  return quoted[1]!.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

export function printTemplate(template: JsonPathTemplate, document: JsonValue): string {
  return template.map((part) => printPart(part, document)).join('');
}

function printPart(part: Part, document: JsonValue): string {
  if (typeof part === 'string') return part;
  if (!('body' in part)) return valuesAt(part, document).map(printedValue).join(' ');
  const items = valuesAt(part.over, document);
  return items.map((item) => printTemplate(part.body, item)).join('');
}

export interface CustomColumn {
  readonly header: string;
  readonly path: JsonPath;
}

/**
 * Reads `NAME:.metadata.name,IMAGE:.spec.containers[0].image`.
 *
 * @throws UsageError for a column without a header or a path.
 */
export function parseCustomColumns(text: string): CustomColumn[] {
  if (text === '') throw new UsageError('custom-columns format specified but no custom columns given');
  return text.split(',').map((part) => {
    const at = part.indexOf(':');
    if (at < 1) {
      throw new UsageError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header: part.slice(0, at), path: parseJsonPath(part.slice(at + 1)) };
  });
}

/** @param document one object, or a `List` of several */
export function printCustomColumns(
  columns: readonly CustomColumn[],
  document: JsonValue,
  showsHeader: boolean,
): string {
  const items = isJsonObject(document) && Array.isArray(document.items) ? document.items : [document];
  const rows = items.map((item) => columns.map(({ path }) => valuesAt(path, item).map(printedValue).join(',') || NONE));
  const header = showsHeader ? [columns.map((column) => column.header)] : [];
  return textTable([...header, ...rows], PADDING, MINIMUM_WIDTH);
}

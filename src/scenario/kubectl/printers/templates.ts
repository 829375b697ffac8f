/** `kubectl get -o jsonpath=…` and `-o custom-columns=…`. */
import { isJsonObject } from '../../../api/canonical.ts';
import type { JsonValue } from '../../../api/types.ts';
import { type JsonPath, parseJsonPath, printedValue, valuesAt } from '../jsonPath.ts';
import { textTable } from '../textTable.ts';
import { UsageError } from '../usageError.ts';
import { NONE } from './columns.ts';
import { MINIMUM_WIDTH, PADDING } from './layout.ts';

/** Text, and paths whose values stand between it. */
export type JsonPathTemplate = readonly (string | JsonPath)[];

/**
 * Reads `{.metadata.name}{"\n"}`.
 *
 * @throws UsageError for braces that do not match, and for what is not supported.
 */
export function parseTemplate(text: string): JsonPathTemplate {
  if (text === '') throw new UsageError('template format specified but no template given');
  const parts: (string | JsonPath)[] = [];
  const token = /([^{}]+)|\{((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^{}"'])*)\}/y;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new UsageError(`error parsing jsonpath ${text}: unclosed action`);
    parts.push(match[1] ?? parseAction(match[2]!.trim()));
  }
  return parts;
}

function parseAction(text: string): string | JsonPath {
  if (/^(range\b|end$)/.test(text)) throw new UsageError('ranges in jsonpath are not supported yet');
  const quoted = /^"(.*)"$/s.exec(text) ?? /^'(.*)'$/s.exec(text);
  if (quoted === null) return parseJsonPath(text);
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' };
  return quoted[1]!.replaceAll(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

export function printTemplate(template: JsonPathTemplate, document: JsonValue): string {
  return template
    .map((part) => (typeof part === 'string' ? part : valuesAt(part, document).map(printedValue).join(' ')))
    .join('');
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

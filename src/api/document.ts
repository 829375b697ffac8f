/**
 * Text in: YAML streams and JSON become plain values, and every field keeps its place for messages.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import { isJsonObject } from './canonical.ts';
import { InputError, type SourcePlace } from './errors.ts';
import { type FieldPath, formatPath } from './path.ts';
import type { JsonObject, JsonValue } from './types.ts';
import { checkDepthAndNumbers, readYamlStream } from './yamlStream.ts';

/** Whether a place is where the field's name stands or where its value stands. */
export type PlacePart = 'key' | 'value';

/** One object of an input file. */
export interface SourceDocument {
  readonly value: JsonValue;
  readonly file: string;
  /**
   * Where a field stands: a scalar's value, else the field's name; for a field that is missing, its nearest existing
   * parent. Without line and column when the text was big JSON.
   */
  placeOf(path: FieldPath, part?: PlacePart): SourcePlace;
}

const LARGEST_INPUT = 64 * 1024 * 1024;
/** YAML nodes cost a hundred times what JSON.parse costs; nobody reads line numbers in such a file. */
const LARGEST_POSITIONED_JSON = 256 * 1024;

/**
 * Reads all objects of a text: a stream of YAML documents, or JSON. Empty documents are skipped, `List` objects are
 * replaced by their items.
 *
 * @param file how messages name the input.
 * @throws InputError for binary data, bad syntax, duplicate keys, nesting deeper than 100, more than 64 MiB, too many
 *   aliases, or no document at all.
 */
export function readDocuments(text: string, file: string): SourceDocument[] {
  refuseBinary(text, file);
  const documents = readBigJson(text, file) ?? readPositioned(text, file);
  if (documents.length === 0) {
    throw new InputError('is empty: expected Kubernetes manifests or a Scenario', { file });
  }
  return documents.flatMap(flattenList);
}

/**
 * The mapping that a document must be to hold an object.
 *
 * @throws InputError when it is a list or a scalar.
 */
export function objectOf(document: SourceDocument): JsonObject {
  if (isJsonObject(document.value)) return document.value;
  const found = Array.isArray(document.value) ? 'a list' : JSON.stringify(document.value).slice(0, 40);
  throw new InputError(`expected a mapping with apiVersion and kind, got ${found}`, document.placeOf([]));
}

function refuseBinary(text: string, file: string): void {
  if (text.length > LARGEST_INPUT) {
    throw new InputError(`is too large: ${Math.ceil(text.length / 1024 / 1024)} MiB, at most 64 MiB are read`, {
      file,
    });
  }
  if (text.includes('\0')) throw new InputError('is not text (binary data)', { file });
  if (text.includes('\uFFFD')) throw new InputError('is not text (binary data)', { file }, 'text must be UTF-8');
}

function readBigJson(text: string, file: string): SourceDocument[] | undefined {
  if (text.length <= LARGEST_POSITIONED_JSON || !/^\s*[[{]/.test(text)) return undefined;
  const value = tryJson(text);
  return value === undefined ? undefined : [unpositioned(value, file)];
}

/** Undefined for what is not JSON: it may still be YAML, and YAML's reader tells where the error is. */
function tryJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function unpositioned(value: JsonValue, file: string): SourceDocument {
  checkDepthAndNumbers(value, (path) => ({ file, path: formatPath(path) }));
  return { value, file, placeOf: (path) => ({ file, path: formatPath(path) }) };
}

function readPositioned(text: string, file: string): SourceDocument[] {
  const { documents, lineCounter } = readYamlStream(text, file);
  return documents.map(({ document, value }): SourceDocument => {
    return {
      value,
      file,
      placeOf: (path, part = 'value') => {
        const offset = offsetOf(document, path, part);
        if (offset === undefined) return { file, path: formatPath(path) };
        return { file, ...lineAndColumn(lineCounter, offset), path: formatPath(path) };
      },
    };
  });
}

function lineAndColumn(lineCounter: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lineCounter.linePos(offset);
  return { line, column: col };
}

function offsetOf(document: Document, path: FieldPath, part: PlacePart): number | undefined {
  let node: Node | null = document.contents;
  let best = node?.range?.[0];
  for (const [depth, step] of path.entries()) {
    const found = findChild(resolveAlias(node, document), step);
    if (found === undefined) break;
    const isLast = depth === path.length - 1;
    const wantsValue = isLast && part === 'value' && (isScalar(found.value) || isAlias(found.value));
    const offset: number | undefined = wantsValue ? found.value?.range?.[0] : found.key?.range?.[0];
    best = offset ?? found.value?.range?.[0] ?? best;
    node = found.value;
  }
  return best;
}

function resolveAlias(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node | null;
}

function findChild(node: Node | null, step: string | number): Child | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step] as Node | undefined;
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((candidate) => isScalar(candidate.key) && String(candidate.key.value) === step);
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

/** `kubectl get -o yaml` wraps several objects into a List. */
function flattenList(document: SourceDocument): SourceDocument[] {
  const value = document.value;
  const isList = isJsonObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List');
  if (!isList || !Array.isArray(value.items)) return [document];
  return value.items.flatMap((item, index) => {
    const placeOf = (path: FieldPath, part?: PlacePart) => document.placeOf(['items', index, ...path], part);
    return flattenList({ value: item, file: document.file, placeOf });
  });
}

/**
 * Text in: YAML streams and JSON become plain values, and every field keeps its place for messages.
 */
import { isJsonObject } from './canonical.ts';
import { InputError, type SourcePlace } from './errors.ts';
import { readFastYaml } from './fastYaml.ts';
import { splitJsonStream } from './jsonStream.ts';
import { LazyPlaces, LineIndex } from './lazyPlaces.ts';
import { type FieldPath, formatPath } from './path.ts';
import type { JsonObject, JsonValue } from './types.ts';
import type { PlacePart } from './yamlPlaces.ts';
import { checkDepthAndNumbers, readYamlStream } from './yamlStream.ts';

export type { PlacePart };

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

/** Bytes of a file, or characters of a text, that are read; of YAML, less. */
export const LARGEST_INPUT = 256 * 1024 * 1024;
const LARGEST_YAML = 64 * 1024 * 1024;
/** YAML nodes cost a hundred times what JSON.parse costs; nobody reads line numbers in such a file. */
const LARGEST_POSITIONED_JSON = 256 * 1024;

/**
 * Reads all objects of a text: a stream of YAML documents, JSON, or JSON values one behind the other. Empty documents are
 * skipped, `List` objects are replaced by their items.
 *
 * @param file how messages name the input.
 * @throws InputError for binary data, bad syntax, duplicate keys, nesting deeper than 100, more than 64 MiB (JSON: 256), too many
 *   aliases, or no document at all.
 */
export function readDocuments(text: string, file: string): SourceDocument[] {
  refuseBinary(text, file);
  const documents = readBigJson(text, file) ?? readJsonStream(text, file) ?? readSmallerText(text, file);
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

export function tooLarge(bytes: number, file: string): InputError {
  const size = `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  return new InputError(`is too large: ${size}, at most 64 MiB of YAML or 256 MiB of JSON are read`, { file });
}

function refuseBinary(text: string, file: string): void {
  if (text.length > LARGEST_INPUT || (text.length > LARGEST_YAML && !/^\s*[[{]/.test(text))) {
    throw tooLarge(text.length, file);
  }
  if (text.includes('\0')) throw new InputError('is not text (binary data)', { file });
  if (text.includes('\uFFFD')) throw new InputError('is not text (binary data)', { file }, 'text must be UTF-8');
}

function readBigJson(text: string, file: string): SourceDocument[] | undefined {
  if (text.length <= LARGEST_POSITIONED_JSON || !/^\s*[[{]/.test(text)) return undefined;
  const value = tryJson(text);
  return value === undefined ? undefined : [unpositioned(value, file)];
}

/** YAML's reader finds what is wrong with JSON, but of tens of megabytes it makes gigabytes. */
function readSmallerText(text: string, file: string): SourceDocument[] {
  if (text.length > LARGEST_POSITIONED_JSON && /^\s*[[{]\s*["{[]/.test(text)) throw brokenBigJson(text, file);
  return readYaml(text, file);
}

/** Engines word this differently, but all of them tell the position, or that the end came too early. */
function brokenBigJson(text: string, file: string): InputError {
  try {
    JSON.parse(text);
  } catch (error) {
    const told = /position (\d+)/.exec((error as SyntaxError).message)?.[1];
    const offset = told === undefined ? text.length : Number(told);
    const line = new LineIndex(text).before(offset) + 1;
    const column = offset - text.lastIndexOf('\n', offset - 1);
    return new InputError(told === undefined ? 'JSON ends too early' : 'is not JSON here', { file, line, column });
  }
  return new InputError('is not JSON', { file });
}

/** Undefined for anything but several values: a single one is YAML as well. */
function readJsonStream(text: string, file: string): SourceDocument[] | undefined {
  const slices = splitJsonStream(text);
  if (slices === undefined || slices.length < 2) return undefined;
  const lines = new LineIndex(text);
  return slices.map(({ start, end }): SourceDocument => {
    const part = text.slice(start, end);
    const linesBefore = () => lines.before(start);
    const value = tryJson(part);
    if (value === undefined) throw brokenJson(part, file, linesBefore());
    if (part.length > LARGEST_POSITIONED_JSON) return unpositioned(value, file);
    checkDepthAndNumbers(value, (path) => ({ file, path: formatPath(path) }));
    const places = new LazyPlaces(part, file, linesBefore);
    return { value, file, placeOf: (path, what) => places.placeOf(path, what) };
  });
}

/** YAML's reader says where the error is; what it reads all the same is not JSON, and told without a column. */
function brokenJson(text: string, file: string, linesBefore: number): InputError {
  const place = { file, line: linesBefore + 1 };
  try {
    readYamlStream(text, file);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const line = error.place?.line;
    return new InputError(error.message, line === undefined ? place : { ...error.place!, line: line + linesBefore });
  }
  return new InputError('is not JSON', place);
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

/** Nearly always the fast reader reads a text, and a document is read again when somebody asks where something stands. */
function readYaml(text: string, file: string): SourceDocument[] {
  const documents = readFastYaml(text);
  if (documents === undefined) {
    return readYamlStream(text, file).map(({ value, placeOf }) => ({ value, file, placeOf }));
  }
  const lines = new LineIndex(text);
  return documents.map(({ value, start, end }): SourceDocument => {
    const places = new LazyPlaces(text.slice(start, end), file, () => lines.before(start));
    return { value, file, placeOf: (path, part) => places.placeOf(path, part) };
  });
}

/** `kubectl get -o yaml` wraps several objects into a List. */
function flattenList(document: SourceDocument): SourceDocument[] {
  const value = document.value;
  const isList = isJsonObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List');
  if (!isList || !Array.isArray(value.items)) return [document];
  return value.items.flatMap((item, index) => {
    const placeOf = (path: FieldPath, part?: PlacePart) => document.placeOf(['items', index, ...path], part);
    return flattenList({ value: withKindOfList(value, item), file: document.file, placeOf });
  });
}

/** The API server leaves out in a PodList what its items have in common: that they are Pods. */
function withKindOfList({ kind, apiVersion }: JsonObject, item: JsonValue): JsonValue {
  if (kind === 'List' || !isJsonObject(item) || item.kind !== undefined) return item;
  return { ...(apiVersion !== undefined && { apiVersion }), kind: String(kind).slice(0, -'List'.length), ...item };
}

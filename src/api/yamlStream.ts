/**
 * The `yaml` package, set up to read what kubectl reads: `yes`, `no`, `on`, `off` are booleans, `0644` is octal, `<<`
 * merges, dates stay strings, and keys are unique. It knows where everything stands, and is slow: `fastYaml.ts` comes first.
 */
import { Composer, type CST, type Document, isMap, isScalar, LineCounter, Parser, visit } from 'yaml';
import { isJsonObject } from './canonical.ts';
import { InputError, type SourcePlace } from './errors.ts';
import { type FieldPath, formatPath } from './path.ts';
import type { JsonValue } from './types.ts';
import { type PlacePart, placeIn } from './yamlPlaces.ts';
import { schemaOptions } from './yamlScalars.ts';

const DEEPEST_NESTING = 100;
const MOST_ALIASES = 100;

/** One document, with positions. */
export interface YamlDocument {
  readonly value: JsonValue;
  /** Where a field stands; of one that is missing, where its nearest existing parent does. */
  placeOf(path: FieldPath, part?: PlacePart): SourcePlace;
}

/**
 * The documents of a stream, without the empty ones.
 *
 * @throws InputError at the first problem.
 */
export function readYamlStream(text: string, file: string): YamlDocument[] {
  const lineCounter = new LineCounter();
  const documents: YamlDocument[] = [];
  for (const document of parse(text, file, lineCounter)) {
    refuseErrors(document, text, file, lineCounter);
    refuseMappingKeys(document, text, file, lineCounter);
    const value = toPlain(document, file);
    if (value === null || value === undefined) continue;
    checkDepthAndNumbers(value, (path) => ({ file, path: formatPath(path) }));
    documents.push({ value, placeOf: (path, part = 'value') => placeIn(document, lineCounter, file, path, part) });
  }
  return documents;
}

/**
 * Refuses what JSON cannot hold or what the simulator would have to recurse into without limit.
 *
 * @throws InputError for nesting deeper than 100 and for infinite numbers and what only YAML's tags can make.
 */
export function checkDepthAndNumbers(value: JsonValue, placeOf: (path: FieldPath) => SourcePlace): void {
  const path: (string | number)[] = [];
  const walk = (inner: JsonValue): void => {
    if (path.length > DEEPEST_NESTING) {
      throw tooDeep(placeOf([]).file);
    }
    if (typeof inner === 'number' && !Number.isFinite(inner)) {
      throw new InputError(`${inner} is not a number that Kubernetes accepts`, placeOf(path));
    }
    if (isExotic(inner)) throw new InputError('has a YAML tag that Kubernetes does not read', placeOf(path));
    if (Array.isArray(inner)) for (const [index, item] of inner.entries()) step(index, item);
    else if (isJsonObject(inner)) for (const key of Object.keys(inner)) step(key, inner[key]!);
  };
  const step = (key: string | number, inner: JsonValue): void => {
    path.push(key);
    walk(inner);
    path.pop();
  };
  walk(value);
}

/** What `!!binary`, `!!set` and the like make. */
function isExotic(value: JsonValue): boolean {
  return isJsonObject(value) && Object.getPrototypeOf(value) !== Object.prototype;
}

function parse(text: string, file: string, lineCounter: LineCounter): readonly Document[] {
  const parser = new Parser(lineCounter.addNewLine);
  const tokens: CST.Token[] = [];
  for (const token of parser.parse(text)) {
    refuseDeepTokens(token, file);
    tokens.push(token);
  }
  const composer = new Composer({
    prettyErrors: false,
    logLevel: 'silent',
    ...schemaOptions,
  });
  return [...composer.compose(tokens)];
}

/** The composer recurses without limit, and a stack that overflows inside a regular expression kills the process. */
function refuseDeepTokens(root: CST.Token, file: string): void {
  const open: { readonly token: CST.Token; readonly depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > DEEPEST_NESTING + 1) throw tooDeep(file);
    if (token.type === 'document' && token.value) open.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
}

function tooDeep(file: string): InputError {
  return new InputError(`is nested deeper than ${DEEPEST_NESTING} levels`, { file });
}

function refuseErrors(document: Document, text: string, file: string, lineCounter: LineCounter): void {
  const error = document.errors[0];
  if (error === undefined) return;
  const message = error.message.split('\n', 1)[0]!.replace(/:$/, '');
  throw new InputError(message, placeAt(error.pos[0], file, lineCounter), templateHint(text));
}

/** `replicas: {{ .Values.replicas }}` is YAML whose key is a mapping. */
function refuseMappingKeys(document: Document, text: string, file: string, lineCounter: LineCounter): void {
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) || pair.key === null) return;
      const offset = (pair.key as { range?: [number, number, number] | null }).range?.[0] ?? 0;
      const what = isMap(pair.key) ? 'a mapping' : 'this';
      throw new InputError(`${what} cannot be a key`, placeAt(offset, file, lineCounter), templateHint(text));
    },
  });
}

function toPlain(document: Document, file: string): JsonValue | undefined {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as JsonValue | undefined;
  } catch (error) {
    if (error instanceof ReferenceError) {
      const isBomb = error.message.startsWith('Excessive');
      throw new InputError(isBomb ? `uses more than ${MOST_ALIASES} aliases` : error.message, { file });
    }
    throw error;
  }
}

function placeAt(offset: number, file: string, lineCounter: LineCounter): SourcePlace {
  const { line, col } = lineCounter.linePos(offset);
  return { file, line, column: col };
}

function templateHint(text: string): string | undefined {
  return /\{\{.*\}\}/.test(text) ? 'is this a Helm template? render it first: helm template CHART' : undefined;
}

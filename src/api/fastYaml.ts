/**
 * A reader of YAML that is many times as fast as the one with positions, for what nearly all manifests are made of. It
 * answers only where both would answer the same: whatever it is not sure of, errors included, is left to the other one.
 */
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import type { JsonObject, JsonValue } from './types.ts';
import { plainScalar } from './yamlScalars.ts';

/** One document of a stream, and where it stands in its text. */
export interface FastDocument {
  readonly value: JsonValue;
  readonly start: number;
  readonly end: number;
}

/** Documents are parsed in batches of about this many characters: what the parser keeps of each is soon forgotten again. */
const BATCH_LENGTH = 16 * 1024;

/** Begins a document, wherever it stands: at the start of a line, even inside of a block of text. */
const DOCUMENT_MARKER = /^---(?=[ \t\r\n]|$)/gm;

/**
 * What the two readers may see differently: a first line that is indented, directives, documents that end with dots, tabs
 * as indentation, byte order marks, and line breaks that are none to one of them.
 */
const DOUBTFUL = /^%|^\.\.\.|^\t|^ *\t[ \t]*$|\uFEFF|\r(?!\n)|[\u0085\u2028\u2029]/m;

const NO_POSITION = -1;

/**
 * The documents of a stream, empty ones left out; undefined: the reader with positions has to decide.
 *
 * @param batchLength in characters; tests make it short.
 */
export function readFastYaml(text: string, batchLength = BATCH_LENGTH): FastDocument[] | undefined {
  if (text.startsWith(' ') || DOUBTFUL.test(text)) return undefined;
  const documents: FastDocument[] = [];
  const starts = documentStarts(text);
  for (let first = 0; first < starts.length; ) {
    let next = first + 1;
    while (next < starts.length && starts[next]! - starts[first]! < batchLength) next++;
    const values = readBatch(text, starts, first, next);
    if (values === undefined) return undefined;
    for (const [index, value] of values.entries()) {
      if (value === null) continue;
      documents.push({ value, start: starts[first + index]!, end: starts[first + index + 1] ?? text.length });
    }
    first = next;
  }
  return documents;
}

/** Where documents begin: at their markers, and the first one at the start of the text if it has no marker. */
function documentStarts(text: string): number[] {
  const starts: number[] = [];
  for (const match of text.matchAll(DOCUMENT_MARKER)) starts.push(match.index);
  const before = text.slice(0, starts[0] ?? text.length);
  return before.split('\n').every((line) => /^[ \r]*(?:#|$)/.test(line)) ? starts : [0, ...starts];
}

/** The values of the documents from `first` to before `next`; undefined when the parser refuses them or sees others. */
function readBatch(text: string, starts: readonly number[], first: number, next: number): JsonValue[] | undefined {
  const batch = text.slice(starts[first]!, starts[next] ?? text.length);
  try {
    const values = new ValueReader(batch, parseEvents(batch, {})).documents();
    return values.length === next - first ? values : undefined;
  } catch {
    // Whatever it is: the other reader finds the error, and says where it stands.
    return undefined;
  }
}

/** Not sure that the other reader would read the same. */
class Unsure extends Error {}

/** Makes values of a parser's events. */
class ValueReader {
  readonly #text: string;
  readonly #events: readonly Event[];
  #next = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
  }

  documents(): JsonValue[] {
    const values: JsonValue[] = [];
    while (this.#next < this.#events.length) {
      // The document's own event before its value, and its end behind it.
      this.#next++;
      values.push(this.#value());
      this.#next++;
    }
    return values;
  }

  #value(): JsonValue {
    const event = this.#events[this.#next++]!;
    if (event.type === EVENT_ID.SCALAR) return this.#scalar(event);
    if (event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) throw new Unsure();
    refuseProperties(event);
    const value = event.type === EVENT_ID.MAPPING ? this.#mapping() : this.#sequence();
    this.#next++;
    return value;
  }

  #sequence(): JsonValue[] {
    const items: JsonValue[] = [];
    while (!this.#isAtEnd()) items.push(this.#value());
    return items;
  }

  #mapping(): JsonObject {
    const object: Record<string, JsonValue> = {};
    while (!this.#isAtEnd()) {
      const key = this.#value();
      // Merges, and keys that are numbers, booleans or nothing at all: rare, and not worth a second set of rules.
      if (typeof key !== 'string' || key === '<<') throw new Unsure();
      const value = this.#value();
      if (key in object) defineOwn(object, key, value);
      else object[key] = value;
    }
    return object;
  }

  #isAtEnd(): boolean {
    return this.#events[this.#next]!.type === EVENT_ID.POP;
  }

  #scalar(event: ScalarEvent): JsonValue {
    refuseProperties(event);
    const text = getScalarValue(this.#text, event);
    if (event.style === SCALAR_STYLE.LITERAL_BLOCK || event.style === SCALAR_STYLE.FOLDED_BLOCK) {
      if (this.#indicatesIndentation(event.valueStart)) throw new Unsure();
    }
    if (event.style !== SCALAR_STYLE.PLAIN) return text;
    const value = plainScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Unsure();
    return value;
  }

  /** `|2`: the readers count its columns from different places. */
  #indicatesIndentation(blockStart: number): boolean {
    const header = this.#text.slice(this.#text.lastIndexOf('\n', blockStart - 2) + 1, blockStart);
    return /[|>][-+]?[0-9]/.test(header);
  }
}

/** An anchor or a tag. */
function refuseProperties({ anchorStart, tagStart }: { anchorStart: number; tagStart: number }): void {
  if (anchorStart !== NO_POSITION || tagStart !== NO_POSITION) throw new Unsure();
}

/** For `__proto__` and what else every object inherits; a key that stands there twice is an error. */
function defineOwn(object: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (Object.hasOwn(object, key)) throw new Unsure();
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

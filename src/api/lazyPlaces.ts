/** Places in a document that was read without them: it is read once more when the first one is asked for. */
import { InputError, type SourcePlace } from './errors.ts';
import { type FieldPath, formatPath } from './path.ts';
import type { PlacePart } from './yamlPlaces.ts';
import { readYamlStream, type YamlDocument } from './yamlStream.ts';

export class LazyPlaces {
  readonly #text: string;
  readonly #file: string;
  readonly #linesBefore: () => number;
  #document: YamlDocument | undefined;

  /**
   * @param text of the one document.
   * @param linesBefore how many lines of the file stand before it.
   */
  constructor(text: string, file: string, linesBefore: () => number) {
    this.#text = text;
    this.#file = file;
    this.#linesBefore = linesBefore;
  }

  placeOf(path: FieldPath, part?: PlacePart): SourcePlace {
    this.#document ??= this.#read();
    const place = this.#document.placeOf(path, part);
    return place.line === undefined ? place : { ...place, line: place.line + this.#linesBefore() };
  }

  /** Should the reader with positions refuse what the other one took, a message without a line is better than another. */
  #read(): YamlDocument {
    try {
      const [document] = readYamlStream(this.#text, this.#file);
      if (document !== undefined) return document;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
    return { value: null, placeOf: (path) => ({ file: this.#file, path: formatPath(path) }) };
  }
}

/** The lines of a text, found when the first one is asked for. */
export class LineIndex {
  readonly #text: string;
  #ends: number[] | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** How many lines end before an offset. */
  before(offset: number): number {
    this.#ends ??= lineEnds(this.#text);
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function lineEnds(text: string): number[] {
  const ends: number[] = [];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) ends.push(end);
  return ends;
}

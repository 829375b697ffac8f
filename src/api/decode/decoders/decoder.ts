import type { JsonObject, Manifest } from '../../types.ts';
import type { DecodeContext } from '../context.ts';
import type { Shape } from '../schema.ts';

/** What decoding a kind takes, in the order of its passes. */
export interface Decoder {
  /** Older versions that the API server also takes, and what makes an object of the simulated one of theirs. */
  readonly conversions?: Readonly<Record<string, (document: JsonObject) => JsonObject>>;
  readonly shape: Shape;
  readonly applyDefaults: (document: JsonObject) => void;
  readonly read: (context: DecodeContext, document: JsonObject) => Manifest;
}

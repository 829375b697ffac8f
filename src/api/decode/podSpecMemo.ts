import type { JsonObject, JsonValue, PodSpec } from '../types.ts';
import type { DecodeContext } from './context.ts';

/** What reading a pod's spec comes to. */
export interface ReadPodSpec {
  readonly spec: PodSpec;
  readonly canonical: string;
}

type NotSimulated = readonly [kindName: string, path: string];

/** A spec whose shape has been checked, with its defaults. Frozen, since many pods have it. */
interface DefaultedSpec {
  readonly document: JsonObject;
  readonly notSimulated: readonly NotSimulated[];
}

interface KnownReading {
  readonly result: ReadPodSpec;
  readonly notSimulated: readonly NotSimulated[];
}

/**
 * Remembers what the specs of bare pods came to. What cannot be read is not remembered; fields that are not simulated are
 * told of for each pod.
 */
export class PodSpecMemo {
  /** By the text of the spec as it was written. */
  readonly #defaulted = new Map<string, DefaultedSpec>();
  /** By what `find` answers. */
  readonly #read = new WeakMap<JsonObject, KnownReading>();

  /** The defaulted form of a spec that was written like that before. */
  find(context: DecodeContext, written: JsonObject): JsonObject | undefined {
    const known = this.#defaulted.get(JSON.stringify(written));
    if (known !== undefined) tell(context, known.notSimulated);
    return known?.document;
  }

  /** @param notSimulated what was told of the spec while its shape was checked. */
  remember(written: JsonObject, document: JsonObject, notSimulated: readonly NotSimulated[]): void {
    this.#defaulted.set(JSON.stringify(written), { document: freeze(document), notSimulated });
  }

  /** What `read` makes of a defaulted spec, or has made of it. */
  read(context: DecodeContext, document: JsonObject, read: (context: DecodeContext) => ReadPodSpec): ReadPodSpec {
    let known = this.#read.get(document);
    if (known === undefined) {
      const { recorded, recording } = record(context);
      this.#read.set(document, (known = { result: read(recording), notSimulated: recorded }));
    } else tell(context, known.notSimulated);
    return known.result;
  }
}

/** A context that also notes down what is told to be not simulated. */
export function record(context: DecodeContext): {
  readonly recorded: NotSimulated[];
  readonly recording: DecodeContext;
} {
  const recorded: NotSimulated[] = [];
  const notSimulated = (kindName: string, path: string): void => {
    recorded.push([kindName, path]);
    context.notSimulated(kindName, path);
  };
  return { recorded, recording: { ...context, notSimulated } };
}

function tell(context: DecodeContext, notSimulated: readonly NotSimulated[]): void {
  for (const [kindName, path] of notSimulated) context.notSimulated(kindName, path);
}

function freeze<T extends JsonValue>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

import type { JsonObject, PodSpec } from '../types.ts';
import type { DecodeContext } from './context.ts';

/** What reading a pod's spec comes to. */
export interface ReadPodSpec {
  readonly spec: PodSpec;
  readonly canonical: string;
}

interface Known extends ReadPodSpec {
  readonly notSimulated: readonly (readonly [kindName: string, path: string])[];
}

/** Remembers what the specs of bare pods came to. What cannot be read is not remembered. */
export class PodSpecMemo {
  readonly #known = new Map<string, Known>();

  /**
   * What `read` makes of a spec, or made of one with the same content. Fields that are not simulated are told of for
   * each pod.
   */
  read(context: DecodeContext, spec: JsonObject, read: (context: DecodeContext) => ReadPodSpec): ReadPodSpec {
    const content = JSON.stringify(spec);
    const known = this.#known.get(content);
    if (known !== undefined) {
      for (const [kindName, path] of known.notSimulated) context.notSimulated(kindName, path);
      return known;
    }
    const notSimulated: [string, string][] = [];
    const result = read({
      ...context,
      notSimulated: (kindName, path) => {
        notSimulated.push([kindName, path]);
        context.notSimulated(kindName, path);
      },
    });
    this.#known.set(content, { ...result, notSimulated });
    return result;
  }
}

/** `v1` Pod. */
import type { JsonObject, PodManifest } from '../types.ts';
import type { DecodeContext } from './context.ts';
import { readPodTemplate } from './podTemplate.ts';
import { readMeta } from './read.ts';

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPod(context: DecodeContext, document: JsonObject): PodManifest {
  const meta = readMeta(context, document, true);
  return { kind: 'Pod', meta, template: readPodTemplate(context, [], document, 'Pod'), manifest: document };
}

/** `v1` Node. */
import type { FieldPath } from '../path.ts';
import type { JsonObject, NodeManifest, Taint } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { objectAt, objectsAt, readMeta, stringsAt } from './read.ts';
import { readAmounts } from './resources.ts';
import { readTaint } from './scheduling.ts';

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readNode(context: DecodeContext, document: JsonObject): NodeManifest {
  const spec = objectAt(document, 'spec');
  const status = objectAt(document, 'status');
  return {
    kind: 'Node',
    meta: readMeta(context, document, false),
    unschedulable: spec.unschedulable === true,
    taints: readTaints(context, ['spec', 'taints'], spec),
    allocatable: readAllocatable(context, status),
    images: objectsAt(status, 'images').map((image) => {
      return { names: stringsAt(image, 'names'), sizeBytes: typeof image.sizeBytes === 'number' ? image.sizeBytes : 0 };
    }),
    manifest: document,
  };
}

function readAllocatable(context: DecodeContext, status: JsonObject): NodeManifest['allocatable'] {
  const { extended, ...amounts } = readAmounts(context, ['status', 'allocatable'], status.allocatable);
  const others = new Map(extended);
  others.delete('pods');
  return { ...amounts, extended: others, pods: extended.get('pods') ?? 0 };
}

function readTaints(context: DecodeContext, path: FieldPath, spec: JsonObject): Taint[] {
  const taints = objectsAt(spec, 'taints').map((item, index) => readTaint(context, [...path, index], item));
  const seen = new Set<string>();
  for (const [index, { key, effect }] of taints.entries()) {
    const identity = `${key}:${effect}`;
    if (seen.has(identity)) {
      failAt(
        context,
        [...path, index],
        `Duplicate value: ${JSON.stringify(identity)}: taints must be unique by key and effect pair`,
      );
    }
    seen.add(identity);
  }
  return taints;
}

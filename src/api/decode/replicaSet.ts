/** `apps/v1` ReplicaSet. */
import type { JsonObject, ReplicaSetManifest } from '../types.ts';
import type { DecodeContext } from './context.ts';
import { readPodTemplate, requireRunsForever } from './podTemplate.ts';
import { integerAt, objectAt, readMeta, readSelector } from './read.ts';

const TEMPLATE_PATH = ['spec', 'template'];

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readReplicaSet(context: DecodeContext, document: JsonObject): ReplicaSetManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const replicas = integerAt(context, ['spec', 'replicas'], spec.replicas, 1);
  const minReadySeconds = integerAt(context, ['spec', 'minReadySeconds'], spec.minReadySeconds, 0);
  const template = readPodTemplate(context, TEMPLATE_PATH, objectAt(spec, 'template'), 'ReplicaSet');
  requireRunsForever(context, TEMPLATE_PATH, template.spec, 'ReplicaSet');
  const selector = readSelector(context, spec, 'replica set', template.labels);
  return { kind: 'ReplicaSet', meta, spec: { replicas, minReadySeconds, selector, template }, manifest: document };
}

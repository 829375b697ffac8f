/** `v1` ReplicationController. */
import { makeSelector } from '../selector.ts';
import type { JsonObject, ReplicationControllerManifest } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { readPodTemplate, requireRunsForever } from './podTemplate.ts';
import { integerAt, objectAt, readLabels, readMeta, requireSelected } from './read.ts';

const TEMPLATE_PATH = ['spec', 'template'];

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readReplicationController(context: DecodeContext, document: JsonObject): ReplicationControllerManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const replicas = integerAt(context, ['spec', 'replicas'], spec.replicas, 1);
  const minReadySeconds = integerAt(context, ['spec', 'minReadySeconds'], spec.minReadySeconds, 0);
  const template = readPodTemplate(context, TEMPLATE_PATH, objectAt(spec, 'template'), 'ReplicationController');
  requireRunsForever(context, TEMPLATE_PATH, template.spec, 'ReplicationController');
  const selector = makeSelector(readLabels(context, ['spec', 'selector'], spec.selector), []);
  if (selector.canonical === '') failAt(context, ['spec', 'selector'], 'Required value');
  requireSelected(context, selector, template.labels);
  const read = { replicas, minReadySeconds, selector, template };
  return { kind: 'ReplicationController', meta, spec: read, manifest: document };
}

/** `v1` Namespace, of which only the labels are of account: namespaces are neither made nor deleted. */
import { dnsLabelProblem } from '../names.ts';
import type { JsonObject, ObjectMeta } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { namespaceShape } from './otherShapes.ts';
import { readMeta, refuse } from './read.ts';
import { checkShape } from './schema.ts';

/** @throws InputError for another apiVersion, an unknown field, or a name or label that upstream's validation refuses. */
export function readNamespace(context: DecodeContext, document: JsonObject): ObjectMeta {
  if (document.apiVersion !== 'v1') failAt(context, ['apiVersion'], 'expected "v1" for kind Namespace');
  checkShape(context, 'Namespace', document, namespaceShape);
  const meta = readMeta(context, document, false);
  refuse(context, ['metadata', 'name'], meta.name, dnsLabelProblem(meta.name));
  return meta;
}

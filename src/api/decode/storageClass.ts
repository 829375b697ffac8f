/** `storage.k8s.io/v1` StorageClass, whose fields stand beside `metadata`, not below a `spec`. */
import { labelKeyProblem } from '../names.ts';
import type { JsonObject, StorageClassManifest, StorageClassSpec, StringMap } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { objectsAt, readMeta, refuse, stringAt, stringsAt } from './read.ts';

const BINDING_MODES = ['Immediate', 'WaitForFirstConsumer'] as const;
const RECLAIM_POLICIES = ['Delete', 'Retain'] as const;
const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'];
const DEFAULT_CLASS_ANNOTATIONS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readStorageClass(context: DecodeContext, document: JsonObject): StorageClassManifest {
  const meta = readMeta(context, document, false);
  const provisioner = stringAt(document, 'provisioner');
  if (provisioner === '') failAt(context, ['provisioner'], 'Required value');
  refuse(context, ['provisioner'], provisioner, labelKeyProblem(provisioner.toLowerCase()));
  const spec: StorageClassSpec = {
    provisioner,
    reclaimPolicy: readChoice(context, document, 'reclaimPolicy', RECLAIM_POLICIES),
    volumeBindingMode: readChoice(context, document, 'volumeBindingMode', BINDING_MODES),
    isDefault: isDefaultClass(meta.annotations),
    allowedZones: readAllowedZones(context, document),
  };
  return { kind: 'StorageClass', meta, spec, manifest: document };
}

function readChoice<T extends string>(
  context: DecodeContext,
  document: JsonObject,
  field: string,
  choices: readonly T[],
): T {
  const text = stringAt(document, field);
  return choices.find((choice) => choice === text) ?? unsupported(context, [field], text, choices);
}

function isDefaultClass(annotations: StringMap): boolean {
  return DEFAULT_CLASS_ANNOTATIONS.some((name) => annotations[name] === 'true');
}

/** One of the terms must hold: a term that says nothing of zones allows them all. */
function readAllowedZones(context: DecodeContext, document: JsonObject): string[] | undefined {
  const terms = objectsAt(document, 'allowedTopologies').map((term, index) => {
    return readZonesOfTerm(context, ['allowedTopologies', index, 'matchLabelExpressions'], term);
  });
  const zones = terms.flatMap((term) => term ?? []);
  return terms.length === 0 || terms.includes(undefined) ? undefined : [...new Set(zones)].sort();
}

function readZonesOfTerm(context: DecodeContext, path: (string | number)[], term: JsonObject): string[] | undefined {
  let zones: string[] | undefined;
  for (const [index, expression] of objectsAt(term, 'matchLabelExpressions').entries()) {
    const key = stringAt(expression, 'key');
    refuse(context, [...path, index, 'key'], key, labelKeyProblem(key));
    const values = stringsAt(expression, 'values');
    if (values.length === 0) failAt(context, [...path, index, 'values'], 'Required value');
    if (ZONE_LABELS.includes(key)) zones = values;
    else context.notSimulated('StorageClass', `allowedTopologies.matchLabelExpressions[${key}]`);
  }
  return zones;
}

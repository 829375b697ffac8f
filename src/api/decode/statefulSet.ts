/** `apps/v1` StatefulSet. */
import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem } from '../names.ts';
import type { JsonObject, StatefulSetManifest, StatefulSetSpec, VolumeClaimTemplate } from '../types.ts';
import { readClaimSpec } from './claimSpec.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { readPodTemplate, requireRunsForever } from './podTemplate.ts';
import {
  integerAt,
  objectAt,
  objectsAt,
  readLabels,
  readMeta,
  readSelector,
  refuse,
  stringAt,
  stringMap,
} from './read.ts';
import { readShare } from './rollingUpdate.ts';

const TEMPLATE_PATH = ['spec', 'template'];
const STRATEGY_PATH = ['spec', 'updateStrategy'];
const POD_MANAGEMENT_POLICIES = ['OrderedReady', 'Parallel'] as const;
/** The controller keeps a place for each. */
const MOST_REPLICAS = 1_000_000;
const RETENTION_POLICIES = ['Retain', 'Delete'] as const;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse, and for what would keep all its pods or
 *   claims from being created.
 */
export function readStatefulSet(context: DecodeContext, document: JsonObject): StatefulSetManifest {
  const meta = readMeta(context, document, true);
  // Pods are named after it and have their names for host names, in which a dot has no place.
  refuse(context, ['metadata', 'name'], meta.name, dnsLabelProblem(meta.name));
  const spec = objectAt(document, 'spec');
  const volumeClaimTemplates = readClaimTemplates(context, spec);
  const claimNames = volumeClaimTemplates.map((claim) => claim.name);
  const template = readPodTemplate(context, TEMPLATE_PATH, objectAt(spec, 'template'), 'StatefulSet', claimNames);
  requireRunsForever(context, TEMPLATE_PATH, template.spec, 'StatefulSet');
  const read: StatefulSetSpec = {
    ...readNumbers(context, spec),
    selector: readSelector(context, spec, 'statefulset', template.labels),
    template,
    serviceName: readServiceName(context, spec),
    podManagementPolicy: readPodManagementPolicy(context, spec),
    ...readUpdateStrategy(context, objectAt(spec, 'updateStrategy')),
    volumeClaimTemplates,
    ...readRetentionPolicy(context, objectAt(spec, 'persistentVolumeClaimRetentionPolicy')),
  };
  return { kind: 'StatefulSet', meta, spec: read, manifest: document };
}

function readNumbers(
  context: DecodeContext,
  spec: JsonObject,
): Pick<StatefulSetSpec, 'replicas' | 'minReadySeconds' | 'revisionHistoryLimit' | 'ordinalsStart'> {
  const read = (name: 'replicas' | 'minReadySeconds' | 'revisionHistoryLimit', fallback: number): number => {
    return integerAt(context, ['spec', name], spec[name], fallback);
  };
  const replicas = read('replicas', 1);
  if (replicas > MOST_REPLICAS) {
    failAt(context, ['spec', 'replicas'], `more than ${MOST_REPLICAS} replicas of a StatefulSet are not simulated`);
  }
  return {
    replicas,
    minReadySeconds: read('minReadySeconds', 0),
    revisionHistoryLimit: read('revisionHistoryLimit', 10),
    ordinalsStart: integerAt(context, ['spec', 'ordinals', 'start'], objectAt(spec, 'ordinals').start, 0),
  };
}

/** It becomes the subdomain of each pod. */
function readServiceName(context: DecodeContext, spec: JsonObject): string {
  const name = stringAt(spec, 'serviceName');
  if (name !== '') refuse(context, ['spec', 'serviceName'], name, dnsLabelProblem(name));
  return name;
}

function readPodManagementPolicy(context: DecodeContext, spec: JsonObject): StatefulSetSpec['podManagementPolicy'] {
  const given = stringAt(spec, 'podManagementPolicy');
  const policy = POD_MANAGEMENT_POLICIES.find((known) => known === given);
  if (policy !== undefined) return policy;
  const message = `Invalid value: ${JSON.stringify(given)}: must be 'OrderedReady' or 'Parallel'`;
  return failAt(context, ['spec', 'podManagementPolicy'], message);
}

function readUpdateStrategy(
  context: DecodeContext,
  strategy: JsonObject,
): Pick<StatefulSetSpec, 'updateStrategyType' | 'rollingUpdate'> {
  const { type, rollingUpdate } = strategy;
  if (type === 'RollingUpdate') {
    return { updateStrategyType: type, rollingUpdate: readRollingUpdate(context, strategy) };
  }
  if (type !== 'OnDelete') {
    const message = `Invalid value: ${JSON.stringify(type)}: must be 'RollingUpdate' or 'OnDelete'`;
    return failAt(context, [...STRATEGY_PATH, 'type'], message);
  }
  if (rollingUpdate !== undefined) {
    const message = `Invalid value: ${JSON.stringify(rollingUpdate)}: only allowed for updateStrategy 'RollingUpdate'`;
    failAt(context, [...STRATEGY_PATH, 'rollingUpdate'], message, undefined, 'key');
  }
  return { updateStrategyType: type, rollingUpdate: undefined };
}

function readRollingUpdate(context: DecodeContext, strategy: JsonObject): StatefulSetSpec['rollingUpdate'] {
  const block = strategy.rollingUpdate;
  if (!isJsonObject(block)) return undefined;
  const path = [...STRATEGY_PATH, 'rollingUpdate'];
  const partition = integerAt(context, [...path, 'partition'], block.partition, 0);
  if (block.maxUnavailable === undefined) return { partition, maxUnavailable: undefined };
  const maxUnavailable = readShare(context, [...path, 'maxUnavailable'], block.maxUnavailable);
  if (maxUnavailable.value === 0) {
    const message = `Invalid value: ${JSON.stringify(block.maxUnavailable)}: cannot be 0`;
    failAt(context, [...path, 'maxUnavailable'], message);
  }
  return { partition, maxUnavailable };
}

function readRetentionPolicy(
  context: DecodeContext,
  policy: JsonObject,
): Pick<StatefulSetSpec, 'whenDeleted' | 'whenScaled'> {
  const read = (name: 'whenDeleted' | 'whenScaled'): 'Retain' | 'Delete' => {
    const value = stringAt(policy, name);
    const known = RETENTION_POLICIES.find((candidate) => candidate === value);
    const path = ['spec', 'persistentVolumeClaimRetentionPolicy', name];
    return known ?? unsupported(context, path, value, RETENTION_POLICIES);
  };
  return { whenDeleted: read('whenDeleted'), whenScaled: read('whenScaled') };
}

/** Claims are named after their template and the pod, and the pod's volume after the template. */
function readClaimTemplates(context: DecodeContext, spec: JsonObject): VolumeClaimTemplate[] {
  const seen = new Set<string>();
  return objectsAt(spec, 'volumeClaimTemplates').map((item, index) => {
    const path = ['spec', 'volumeClaimTemplates', index];
    const metadata = objectAt(item, 'metadata');
    const namePath = [...path, 'metadata', 'name'];
    const name = stringAt(metadata, 'name');
    if (name === '') failAt(context, namePath, 'Required value');
    refuse(context, namePath, name, dnsLabelProblem(name));
    if (seen.has(name)) failAt(context, namePath, `Duplicate value: ${JSON.stringify(name)}`);
    seen.add(name);
    const manifest = objectAt(item, 'spec');
    return {
      name,
      labels: readLabels(context, [...path, 'metadata', 'labels'], metadata.labels),
      annotations: stringMap(metadata.annotations),
      spec: readClaimSpec(context, [...path, 'spec'], manifest),
      manifest,
    };
  });
}

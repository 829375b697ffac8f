/** A pod template, or the part of a Pod that a template would be. */
import { isJsonObject } from '../canonical.ts';
import { dnsSubdomainProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { Container, JsonObject, PodSpec, PodTemplateSpec } from '../types.ts';
import { canonicalTemplate } from './canonicalTemplate.ts';
import { readContainer, readHostPorts } from './container.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { integerAt, objectAt, objectsAt, readLabels, refuse, stringAt, stringMap } from './read.ts';
import { readAmounts, readRequests } from './resources.ts';
import { readNodeAffinity, readToleration } from './scheduling.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'] as const;

/**
 * Reads `owner.metadata` and `owner.spec`, which have their defaults.
 *
 * @param path of `owner`: empty for a Pod.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPodTemplate(
  context: DecodeContext,
  path: FieldPath,
  owner: JsonObject,
  kindName: string,
): PodTemplateSpec {
  const metadata = objectAt(owner, 'metadata');
  const spec = objectAt(owner, 'spec');
  const manifest = { metadata: pickMetadata(metadata), spec };
  return {
    labels: readLabels(context, [...path, 'metadata', 'labels'], metadata.labels),
    annotations: stringMap(metadata.annotations),
    spec: readPodSpec(context, [...path, 'spec'], spec, kindName),
    canonical: canonicalTemplate(manifest),
    manifest,
  };
}

/** Templates of Deployments and ReplicaSets may only restart always. */
export function requireRestartAlways(context: DecodeContext, path: FieldPath, spec: PodSpec): void {
  if (spec.restartPolicy !== 'Always') {
    unsupported(context, [...path, 'spec', 'restartPolicy'], spec.restartPolicy, ['Always']);
  }
}

function pickMetadata(metadata: JsonObject): JsonObject {
  const picked: JsonObject = {};
  if (isJsonObject(metadata.labels)) picked.labels = metadata.labels;
  if (isJsonObject(metadata.annotations)) picked.annotations = metadata.annotations;
  return picked;
}

function readPodSpec(context: DecodeContext, path: FieldPath, spec: JsonObject, kindName: string): PodSpec {
  const containers = readContainers(context, path, spec, 'containers');
  if (containers.length === 0) failAt(context, [...path, 'containers'], 'Required value');
  const initContainers = readContainers(context, path, spec, 'initContainers');
  refuseDuplicateNames(context, path, containers, initContainers);
  const restartPolicy = RESTART_POLICIES.find((policy) => policy === spec.restartPolicy);
  if (restartPolicy === undefined) {
    return unsupported(context, [...path, 'restartPolicy'], stringAt(spec, 'restartPolicy'), RESTART_POLICIES);
  }
  const nodeName = stringAt(spec, 'nodeName');
  if (nodeName !== '') refuse(context, [...path, 'nodeName'], nodeName, dnsSubdomainProblem(nodeName));
  return {
    containers,
    initContainers,
    overhead: isJsonObject(spec.overhead) ? readAmounts(context, [...path, 'overhead'], spec.overhead) : undefined,
    podRequests: readPodRequests(context, [...path, 'resources'], spec, [...containers, ...initContainers]),
    nodeName,
    schedulerName: stringAt(spec, 'schedulerName'),
    ...readPlacement(context, path, spec),
    hostPorts: readAllHostPorts(context, path, spec, kindName),
    priority: typeof spec.priority === 'number' ? spec.priority : 0,
    restartPolicy,
    terminationGracePeriodSeconds: readGracePeriod(context, path, spec),
  };
}

function readPlacement(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
): Pick<PodSpec, 'nodeSelector' | 'nodeAffinity' | 'tolerations' | 'schedulingGates'> {
  const nodeAffinity = objectAt(objectAt(spec, 'affinity'), 'nodeAffinity');
  return {
    nodeSelector: readLabels(context, [...path, 'nodeSelector'], spec.nodeSelector),
    nodeAffinity: readNodeAffinity(context, [...path, 'affinity', 'nodeAffinity'], nodeAffinity),
    tolerations: objectsAt(spec, 'tolerations').map((item, index) => {
      return readToleration(context, [...path, 'tolerations', index], item);
    }),
    schedulingGates: objectsAt(spec, 'schedulingGates').map((gate) => stringAt(gate, 'name')),
  };
}

/** A negative grace period is allowed and becomes one second when the pod is deleted. */
function readGracePeriod(context: DecodeContext, path: FieldPath, spec: JsonObject): number {
  const field = 'terminationGracePeriodSeconds';
  return integerAt(context, [...path, field], spec[field], 30, -Number.MAX_SAFE_INTEGER);
}

function readContainers(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  field: 'containers' | 'initContainers',
): Container[] {
  const isInit = field === 'initContainers';
  return objectsAt(spec, field).map((item, index) => readContainer(context, [...path, field, index], item, isInit));
}

function refuseDuplicateNames(
  context: DecodeContext,
  path: FieldPath,
  containers: readonly Container[],
  initContainers: readonly Container[],
): void {
  const seen = new Set<string>();
  const check = (field: string, list: readonly Container[]): void => {
    for (const [index, { name }] of list.entries()) {
      if (seen.has(name)) {
        failAt(context, [...path, field, index, 'name'], `Duplicate value: ${JSON.stringify(name)}`);
      }
      seen.add(name);
    }
  };
  check('containers', containers);
  check('initContainers', initContainers);
}

function readAllHostPorts(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  kindName: string,
): PodSpec['hostPorts'] {
  const usesHostNetwork = spec.hostNetwork === true;
  const hasPorts = objectsAt(spec, 'containers').some((container) => objectsAt(container, 'ports').length > 0);
  if (usesHostNetwork && !hasPorts) {
    const isPod = path.length === 1;
    context.notSimulated(kindName, isPod ? 'spec.hostNetwork' : 'spec.template.spec.hostNetwork');
  }
  return (['initContainers', 'containers'] as const).flatMap((field) => {
    return objectsAt(spec, field).flatMap((container, index) => {
      const ports = readHostPorts(context, [...path, field, index], container, usesHostNetwork);
      // An ordinary init container's ports are free again when the pod runs: upstream counts only a sidecar's.
      return field === 'containers' || container.restartPolicy === 'Always' ? ports : [];
    });
  });
}

/** Pod-level limits stand in for requests of a resource that no container asks for. */
function readPodRequests(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  containers: readonly Container[],
): PodSpec['podRequests'] {
  const resources = objectAt(spec, 'resources');
  const requests = objectAt(resources, 'requests');
  const limits = objectAt(resources, 'limits');
  const amounts = readRequests(context, path, resources);
  const found: { cpuMilli?: number; memoryBytes?: number } = {};
  for (const [name, field] of [
    ['cpu', 'cpuMilli'],
    ['memory', 'memoryBytes'],
  ] as const) {
    const isDefaulted = limits[name] !== undefined && containers.every((container) => container.requests[field] === 0);
    if (requests[name] !== undefined || isDefaulted) found[field] = amounts[field];
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** A pod template, or the part of a Pod that a template would be. */
import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem, dnsSubdomainProblem } from '../names.ts';
import { explainPath, type FieldPath } from '../path.ts';
import type { Container, JsonObject, PodAffinity, PodSpec, PodTemplateSpec } from '../types.ts';
import { canonicalMetadata, canonicalSpec, joinCanonical } from './canonicalTemplate.ts';
import { type PodSurroundings, readContainer, readHostPorts } from './container.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { readPodAffinity, readSpreadConstraints } from './podAffinity.ts';
import { readPodLevelRequests } from './podLevelRequests.ts';
import type { ReadPodSpec } from './podSpecMemo.ts';
import { readPriority } from './priority.ts';
import { integerAt, objectAt, objectsAt, readLabels, refuse, stringAt, stringMap } from './read.ts';
import { readAmounts } from './resources.ts';
import { readNodeAffinity, readToleration } from './scheduling.ts';
import { readVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'] as const;
const LARGEST_INT32 = 2147483647;

/**
 * Reads `owner.metadata` and `owner.spec`, which have their defaults.
 *
 * @param path of `owner`: empty for a Pod.
 * @param claimNames volumes that the pods get beside those of the template, as a StatefulSet's do.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readPodTemplate(
  context: DecodeContext,
  path: FieldPath,
  owner: JsonObject,
  kindName: string,
  claimNames: readonly string[] = [],
): PodTemplateSpec {
  const metadata = objectAt(owner, 'metadata');
  const spec = objectAt(owner, 'spec');
  const manifest = { metadata: pickMetadata(metadata), spec };
  const labels = readLabels(context, [...path, 'metadata', 'labels'], metadata.labels);
  const read = (inner: DecodeContext): ReadPodSpec => ({
    spec: readPodSpec(inner, [...path, 'spec'], spec, kindName, claimNames),
    canonical: canonicalSpec(spec),
  });
  const isBarePod = kindName === 'Pod' && path.length === 0;
  const known =
    isBarePod && context.podSpecs !== undefined ? context.podSpecs.read(context, spec, read) : read(context);
  return {
    labels,
    annotations: stringMap(metadata.annotations),
    spec: known.spec,
    canonical: joinCanonical(canonicalMetadata(manifest.metadata), known.canonical),
    manifest,
  };
}

/**
 * Pods of what keeps them running may only restart always, and for ever.
 *
 * @param kindName as upstream's message has it: a Deployment is held to the rules of its ReplicaSets.
 */
export function requireRunsForever(context: DecodeContext, path: FieldPath, spec: PodSpec, kindName: string): void {
  if (spec.restartPolicy !== 'Always') {
    unsupported(context, [...path, 'spec', 'restartPolicy'], spec.restartPolicy, ['Always']);
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const message = `Forbidden: activeDeadlineSeconds in ${kindName} is not Supported`;
    failAt(context, [...path, 'spec', 'activeDeadlineSeconds'], message, undefined, 'key');
  }
}

function pickMetadata(metadata: JsonObject): JsonObject {
  const picked: JsonObject = {};
  if (isJsonObject(metadata.labels)) picked.labels = metadata.labels;
  if (isJsonObject(metadata.annotations)) picked.annotations = metadata.annotations;
  return picked;
}

function readPodSpec(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  kindName: string,
  claimNames: readonly string[],
): PodSpec {
  const volumes = readVolumes(context, path, spec);
  const terminationGracePeriodSeconds = readGracePeriod(context, path, spec);
  const volumeNames = new Set([...volumes.map((volume) => volume.name), ...claimNames]);
  const surroundings = { volumeNames, terminationGracePeriodSeconds };
  const containers = readContainers(context, path, spec, 'containers', surroundings);
  if (containers.length === 0) failAt(context, [...path, 'containers'], 'Required value');
  const initContainers = readContainers(context, path, spec, 'initContainers', surroundings);
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
    podRequests: readPodLevelRequests(context, [...path, 'resources'], spec.resources, { containers, initContainers }),
    nodeName,
    schedulerName: stringAt(spec, 'schedulerName'),
    ...readPlacement(context, path, spec),
    hostPorts: readAllHostPorts(context, path, spec, kindName),
    ...readPriority(context, path, spec),
    restartPolicy,
    terminationGracePeriodSeconds,
    activeDeadlineSeconds: readActiveDeadline(context, path, spec),
    volumes,
    hostname: readHostName(context, path, spec, 'hostname'),
    subdomain: readHostName(context, path, spec, 'subdomain'),
    hostNetwork: spec.hostNetwork === true,
  };
}

function readHostName(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  field: 'hostname' | 'subdomain',
): string {
  const name = stringAt(spec, field);
  if (name !== '') refuse(context, [...path, field], name, dnsLabelProblem(name));
  return name;
}

function readActiveDeadline(context: DecodeContext, path: FieldPath, spec: JsonObject): number | undefined {
  const seconds = spec.activeDeadlineSeconds;
  if (typeof seconds !== 'number') return undefined;
  if (seconds >= 1 && seconds <= LARGEST_INT32) return seconds;
  const message = `Invalid value: ${seconds}: must be between 1 and ${LARGEST_INT32}, inclusive`;
  return failAt(context, [...path, 'activeDeadlineSeconds'], message);
}

type Placement = Pick<
  PodSpec,
  | 'nodeSelector'
  | 'nodeAffinity'
  | 'podAffinity'
  | 'podAntiAffinity'
  | 'topologySpreadConstraints'
  | 'tolerations'
  | 'schedulingGates'
>;

function readPlacement(context: DecodeContext, path: FieldPath, spec: JsonObject): Placement {
  const affinity = objectAt(spec, 'affinity');
  const readAffinity = (field: 'podAffinity' | 'podAntiAffinity'): PodAffinity => {
    return readPodAffinity(context, [...path, 'affinity', field], objectAt(affinity, field));
  };
  return {
    nodeSelector: readLabels(context, [...path, 'nodeSelector'], spec.nodeSelector),
    nodeAffinity: readNodeAffinity(context, [...path, 'affinity', 'nodeAffinity'], objectAt(affinity, 'nodeAffinity')),
    podAffinity: readAffinity('podAffinity'),
    podAntiAffinity: readAffinity('podAntiAffinity'),
    topologySpreadConstraints: readSpreadConstraints(context, path, spec),
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
  pod: PodSurroundings,
): Container[] {
  const isInit = field === 'initContainers';
  return objectsAt(spec, field).map((item, index) => {
    return readContainer(context, [...path, field, index], item, isInit, pod);
  });
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
  // A DaemonSet's pods tolerate a network that is not there yet when they use the host's.
  if (usesHostNetwork && !hasPorts && kindName !== 'DaemonSet') {
    context.notSimulated(kindName, explainPath([...path, 'hostNetwork']));
  }
  return (['initContainers', 'containers'] as const).flatMap((field) => {
    return objectsAt(spec, field).flatMap((container, index) => {
      const ports = readHostPorts(context, [...path, field, index], container, usesHostNetwork);
      // An ordinary init container's ports are free again when the pod runs: upstream counts only a sidecar's.
      return field === 'containers' || container.restartPolicy === 'Always' ? ports : [];
    });
  });
}

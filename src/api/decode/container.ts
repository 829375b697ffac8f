/** One container of a pod. */

import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { Container, HostPort, JsonObject, JsonValue, Probe } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { integerAt, objectAt, objectsAt, refuse, stringAt } from './read.ts';
import { readRequests, refuseUnknownResources } from './resources.ts';
import { readVolumeMounts } from './volumes.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'] as const;
export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/** What a container is held against beside its own fields. */
export interface PodSurroundings {
  readonly volumeNames: ReadonlySet<string>;
  readonly terminationGracePeriodSeconds: number;
}

/** @throws InputError for a missing name or image, a bad value, or a mount of a volume that the pod does not have. */
export function readContainer(
  context: DecodeContext,
  path: FieldPath,
  value: JsonObject,
  isInit: boolean,
  pod: PodSurroundings,
): Container {
  const name = stringAt(value, 'name');
  if (name === '') failAt(context, [...path, 'name'], 'Required value');
  refuse(context, [...path, 'name'], name, dnsLabelProblem(name));
  const image = stringAt(value, 'image');
  if (image === '') failAt(context, [...path, 'image'], 'Required value');
  refuse(
    context,
    [...path, 'image'],
    image,
    image === image.trim() ? undefined : 'must not have leading or trailing whitespace',
  );
  const pullPolicy = PULL_POLICIES.find((policy) => policy === value.imagePullPolicy);
  if (pullPolicy === undefined) {
    return unsupported(context, [...path, 'imagePullPolicy'], stringAt(value, 'imagePullPolicy'), PULL_POLICIES);
  }
  const resources = objectAt(value, 'resources');
  for (const field of ['limits', 'requests']) {
    refuseUnknownResources(context, [...path, 'resources', field], resources[field]);
  }
  const isSidecar = isInit && value.restartPolicy === 'Always';
  if (isInit && !isSidecar) refuseHooks(context, path, value);
  return {
    name,
    image,
    imagePullPolicy: pullPolicy,
    ...readContainerRequests(context, path, value),
    readinessProbe: readProbe(context, [...path, 'readinessProbe'], value.readinessProbe),
    startupProbe: readProbe(context, [...path, 'startupProbe'], value.startupProbe),
    livenessProbe: readProbe(context, [...path, 'livenessProbe'], value.livenessProbe),
    isSidecar,
    volumeMounts: readVolumeMounts(context, path, value, pod.volumeNames),
    preStopSleepSeconds: readPreStopSleep(context, path, value, pod.terminationGracePeriodSeconds),
  };
}

/**
 * What a container asks for, limits standing in for requests.
 *
 * @throws InputError for a bad quantity, or a request above its limit.
 */
export function readContainerRequests(
  context: DecodeContext,
  path: FieldPath,
  value: JsonObject,
): Pick<Container, 'requests' | 'isCpuRequested' | 'isMemoryRequested'> {
  const resources = objectAt(value, 'resources');
  const named = { ...objectAt(resources, 'limits'), ...objectAt(resources, 'requests') };
  return {
    requests: readRequests(context, [...path, 'resources'], resources),
    isCpuRequested: named.cpu !== undefined,
    isMemoryRequested: named.memory !== undefined,
  };
}

/** A container that runs to its end before the pod does has neither probes nor hooks. */
function refuseHooks(context: DecodeContext, path: FieldPath, container: JsonObject): void {
  const found = ['lifecycle', ...PROBES].find((field) => container[field] !== undefined);
  if (found === undefined) return;
  const message = 'Forbidden: may not be set for init containers without restartPolicy=Always';
  failAt(context, [...path, found], message, undefined, 'key');
}

function readPreStopSleep(
  context: DecodeContext,
  path: FieldPath,
  container: JsonObject,
  gracePeriodSeconds: number,
): number {
  const { sleep } = objectAt(objectAt(container, 'lifecycle'), 'preStop');
  if (!isJsonObject(sleep)) return 0;
  const seconds = typeof sleep.seconds === 'number' ? sleep.seconds : 0;
  if (seconds >= 0 && seconds <= gracePeriodSeconds) return seconds;
  const limit = `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriodSeconds})`;
  return failAt(context, [...path, 'lifecycle', 'preStop', 'sleep'], `Invalid value: ${seconds}: ${limit}`);
}

/**
 * The host ports that a container takes.
 *
 * @param usesHostNetwork then each container port is a host port.
 * @throws InputError for a port outside 1 to 65535 or an unknown protocol.
 */
export function readHostPorts(
  context: DecodeContext,
  path: FieldPath,
  container: JsonObject,
  usesHostNetwork: boolean,
): HostPort[] {
  const found: HostPort[] = [];
  for (const [index, port] of objectsAt(container, 'ports').entries()) {
    const portPath = [...path, 'ports', index];
    const containerPort = readPort(context, [...portPath, 'containerPort'], port.containerPort);
    if (containerPort === 0) failAt(context, [...portPath, 'containerPort'], 'Required value');
    const protocol = stringAt(port, 'protocol');
    if (!PROTOCOLS.includes(protocol)) unsupported(context, [...portPath, 'protocol'], protocol, PROTOCOLS);
    const hostPort = readPort(context, [...portPath, 'hostPort'], port.hostPort);
    const taken = hostPort === 0 && usesHostNetwork ? containerPort : hostPort;
    if (usesHostNetwork && taken !== containerPort) {
      failAt(context, [...portPath, 'hostPort'], 'must match `containerPort` when `hostNetwork` is true');
    }
    if (taken > 0) found.push({ hostIP: stringAt(port, 'hostIP'), protocol, port: taken });
  }
  return found;
}

function readPort(context: DecodeContext, path: FieldPath, value: JsonValue | undefined): number {
  if (value === undefined || value === 0) return 0;
  if (typeof value === 'number' && value >= 1 && value <= 65535) return value;
  return failAt(context, path, 'must be between 1 and 65535, inclusive');
}

function readProbe(context: DecodeContext, path: FieldPath, value: JsonValue | undefined): Probe | undefined {
  if (!isJsonObject(value)) return undefined;
  const read = (name: keyof Probe, fallback: number): number => {
    return integerAt(context, [...path, name], value[name], fallback);
  };
  const successThreshold = read('successThreshold', 1);
  if (path.at(-1) !== 'readinessProbe' && successThreshold !== 1) {
    failAt(context, [...path, 'successThreshold'], 'must be 1');
  }
  return {
    initialDelaySeconds: read('initialDelaySeconds', 0),
    periodSeconds: read('periodSeconds', 10),
    timeoutSeconds: read('timeoutSeconds', 1),
    successThreshold,
    failureThreshold: read('failureThreshold', 3),
    ...readProbeGracePeriod(context, path, value),
  };
}

function readProbeGracePeriod(
  context: DecodeContext,
  path: FieldPath,
  probe: JsonObject,
): Pick<Probe, 'terminationGracePeriodSeconds'> {
  const field = 'terminationGracePeriodSeconds';
  if (probe[field] === undefined) return {};
  if (path.at(-1) === 'readinessProbe') {
    failAt(context, [...path, field], 'must not be set for readinessProbes');
  }
  const seconds = integerAt(context, [...path, field], probe[field], 0);
  if (seconds === 0) failAt(context, [...path, field], 'must be greater than 0');
  return { terminationGracePeriodSeconds: seconds };
}

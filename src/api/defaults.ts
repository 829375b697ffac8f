/**
 * The API server's defaults, filled into a document in place (`pkg/apis/apps/v1/defaults.go`,
 * `pkg/apis/core/v1/defaults.go`). Call them only on a copy whose shape has been checked.
 *
 * A template in a Deployment or ReplicaSet gets fewer defaults than a pod: requests are taken over from limits, and
 * container ports become host ports under `hostNetwork`, only when the pod itself is created.
 */
import { isJsonObject, setOwn } from './canonical.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** Allocatable of a Node object that says nothing about its size: the same as a node pool's default. */
const NODE_ALLOCATABLE = { cpu: '8', memory: '32Gi', pods: '110' } as const;

const VOLUME_DEFAULT_MODES = ['configMap', 'secret', 'downwardAPI', 'projected'] as const;

/** Removes fields that are null, which mean the same as absent ones. */
export function dropNulls(value: JsonValue): void {
  if (Array.isArray(value)) value.forEach(dropNulls);
  if (!isJsonObject(value)) return;
  for (const key of Object.keys(value)) {
    if (value[key] === null) delete value[key];
    else dropNulls(value[key]!);
  }
}

export function defaultDeployment(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  const strategy = child(spec, 'strategy');
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy.type === 'RollingUpdate') {
    fill(child(strategy, 'rollingUpdate'), { maxUnavailable: '25%', maxSurge: '25%' });
  }
  defaultPodTemplate(child(spec, 'template'));
}

export function defaultReplicaSet(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { replicas: 1 });
  defaultPodTemplate(child(spec, 'template'));
}

export function defaultPod(document: JsonObject): void {
  const spec = child(document, 'spec');
  defaultPodSpec(spec);
  fill(spec, { enableServiceLinks: true });
  for (const container of allContainers(spec)) {
    defaultRequestsFromLimits(container);
    if (spec.hostNetwork === true) defaultHostPorts(container);
  }
}

export function defaultNode(document: JsonObject): void {
  const status = child(document, 'status');
  if (!isJsonObject(status.allocatable)) {
    status.allocatable = { ...(isJsonObject(status.capacity) ? status.capacity : NODE_ALLOCATABLE) };
  }
  fill(child(status, 'allocatable'), { pods: NODE_ALLOCATABLE.pods });
}

/** What the template of a workload gets. */
export function defaultPodTemplate(template: JsonObject): void {
  defaultPodSpec(child(template, 'spec'));
}

function defaultPodSpec(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
  });
  fill(spec, { securityContext: {} });
  defaultServiceAccount(spec);
  for (const container of allContainers(spec)) defaultContainer(container);
  for (const volume of objectsIn(spec.volumes)) defaultVolume(volume);
}

/** The deprecated `serviceAccount` and its successor are always stored alike. */
function defaultServiceAccount(spec: JsonObject): void {
  const name = spec.serviceAccountName ?? spec.serviceAccount;
  if (name === undefined) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function defaultContainer(container: JsonObject): void {
  fill(container, {
    imagePullPolicy: defaultPullPolicy(container.image),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  fill(container, { resources: {} });
  for (const port of objectsIn(container.ports)) fill(port, { protocol: 'TCP' });
  for (const name of ['readinessProbe', 'startupProbe', 'livenessProbe']) defaultProbe(container[name]);
  for (const hook of objectsIn(Object.values(objectAt(container, 'lifecycle')))) defaultHttpGet(hook.httpGet);
  for (const variable of objectsIn(container.env)) defaultFieldReference(objectAt(variable, 'valueFrom'));
}

/** `Always` for the tag `latest` and for neither tag nor digest, as upstream's `parsers.ParseImageName` sees it. */
function defaultPullPolicy(image: JsonValue | undefined): string {
  const [tagged = '', digest] = typeof image === 'string' ? image.split('@', 2) : [];
  const name = tagged.slice(tagged.lastIndexOf('/') + 1);
  const colon = name.indexOf(':');
  const tag = colon >= 0 ? name.slice(colon + 1) : digest === undefined ? 'latest' : '';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: JsonValue | undefined): void {
  if (!isJsonObject(probe)) return;
  for (const [name, value] of [
    ['timeoutSeconds', 1],
    ['periodSeconds', 10],
    ['successThreshold', 1],
    ['failureThreshold', 3],
  ] as const) {
    // These are plain integers upstream: a written zero cannot be told from an absent field.
    if (probe[name] === undefined || probe[name] === 0) probe[name] = value;
  }
  defaultHttpGet(probe.httpGet);
  if (isJsonObject(probe.grpc)) fill(probe.grpc, { service: '' });
}

function defaultHttpGet(action: JsonValue | undefined): void {
  if (isJsonObject(action)) fill(action, { path: '/', scheme: 'HTTP' });
}

function defaultFieldReference(parent: JsonObject): void {
  if (isJsonObject(parent.fieldRef)) fill(parent.fieldRef, { apiVersion: 'v1' });
}

function defaultVolume(volume: JsonObject): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const source of VOLUME_DEFAULT_MODES) {
    if (isJsonObject(volume[source])) fill(volume[source], { defaultMode: 420 });
  }
  if (isJsonObject(volume.hostPath)) fill(volume.hostPath, { type: '' });
  for (const item of objectsIn(objectAt(volume, 'downwardAPI').items)) defaultFieldReference(item);
  for (const source of objectsIn(objectAt(volume, 'projected').sources)) {
    if (isJsonObject(source.serviceAccountToken)) fill(source.serviceAccountToken, { expirationSeconds: 3600 });
    for (const item of objectsIn(objectAt(source, 'downwardAPI').items)) defaultFieldReference(item);
  }
}

function defaultRequestsFromLimits(container: JsonObject): void {
  const resources = child(container, 'resources');
  if (isJsonObject(resources.limits)) fill(child(resources, 'requests'), resources.limits);
}

function defaultHostPorts(container: JsonObject): void {
  for (const port of objectsIn(container.ports)) {
    if (port.hostPort === undefined || port.hostPort === 0) port.hostPort = port.containerPort ?? 0;
  }
}

function allContainers(spec: JsonObject): JsonObject[] {
  return [...objectsIn(spec.containers), ...objectsIn(spec.initContainers)];
}

/** Sets the fields that are absent. */
export function fill(object: JsonObject, defaults: Readonly<JsonObject>): void {
  for (const key of Object.keys(defaults)) {
    if (!Object.hasOwn(object, key)) setOwn(object, key, defaults[key]!);
  }
}

/** The mapping at a field, made when there is none. */
export function child(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  if (isJsonObject(value)) return value;
  const made: JsonObject = {};
  object[key] = made;
  return made;
}

/** The mapping at a field, or an empty one that belongs to nobody. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

/** The mappings of a list; none when it is no list. */
export function objectsIn(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

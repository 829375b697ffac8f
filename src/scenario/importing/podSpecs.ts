/** The specs of pods and their templates, with only what decides something in a run. */
import { canonicalJson } from '../../api/canonical.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { hashString } from '../../kernel/hashString.ts';
import { isEmpty, omit, pick } from './pick.ts';

const SPEC_FIELDS =
  'nodeName nodeSelector affinity topologySpreadConstraints tolerations schedulerName schedulingGates priority priorityClassName preemptionPolicy overhead resources restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds hostname subdomain hostNetwork'.split(
    ' ',
  );
/** What the API server fills in where nothing is said. */
const DEFAULTS: Readonly<Record<string, JsonValue>> = {
  schedulerName: 'default-scheduler',
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
};
const CONTAINER_FIELDS = 'name image imagePullPolicy restartPolicy resources'.split(' ');
const PORT_FIELDS = ['containerPort', 'hostPort', 'hostIP', 'protocol'];
const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];
const PROBE_FIELDS =
  'initialDelaySeconds timeoutSeconds periodSeconds successThreshold failureThreshold terminationGracePeriodSeconds tcpSocket grpc'.split(
    ' ',
  );
const VOLUME_FIELDS = ['persistentVolumeClaim', 'ephemeral', 'emptyDir'];
/** What makes one restart differ from the one before. */
const KEPT_ANNOTATIONS = ['kubectl.kubernetes.io/restartedAt'];

/** Stands for what was left out of a template: two templates that differ only there still differ. */
const LEFT_OUT_ANNOTATION = 'rollsim/left-out';
/** Two hashes of 32 bits: one alone would be the same for two of some ten thousand templates. */
const FINGERPRINT_SEEDS = [1, 2];

/** Stands where something has to. */
const LEFT_OUT = 'left-out';

/** A spec, and what of it was left out, under the names of the fields. */
interface Cleaned {
  readonly spec: JsonObject;
  readonly leftOut: JsonObject;
}

/** A template without environment, commands, annotations, Secrets and the like, of which only a fingerprint is left. */
export function cleanTemplate(template: JsonObject): JsonObject {
  const metadata = objectAt(template, 'metadata');
  const { spec, leftOut } = clean(objectAt(template, 'spec'));
  const annotations = objectAt(metadata, 'annotations');
  const gone = { ...leftOut, ...nonEmpty({ annotations: omit(annotations, new Set(KEPT_ANNOTATIONS)) }) };
  const kept = {
    ...pick(annotations, KEPT_ANNOTATIONS),
    ...(!isEmpty(gone) && { [LEFT_OUT_ANNOTATION]: fingerprint(gone) }),
  };
  return { metadata: { ...pick(metadata, ['labels']), ...nonEmpty({ annotations: kept }) }, spec };
}

/** The spec of a pod, which nobody compares with another. Only a DaemonSet's template has use for a host's network as such. */
export function cleanPodSpec(spec: JsonObject): JsonObject {
  const hasPorts = objectsAt(spec, 'containers').some((container) => objectsAt(container, 'ports').length > 0);
  return omit(clean(spec).spec, new Set(hasPorts ? [] : ['hostNetwork']));
}

function clean(spec: JsonObject): Cleaned {
  const volumes = objectsAt(spec, 'volumes');
  const kept = volumes.filter((volume) => VOLUME_FIELDS.some((field) => volume[field] !== undefined));
  const volumeNames = new Set(kept.map((volume) => stringAt(volume, 'name')));
  const leftOut: JsonObject = omit(spec, new Set([...SPEC_FIELDS, 'containers', 'initContainers', 'volumes']));
  const others = volumes.filter((volume) => !volumeNames.has(stringAt(volume, 'name')));
  if (others.length > 0) leftOut.volumes = others;
  const cleaned: JsonObject = {};
  for (const field of ['initContainers', 'containers']) {
    const containers = objectsAt(spec, field);
    if (containers.length === 0) continue;
    cleaned[field] = containers.map((container) => cleanContainer(container, volumeNames));
    leftOut[field] = containers.map((container) => leftOutOf(container));
  }
  const rest = pick(
    spec,
    SPEC_FIELDS.filter((field) => spec[field] !== DEFAULTS[field]),
  );
  const claims = kept.map((volume) => pick(volume, ['name', ...VOLUME_FIELDS]));
  return { spec: { ...cleaned, ...rest, ...nonEmpty({ volumes: claims }) }, leftOut };
}

function cleanContainer(container: JsonObject, volumeNames: ReadonlySet<string>): JsonObject {
  const mounts = objectsAt(container, 'volumeMounts')
    .filter((mount) => volumeNames.has(stringAt(mount, 'name')))
    .map((mount) => pick(mount, ['name', 'mountPath']));
  const probes: JsonObject = {};
  for (const field of PROBES)
    if (container[field] !== undefined) probes[field] = cleanProbe(objectAt(container, field));
  const sleep = objectAt(objectAt(objectAt(container, 'lifecycle'), 'preStop'), 'sleep');
  return {
    ...pick(container, CONTAINER_FIELDS),
    ...probes,
    ...(!isEmpty(sleep) && { lifecycle: { preStop: { sleep } } }),
    ...nonEmpty({ ports: objectsAt(container, 'ports').map((port) => pick(port, PORT_FIELDS)), volumeMounts: mounts }),
  };
}

function cleanProbe(probe: JsonObject): JsonObject {
  return {
    ...pick(probe, PROBE_FIELDS),
    ...(probe.httpGet !== undefined && { httpGet: pick(objectAt(probe, 'httpGet'), ['port', 'scheme']) }),
    ...(probe.exec !== undefined && { exec: { command: [LEFT_OUT] } }),
  };
}

/** Of probes and hooks all is taken, which does no harm: what is kept of them is in it, too. */
function leftOutOf(container: JsonObject): JsonObject {
  return omit(container, new Set(CONTAINER_FIELDS));
}

function nonEmpty(fields: Record<string, JsonValue>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function fingerprint(value: JsonObject): string {
  const text = canonicalJson(value);
  return FINGERPRINT_SEEDS.map((seed) => hashString(text, seed).toString(16).padStart(8, '0')).join('');
}

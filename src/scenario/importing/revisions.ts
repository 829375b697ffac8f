/** ControllerRevisions that a dump lacks, as far as the sets and their pods tell of them. */
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject } from '../../api/types.ts';
import { controllerOf, uidOf } from '../existing/documents.ts';
import { omit, pick } from './pick.ts';

const HASH_LABEL = 'controller-revision-hash';
const GENERATION_LABEL = 'pod-template-generation';
const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation';
/** What the API server, the scheduler and the set's controller wrote into a pod, beside the template. */
const NOT_OF_TEMPLATE = new Set(['nodeName', 'priority', 'preemptionPolicy', 'hostname', 'subdomain', 'volumes']);
const LABELS_OF_PLACE = new Set([HASH_LABEL, 'statefulset.kubernetes.io/pod-name', 'apps.kubernetes.io/pod-index']);

export interface MadeRevisions {
  readonly revisions: readonly JsonObject[];
  /** Names of StatefulSets whose older template was taken from a pod. */
  readonly guessed: readonly string[];
}

/**
 * The revisions of StatefulSets and DaemonSets that have none in the dump. Without them the controllers would make new ones,
 * and take all pods for old.
 *
 * @param objects cleaned documents.
 */
export function missingRevisions(objects: readonly JsonObject[]): MadeRevisions {
  const owned = new Set(
    objects.filter(({ kind }) => kind === 'ControllerRevision').map((document) => controllerOf(document)?.uid),
  );
  const sets = objects.filter(
    (document) => (document.kind === 'StatefulSet' || document.kind === 'DaemonSet') && !owned.has(uidOf(document)),
  );
  const podsOf = new Map<string, JsonObject[]>(sets.map((set) => [uidOf(set), []]));
  for (const pod of objects) if (pod.kind === 'Pod') podsOf.get(controllerOf(pod)?.uid ?? '')?.push(pod);
  const guessed: string[] = [];
  const revisions = sets.flatMap((set) => {
    const pods = podsOf.get(uidOf(set))!;
    if (set.kind === 'DaemonSet') return daemonSetRevision(set, pods);
    const made = statefulSetRevisions(set, pods);
    if (made.length > 1) guessed.push(nameOf(set));
    return made;
  });
  return { revisions, guessed };
}

function statefulSetRevisions(set: JsonObject, pods: readonly JsonObject[]): JsonObject[] {
  const status = objectAt(set, 'status');
  const [current, update] = [stringAt(status, 'currentRevision'), stringAt(status, 'updateRevision')];
  if (update === '') return [];
  const old = current === update ? undefined : pods.find((pod) => hashOf(pod) === current);
  const updated = revision(set, update, templateOf(set), old === undefined ? 1 : 2);
  return old === undefined ? [updated] : [revision(set, current, oldTemplate(set, old), 1), updated];
}

/** The present template's: that of the pods with the set's generation, else of most of them. */
function daemonSetRevision(set: JsonObject, pods: readonly JsonObject[]): JsonObject[] {
  const metadata = objectAt(set, 'metadata');
  const generation = objectAt(metadata, 'annotations')[GENERATION_ANNOTATION] ?? String(metadata.generation);
  const updated = pods.find((pod) => labelsOf(pod)[GENERATION_LABEL] === generation);
  const hash = updated === undefined ? mostFrequent(pods.map(hashOf)) : hashOf(updated);
  return hash === '' ? [] : [revision(set, `${nameOf(set)}-${hash}`, templateOf(set), 1, hash)];
}

function revision(set: JsonObject, name: string, template: JsonObject, number: number, hash = name): JsonObject {
  const metadata = objectAt(set, 'metadata');
  const labels = { ...objectAt(objectAt(template, 'metadata'), 'labels'), [HASH_LABEL]: hash };
  const owner = { apiVersion: set.apiVersion!, kind: set.kind!, name: nameOf(set), uid: uidOf(set), controller: true };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      ...pick(metadata, ['namespace', 'creationTimestamp']),
      name,
      uid: `${uidOf(set)}-${number}`,
      labels,
      ownerReferences: [owner],
    },
    data: { spec: { template } },
    revision: number,
  };
}

/** What the template of an older pod may have been. */
function oldTemplate(set: JsonObject, pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec');
  const claims = new Set(
    objectsAt(objectAt(set, 'spec'), 'volumeClaimTemplates').map((claim) =>
      stringAt(objectAt(claim, 'metadata'), 'name'),
    ),
  );
  const volumes = objectsAt(spec, 'volumes').filter((volume) => !claims.has(stringAt(volume, 'name')));
  return {
    metadata: { labels: omit(labelsOf(pod), LABELS_OF_PLACE) },
    spec: { ...omit(spec, NOT_OF_TEMPLATE), ...(volumes.length > 0 && { volumes }) },
  };
}

function templateOf(set: JsonObject): JsonObject {
  return objectAt(objectAt(set, 'spec'), 'template');
}

function nameOf(document: JsonObject): string {
  return stringAt(objectAt(document, 'metadata'), 'name');
}

function labelsOf(document: JsonObject): JsonObject {
  return objectAt(objectAt(document, 'metadata'), 'labels');
}

function hashOf(pod: JsonObject): string {
  return stringAt(labelsOf(pod), HASH_LABEL);
}

function mostFrequent(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  let best = '';
  for (const [word, count] of counts) if (count > (counts.get(best) ?? 0)) best = word;
  return best;
}

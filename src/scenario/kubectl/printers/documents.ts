/** Objects as `kubectl get -o yaml` and `-o json` print them: keys sorted, with what the server added. */
import { stringify } from 'yaml';
import { isJsonObject, setOwn } from '../../../api/canonical.ts';
import type { JsonObject, JsonValue } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import { CONTROLLER_UID_LABEL } from '../../../cluster/jobs.ts';
import type { AnyStored, EndpointSlice } from '../../../cluster/objects.ts';
import { endpoints } from '../kinds.ts';
import { documentOf, objectIn, ownedDocument, type Target, tableOf } from '../objects.ts';
import { addPodMetadata, addServerMetadata } from './metadata.ts';
import { addressOf, endpointsDocument } from './network.ts';
import { podStatusDocument } from './podStatuses.ts';
import { qosClassOf } from './qosClass.ts';
import { statusDocument } from './statuses.ts';

const JSON_INDENT = 4;

export function printYaml(document: JsonValue): string {
  return stringify(document, { indentSeq: false, lineWidth: 0 }).trimEnd();
}

export function printJson(document: JsonValue): string {
  return JSON.stringify(document, undefined, JSON_INDENT);
}

/** One object, or a `List` of several, with sorted keys. */
export function listOrObject(cluster: Cluster, targets: readonly Target[], isList: boolean): JsonValue {
  const items = targets.map((target) => fullDocument(cluster, target));
  const value = isList ? { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } } : items[0]!;
  return sortKeys(value);
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  const sorted: JsonObject = {};
  for (const key of Object.keys(value).sort()) setOwn(sorted, key, sortKeys(value[key]!));
  return sorted;
}

/** The object as the API server returns it. */
export function fullDocument(cluster: Cluster, target: Target): JsonObject {
  if (target.kind.kind === 'Pod') {
    const document = documentOf(cluster, target);
    addPodMetadata(cluster, target.key, objectIn(document, 'metadata'));
    const qosClass = qosClassOf(objectIn(document, 'spec'));
    document.status = { ...podStatusDocument(cluster, target.key), qosClass };
    return document;
  }
  const object = tableOf(cluster, target.kind).get(target.key)!;
  if (target.kind === endpoints && object.kind === 'Service') return endpointsDocument(cluster, object);
  return storedFullDocument(cluster, object);
}

/** The same of one version of an object of any kind but Pod. */
export function storedFullDocument(cluster: Cluster, object: AnyStored): JsonObject {
  const document = ownedDocument(cluster, object);
  addServerMetadata(object, objectIn(document, 'metadata'));
  if (object.kind === 'Job') addSelector(object.uid, objectIn(document, 'spec'));
  if (object.kind === 'EndpointSlice') document.endpoints = object.endpoints.map(endpointDocument);
  const status = statusDocument(cluster, object);
  if (status !== undefined) document.status = status;
  return document;
}

/** The API server makes one for a Job without; edits of the document go without it, as only the server may write it. */
function addSelector(uid: number, spec: JsonObject): void {
  spec.selector ??= { matchLabels: { [CONTROLLER_UID_LABEL]: String(uid) } };
}

function endpointDocument(endpoint: EndpointSlice['endpoints'][number]): JsonObject {
  const { podName, ready, serving, terminating } = endpoint;
  return {
    addresses: [addressOf(endpoint)],
    conditions: { ready, serving, terminating },
    targetRef: { kind: 'Pod', name: podName },
  };
}

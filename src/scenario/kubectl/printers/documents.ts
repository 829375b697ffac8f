/** Objects as `kubectl get -o yaml` and `-o json` print them: keys sorted, with what the server added. */
import { stringify } from 'yaml';
import { isJsonObject, setOwn } from '../../../api/canonical.ts';
import type { JsonObject, JsonValue } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { Condition } from '../../../cluster/objects.ts';
import { POD_READY } from '../../../cluster/podTable.ts';
import { phaseOf } from '../fieldSelector.ts';
import { documentOf, objectIn, type Target } from '../objects.ts';
import { timestamp } from '../timestamps.ts';

const JSON_INDENT = 4;

export function printYaml(cluster: Cluster, targets: readonly Target[], isList: boolean): string {
  return stringify(listOrObject(cluster, targets, isList), { indentSeq: false, lineWidth: 0 }).trimEnd();
}

export function printJson(cluster: Cluster, targets: readonly Target[], isList: boolean): string {
  return JSON.stringify(listOrObject(cluster, targets, isList), undefined, JSON_INDENT);
}

function listOrObject(cluster: Cluster, targets: readonly Target[], isList: boolean): JsonValue {
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

function fullDocument(cluster: Cluster, target: Target): JsonObject {
  const document = documentOf(cluster, target);
  const metadata = objectIn(document, 'metadata');
  switch (target.kind.kind) {
    case 'Deployment':
    case 'ReplicaSet': {
      const table = target.kind.kind === 'Deployment' ? cluster.deployments : cluster.replicaSets;
      const object = table.get(target.key)!;
      metadata.creationTimestamp = timestamp(object.creationMicros);
      metadata.generation = object.generation;
      metadata.resourceVersion = String(object.resourceVersion);
      document.status = statusDocument(object.status);
      break;
    }
    case 'Node': {
      const node = cluster.nodeObjects.get(target.key)!;
      metadata.creationTimestamp = timestamp(node.creationMicros);
      metadata.resourceVersion = String(node.resourceVersion);
      break;
    }
    case 'Pod':
      metadata.creationTimestamp = timestamp(cluster.pods.createdMicros[target.key]!);
      document.status = podStatus(cluster, target.key);
      break;
  }
  return document;
}

/** Zeroes are left out, as `omitempty` has it. */
function statusDocument(status: object): JsonObject {
  const document: JsonObject = {};
  for (const [key, value] of Object.entries(status)) {
    if (typeof value === 'number' && value !== 0) document[key] = value;
    if (key === 'conditions' && Array.isArray(value) && value.length > 0) document[key] = value.map(conditionDocument);
  }
  return document;
}

function conditionDocument(condition: Condition): JsonObject {
  return {
    type: condition.type,
    status: condition.status,
    reason: condition.reason,
    message: condition.message,
    lastUpdateTime: timestamp(condition.lastUpdateMicros),
    lastTransitionTime: timestamp(condition.lastTransitionMicros),
  };
}

function podStatus(cluster: Cluster, pod: number): JsonObject {
  const state = cluster.pods.state[pod]!;
  const ready = (state & POD_READY) !== 0 ? 'True' : 'False';
  return { phase: phaseOf(state), conditions: [{ type: 'Ready', status: ready }] };
}

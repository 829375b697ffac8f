/**
 * The API server's defaults for ReplicationControllers, StatefulSets and DaemonSets (`pkg/apis/core/v1/defaults.go`,
 * `pkg/apis/apps/v1/defaults.go`), filled into a document in place. Call them only on a copy whose shape has been checked.
 */
import { cloneJson, isJsonObject } from './canonical.ts';
import { child, defaultPodTemplate, fill, objectAt, objectsIn } from './defaults.ts';
import { defaultClaimSpec } from './storageDefaults.ts';
import type { JsonObject } from './types.ts';

/** Selector and labels are the template's where they are not given. */
export function defaultReplicationController(document: JsonObject): void {
  const spec = child(document, 'spec');
  const template = child(spec, 'template');
  const labels = objectAt(objectAt(template, 'metadata'), 'labels');
  if (Object.keys(objectAt(spec, 'selector')).length === 0) spec.selector = cloneJson(labels);
  const metadata = child(document, 'metadata');
  if (Object.keys(objectAt(metadata, 'labels')).length === 0) metadata.labels = cloneJson(labels);
  fill(spec, { replicas: 1 });
  defaultPodTemplate(template);
}

/** A written `type: RollingUpdate` without its block stays without: only an absent strategy gets both. */
export function defaultStatefulSet(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10 });
  fillEmpty(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = child(spec, 'updateStrategy');
  if (fillEmpty(strategy, 'type', 'RollingUpdate')) child(strategy, 'rollingUpdate');
  if (strategy.type === 'RollingUpdate' && isJsonObject(strategy.rollingUpdate)) {
    fill(strategy.rollingUpdate, { partition: 0 });
  }
  const retention = child(spec, 'persistentVolumeClaimRetentionPolicy');
  fillEmpty(retention, 'whenDeleted', 'Retain');
  fillEmpty(retention, 'whenScaled', 'Retain');
  defaultPodTemplate(child(spec, 'template'));
  for (const claim of objectsIn(spec.volumeClaimTemplates)) {
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    defaultClaimSpec(child(claim, 'spec'));
  }
}

/** `maxUnavailable` is 1 also where only `maxSurge` is given, which validation then refuses. */
export function defaultDaemonSet(document: JsonObject): void {
  const spec = child(document, 'spec');
  fill(spec, { revisionHistoryLimit: 10 });
  const strategy = child(spec, 'updateStrategy');
  fillEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') fill(child(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 });
  defaultPodTemplate(child(spec, 'template'));
}

/** Sets a text that is absent or empty, which upstream's plain strings do not tell apart; true when it did. */
function fillEmpty(object: JsonObject, key: string, value: string): boolean {
  if (object[key] !== undefined && object[key] !== '') return false;
  object[key] = value;
  return true;
}

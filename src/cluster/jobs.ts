import { canonicalTemplate } from '../api/decode/canonicalTemplate.ts';
import { makeSelector } from '../api/selector.ts';
import type { JobManifest, JsonObject, PodTemplateSpec, StringMap } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';
import { type Condition, EMPTY_JOB_STATUS, type Job, type JobStatus } from './objects.ts';

export const CONTROLLER_UID_LABEL = 'batch.kubernetes.io/controller-uid';
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
/** Names of the two labels before they had a prefix. */
export const LEGACY_CONTROLLER_UID_LABEL = 'controller-uid';
export const LEGACY_JOB_NAME_LABEL = 'job-name';
/** Label and annotation of the pods of an Indexed Job. */
export const JOB_COMPLETION_INDEX_LABEL = 'batch.kubernetes.io/job-completion-index';
/** `managedBy` of Jobs that are the cluster's own controller's. */
export const JOB_CONTROLLER_NAME = 'kubernetes.io/job-controller';

/** The condition Complete or Failed of a Job that has one (upstream's `IsJobFinished`). */
export function finishedCondition({ conditions }: JobStatus): Condition | undefined {
  return conditions.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}

export function isJobFinished(job: { readonly status: JobStatus }): boolean {
  return finishedCondition(job.status) !== undefined;
}

/** Name of the controller that a Job is left to; undefined for the cluster's own. */
export function externalController(job: Pick<Job, 'spec'>): string | undefined {
  const { managedBy } = job.spec;
  return managedBy === JOB_CONTROLLER_NAME ? undefined : managedBy;
}

/**
 * A Job as the API server stores it when it is created: unless it has a selector of its own, it gets one by its uid, and
 * the labels that this selector and users look for (upstream's `generateSelector`).
 *
 * @param ownerUid of the CronJob that controls it, -1 for none
 */
export function createdJob(
  manifest: JobManifest,
  uid: number,
  creationMicros: Micros,
  ownerUid: number,
): Omit<Job, 'resourceVersion'> {
  const stored = { uid, generation: 1, creationMicros, ownerUid, status: EMPTY_JOB_STATUS };
  if (manifest.spec.selector !== undefined) return { ...manifest, ...stored };
  const { meta } = manifest;
  const controllerUid = String(uid);
  const template = withLabels(manifest.spec.template, {
    [LEGACY_CONTROLLER_UID_LABEL]: controllerUid,
    [LEGACY_JOB_NAME_LABEL]: meta.name,
    [CONTROLLER_UID_LABEL]: controllerUid,
    [JOB_NAME_LABEL]: meta.name,
  });
  const selector = makeSelector({ [CONTROLLER_UID_LABEL]: controllerUid });
  // Whoever reads a stored Job without labels is given those of its template.
  const labels = Object.keys(meta.labels).length === 0 ? template.labels : meta.labels;
  return { ...manifest, meta: { ...meta, labels }, spec: { ...manifest.spec, selector, template }, ...stored };
}

/**
 * A Job's template as the pods of all Jobs with the same containers share it. Labels tell Jobs apart, and a CronJob makes
 * ever new ones: the pods have them on their own.
 */
export function withoutLabels(template: PodTemplateSpec): PodTemplateSpec {
  return relabelled(template, {});
}

/** The template with labels added; those that the user wrote stay. */
function withLabels(template: PodTemplateSpec, added: StringMap): PodTemplateSpec {
  return relabelled(template, { ...added, ...template.labels });
}

function relabelled(template: PodTemplateSpec, labels: StringMap): PodTemplateSpec {
  const metadata = template.manifest.metadata as JsonObject | undefined;
  const manifest: JsonObject = { ...template.manifest, metadata: { ...metadata, labels: { ...labels } } };
  return { ...template, labels, manifest, canonical: canonicalTemplate(manifest) };
}

/**
 * The API server's defaults for Jobs and CronJobs (`pkg/apis/batch/v1/defaults.go`), filled into a document in place.
 * Call them only on a copy whose shape has been checked.
 */
import { isJsonObject } from './canonical.ts';
import { child, defaultPodTemplate, fill, objectAt, objectsIn } from './defaults.ts';
import type { JsonObject } from './types.ts';

const LARGEST_INT32 = 2147483647;

export function defaultJob(document: JsonObject): void {
  const spec = child(document, 'spec');
  const template = child(spec, 'template');
  copyLabels(objectAt(template, 'metadata'), child(document, 'metadata'));
  defaultJobSpec(spec);
  defaultTemplateOfJob(spec);
}

/** A Job's own fields; a CronJob's template of Jobs gets them only when a Job is created from it. */
export function defaultJobSpec(spec: JsonObject): void {
  // Parallelism alone means a work queue, which has no number of completions.
  if (spec.parallelism === undefined) fill(spec, { completions: 1 });
  fill(spec, {
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : LARGEST_INT32,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

export function defaultCronJob(document: JsonObject): void {
  const spec = child(document, 'spec');
  // Not a pointer upstream: an empty text cannot be told from an absent field.
  if (spec.concurrencyPolicy === '') delete spec.concurrencyPolicy;
  fill(spec, {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
  defaultTemplateOfJob(child(child(spec, 'jobTemplate'), 'spec'));
}

function defaultTemplateOfJob(spec: JsonObject): void {
  for (const rule of objectsIn(objectAt(spec, 'podFailurePolicy').rules)) {
    for (const pattern of objectsIn(rule.onPodConditions)) {
      if (pattern.status === undefined || pattern.status === '') pattern.status = 'True';
    }
  }
  defaultPodTemplate(child(spec, 'template'));
}

function copyLabels(from: JsonObject, to: JsonObject): void {
  if (!isJsonObject(from.labels) || Object.keys(objectAt(to, 'labels')).length > 0) return;
  to.labels = { ...from.labels };
}

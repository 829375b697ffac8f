/** `batch/v1` CronJob. */
import { cloneJson } from '../canonical.ts';
import { parseCronSchedule } from '../cronSchedule.ts';
import { defaultJobSpec } from '../defaultsBatch.ts';
import { parseTimeZone } from '../timeZone.ts';
import type { CronJobManifest, CronJobSpec, JsonObject, JsonValue } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { readJobSpec } from './job.ts';
import { optionalIntegerAt } from './optionalInteger.ts';
import { integerAt, objectAt, readLabels, readMeta, stringAt, stringMap } from './read.ts';
import { invalid } from './refusals.ts';

const CONCURRENCY_POLICIES = ['Allow', 'Forbid', 'Replace'] as const;
/** Its Jobs' names have eleven characters more, and may have 63. */
const LONGEST_NAME = 52;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readCronJob(context: DecodeContext, document: JsonObject): CronJobManifest {
  const meta = readMeta(context, document, true);
  if (meta.name.length > LONGEST_NAME) {
    invalid(context, ['metadata', 'name'], meta.name, `must be no more than ${LONGEST_NAME} characters`);
  }
  const spec = objectAt(document, 'spec');
  const limit = (field: 'successfulJobsHistoryLimit' | 'failedJobsHistoryLimit', fallback: number): number => {
    return integerAt(context, ['spec', field], spec[field], fallback);
  };
  const read: CronJobSpec = {
    ...readSchedule(context, spec),
    startingDeadlineSeconds: optionalIntegerAt(
      context,
      ['spec', 'startingDeadlineSeconds'],
      spec.startingDeadlineSeconds,
    ),
    concurrencyPolicy: readConcurrencyPolicy(context, stringAt(spec, 'concurrencyPolicy')),
    suspend: spec.suspend === true,
    jobTemplate: readJobTemplate(context, objectAt(spec, 'jobTemplate')),
    successfulJobsHistoryLimit: limit('successfulJobsHistoryLimit', 3),
    failedJobsHistoryLimit: limit('failedJobsHistoryLimit', 1),
  };
  return { kind: 'CronJob', meta, spec: read, manifest: document };
}

function readSchedule(context: DecodeContext, spec: JsonObject): Pick<CronJobSpec, 'schedule' | 'timeZone'> {
  const path = ['spec', 'schedule'];
  const schedule = stringAt(spec, 'schedule');
  if (schedule === '') failAt(context, path, 'Required value');
  if (schedule.includes('TZ')) {
    invalid(context, path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  }
  refuseProblem(context, 'schedule', schedule, () => parseCronSchedule(schedule, undefined));
  const { timeZone } = spec;
  if (typeof timeZone !== 'string') return { schedule, timeZone: undefined };
  refuseProblem(context, 'timeZone', timeZone, () => parseTimeZone(timeZone));
  return { schedule, timeZone };
}

function refuseProblem(context: DecodeContext, field: string, value: JsonValue, parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    invalid(context, ['spec', field], value, error.message);
  }
}

function readConcurrencyPolicy(context: DecodeContext, text: string): CronJobSpec['concurrencyPolicy'] {
  const policy = CONCURRENCY_POLICIES.find((known) => known === text);
  return policy ?? unsupported(context, ['spec', 'concurrencyPolicy'], text, CONCURRENCY_POLICIES);
}

/** The template is stored without the defaults of Jobs, which its Jobs get as they are created. */
function readJobTemplate(context: DecodeContext, template: JsonObject): CronJobSpec['jobTemplate'] {
  const path = ['spec', 'jobTemplate'];
  const metadata = objectAt(template, 'metadata');
  const manifest = objectAt(template, 'spec');
  if (manifest.completionMode === 'Indexed' && manifest.completions === undefined) {
    failAt(context, [...path, 'spec', 'completions'], 'Required value: when completion mode is Indexed');
  }
  const defaulted = cloneJson(manifest);
  defaultJobSpec(defaulted);
  const spec = readJobSpec(context, [...path, 'spec'], defaulted, 'CronJob');
  if (manifest.selector !== undefined) {
    invalid(context, [...path, 'spec', 'selector'], manifest.selector, '`selector` will be auto-generated');
  }
  if (manifest.manualSelector === true) {
    const message = 'Unsupported value: true: supported values: "nil", "false"';
    failAt(context, [...path, 'spec', 'manualSelector'], message);
  }
  return {
    labels: readLabels(context, [...path, 'metadata', 'labels'], metadata.labels),
    annotations: stringMap(metadata.annotations),
    spec,
    manifest,
  };
}

import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { strategicMergePatch } from '../patch.ts';
import { failure } from '../testing/documents.ts';
import { job } from '../testing/jobs.ts';
import type { CronJobManifest, JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

const cronJob: JsonObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'report' },
  spec: { schedule: '*/5 * * * *', jobTemplate: { spec: job.spec! } },
};

function changed(patch: JsonObject): JsonObject {
  return strategicMergePatch(cronJob, { spec: patch });
}

function asCronJob(document: JsonObject): CronJobManifest {
  const manifest = decodeObject(document);
  if (manifest.kind !== 'CronJob') throw new Error('not a CronJob');
  return manifest;
}

describe('a CronJob', () => {
  it('gets the defaults of the API server', () => {
    const { spec, manifest } = asCronJob(cronJob);
    expect(spec).toMatchObject({
      schedule: '*/5 * * * *',
      timeZone: undefined,
      startingDeadlineSeconds: undefined,
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(canonicalJson(asCronJob(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('reads its template with the defaults of Jobs, and stores it without', () => {
    const template = { metadata: { labels: { team: 'a' }, annotations: { b: 'c' } }, spec: { parallelism: 2 } };
    const { jobTemplate } = asCronJob(changed({ jobTemplate: template })).spec;
    expect(jobTemplate).toMatchObject({ labels: { team: 'a' }, annotations: { b: 'c' } });
    expect(jobTemplate.spec).toMatchObject({ parallelism: 2, completions: undefined, backoffLimit: 6 });
    expect(jobTemplate.spec.template.labels).toEqual({ app: 'import' });
    expect(Object.keys(jobTemplate.manifest).sort()).toEqual(['parallelism', 'template']);
  });

  it('takes the rest as it stands', () => {
    const rest = {
      timeZone: 'Europe/Berlin',
      startingDeadlineSeconds: 0,
      concurrencyPolicy: 'Replace',
      suspend: true,
      successfulJobsHistoryLimit: 0,
      failedJobsHistoryLimit: 0,
    };
    expect(asCronJob(changed(rest)).spec).toMatchObject(rest);
  });

  it('reports the fields of its template that change nothing under their own path', () => {
    const found: string[] = [];
    const container = { name: 'app', image: 'import:v1', workingDir: '/' };
    const document = changed({ jobTemplate: { spec: { template: { spec: { containers: [container] } } } } });
    decodeObject(document, { notSimulated: (kindName, path) => found.push(`${kindName} ${path}`) });
    expect(found).toEqual(['CronJob spec.jobTemplate.spec.template.spec.containers.workingDir']);
  });

  it('may have a name of 52 characters', () => {
    const named = (length: number): JsonObject => ({ ...cronJob, metadata: { name: 'a'.repeat(length) } });
    expect(asCronJob(named(52)).meta.name).toHaveLength(52);
    expect(failure(() => asCronJob(named(53)))).toContain('": must be no more than 52 characters');
  });

  it.each<[string, JsonObject, string]>([
    ['no schedule', { schedule: null }, 'spec.schedule: Required value'],
    [
      'a bad schedule',
      { schedule: '61 * * * *' },
      'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
    ],
    [
      'a zone in its schedule',
      { schedule: 'TZ=UTC 0 * * * *', timeZone: 'UTC' },
      'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
    ],
    [
      'an unknown zone',
      { timeZone: 'Europe/Pariss' },
      'spec.timeZone: Invalid value: "Europe/Pariss": unknown time zone Europe/Pariss',
    ],
    ['an empty zone', { timeZone: '' }, 'spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string'],
    [
      'an unknown policy',
      { concurrencyPolicy: 'Deny' },
      'spec.concurrencyPolicy: Unsupported value: "Deny": supported values: "Allow", "Forbid", "Replace"',
    ],
    ['a deadline', { startingDeadlineSeconds: -1 }, 'spec.startingDeadlineSeconds: must be greater than or equal to 0'],
    ['a limit', { failedJobsHistoryLimit: -1 }, 'spec.failedJobsHistoryLimit: must be greater than or equal to 0'],
    [
      'a selector of its Jobs',
      { jobTemplate: { spec: { selector: { matchLabels: { a: 'b' } } } } },
      'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
    ],
    [
      'manual selectors of its Jobs',
      { jobTemplate: { spec: { manualSelector: true } } },
      'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ],
    [
      'Indexed Jobs without completions',
      { jobTemplate: { spec: { completionMode: 'Indexed' } } },
      'spec.jobTemplate.spec.completions: Required value: when completion mode is Indexed',
    ],
    [
      'Jobs that restart always',
      { jobTemplate: { spec: { template: { spec: { restartPolicy: 'Always' } } } } },
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'a misspelt field of its Jobs',
      { jobTemplate: { spec: { backofLimit: 1 } } },
      'spec.jobTemplate.spec.backofLimit: unknown field (did you mean "backoffLimit"?)',
    ],
  ])('refuses %s', (_, patch, message) => {
    expect(failure(() => decodeObject(changed(patch)))).toContain(`cronjob/report: ${message}`);
  });
});

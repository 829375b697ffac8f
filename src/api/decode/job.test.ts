import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../canonical.ts';
import { failure } from '../testing/documents.ts';
import { asJob, changedJob, indexedJob, job } from '../testing/jobs.ts';
import type { JsonObject } from '../types.ts';
import { decodeObject } from './decode.ts';

describe('a Job', () => {
  it('gets the defaults of the API server', () => {
    const { spec, meta, manifest } = asJob(job);
    expect(meta).toMatchObject({ namespace: 'default', name: 'import', labels: { app: 'import' } });
    expect(spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      completionMode: 'NonIndexed',
      backoffLimit: 6,
      backoffLimitPerIndex: undefined,
      maxFailedIndexes: undefined,
      activeDeadlineSeconds: undefined,
      ttlSecondsAfterFinished: undefined,
      suspend: false,
      podFailurePolicy: undefined,
      successPolicy: undefined,
      podReplacementPolicy: 'TerminatingOrFailed',
      managedBy: undefined,
      selector: undefined,
    });
    expect(spec.template.spec.restartPolicy).toBe('Never');
    expect(manifest.spec).toMatchObject({ parallelism: 1, completions: 1, backoffLimit: 6, manualSelector: false });
    expect(canonicalJson(asJob(manifest).manifest)).toBe(canonicalJson(manifest));
  });

  it('keeps labels of its own', () => {
    expect(asJob({ ...job, metadata: { name: 'import', labels: { a: 'b' } } }).meta.labels).toEqual({ a: 'b' });
  });

  it('is a work queue when only its parallelism is given', () => {
    expect(asJob(changedJob({ parallelism: 3 })).spec).toMatchObject({ parallelism: 3, completions: undefined });
    expect(asJob(changedJob({ completions: 3 })).spec).toMatchObject({ parallelism: 1, completions: 3 });
  });

  it('has no limit of its own beside one per index', () => {
    const { spec } = asJob(indexedJob({ backoffLimitPerIndex: 1, maxFailedIndexes: 5 }));
    expect(spec).toMatchObject({ backoffLimit: 2147483647, backoffLimitPerIndex: 1, maxFailedIndexes: 5 });
  });

  it('replaces only failed pods under a podFailurePolicy', () => {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }];
    const { spec } = asJob(changedJob({ podFailurePolicy: { rules } }));
    expect(spec.podReplacementPolicy).toBe('Failed');
    expect(spec.podFailurePolicy).toEqual([
      { action: 'Ignore', onExitCodes: undefined, onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    ]);
  });

  it('has a selector when it is asked to keep one', () => {
    const document = changedJob({ manualSelector: true, selector: { matchLabels: { app: 'import' } } });
    expect(asJob(document).spec.selector?.canonical).toBe('app=import');
  });

  it('takes the rest as it stands', () => {
    const document = changedJob({
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 0,
      suspend: true,
      managedBy: 'example.com/queue',
      podReplacementPolicy: 'Failed',
      template: { spec: { restartPolicy: 'OnFailure' } },
    });
    expect(asJob(document).spec).toMatchObject({
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 0,
      suspend: true,
      managedBy: 'example.com/queue',
      podReplacementPolicy: 'Failed',
      template: { spec: { restartPolicy: 'OnFailure' } },
    });
  });

  it('may have a name of 63 characters', () => {
    const named = (name: string): JsonObject => ({ ...job, metadata: { name } });
    expect(asJob(named('a'.repeat(63))).meta.name).toHaveLength(63);
    expect(failure(() => asJob(named('a'.repeat(64))))).toContain('": must be no more than 63 characters');
    const indexed = indexedJob({ completions: 11 });
    expect(failure(() => asJob({ ...indexed, metadata: { name: 'a'.repeat(61) } }))).toContain(
      `": will not able to create pod with invalid DNS label: ${'a'.repeat(61)}-10`,
    );
    expect(asJob({ ...indexed, metadata: { name: 'a'.repeat(60) } }).meta.name).toHaveLength(60);
  });

  it.each<[string, JsonObject, string]>([
    ['parallelism', { parallelism: -1 }, 'spec.parallelism: must be greater than or equal to 0'],
    ['completions', { completions: -1 }, 'spec.completions: must be greater than or equal to 0'],
    ['backoffLimit', { backoffLimit: -1 }, 'spec.backoffLimit: must be greater than or equal to 0'],
    ['a deadline', { activeDeadlineSeconds: -1 }, 'spec.activeDeadlineSeconds: must be greater than or equal to 0'],
    ['a ttl', { ttlSecondsAfterFinished: -1 }, 'spec.ttlSecondsAfterFinished: must be greater than or equal to 0'],
    [
      'no restartPolicy',
      { template: { spec: { restartPolicy: null } } },
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ],
    [
      'an unknown restartPolicy',
      { template: { spec: { restartPolicy: 'Sometimes' } } },
      'spec.template.spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'an unknown completion mode',
      { completionMode: 'indexed' },
      'spec.completionMode: Unsupported value: "indexed": supported values: "NonIndexed", "Indexed" (did you mean "Indexed"?)',
    ],
    [
      'an Indexed work queue',
      { completionMode: 'Indexed', parallelism: 2 },
      'spec.completions: Required value: when completion mode is Indexed',
    ],
    [
      'a limit per index without indexes',
      { backoffLimitPerIndex: 1 },
      'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
    ],
    [
      'failed indexes without a limit per index',
      { maxFailedIndexes: 1 },
      'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
    ],
    [
      'a success policy without indexes',
      { successPolicy: { rules: [{ succeededCount: 1 }] } },
      'spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: requires indexed completion mode',
    ],
    [
      'a replacement policy',
      { podReplacementPolicy: 'Terminating' },
      'spec.podReplacementPolicy: Unsupported value: "Terminating": supported values: "Failed", "TerminatingOrFailed"',
    ],
    [
      'a controller without a domain',
      { managedBy: 'queue' },
      'spec.managedBy: Invalid value: "queue": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
    ['a long controller', { managedBy: `a.io/${'x'.repeat(60)}` }, 'spec.managedBy: Too long: may not be more than 63'],
    [
      'a selector of its own',
      { selector: { matchLabels: { app: 'import' } } },
      'spec.selector: Invalid value: {"matchLabels":{"app":"import"}}: `selector` not auto-generated (leave it out,',
    ],
    ['a selector that is missing', { manualSelector: true }, 'spec.selector: Required value'],
    [
      'a selector of other pods',
      { manualSelector: true, selector: { matchLabels: { app: 'x' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"import"}: `selector` does not match template `labels`',
    ],
    ['a misspelt field', { backofLimit: 1 }, 'spec.backofLimit: unknown field (did you mean "backoffLimit"?)'],
    ['no template', { template: null }, 'spec.template.spec.containers: Required value'],
  ])('refuses %s', (_, patch, message) => {
    expect(failure(() => decodeObject(changedJob(patch)))).toContain(`job/import: ${message}`);
  });

  it.each<[string, JsonObject, string]>([
    [
      'more failed indexes than indexes',
      { backoffLimitPerIndex: 1, maxFailedIndexes: 6 },
      'spec.maxFailedIndexes: Invalid value: 6: must be less than or equal to completions',
    ],
    [
      'many pods at once',
      { parallelism: 100001 },
      'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
    ],
    [
      'many failed indexes',
      { completions: 200000, backoffLimitPerIndex: 1, maxFailedIndexes: 100001 },
      'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000',
    ],
    [
      'many indexes with limits of their own',
      { completions: 100001, backoffLimitPerIndex: 1 },
      'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
    ],
    [
      'many pods over many indexes',
      { completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 1, parallelism: 10001 },
      'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000',
    ],
    [
      'many failed over many indexes',
      { completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 10001 },
      'spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 when completions are above',
    ],
  ])('refuses with indexes %s', (_, patch, message) => {
    expect(failure(() => decodeObject(indexedJob(patch)))).toContain(`job/import: ${message}`);
  });
});

/** `batch/v1` Job. */
import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem, dnsSubdomainProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import { type LabelSelector, labelsMatch, parseLabelSelector } from '../selector.ts';
import type { JobManifest, JobSpec, JsonObject, PodTemplateSpec } from '../types.ts';
import { type DecodeContext, failAt, parseAt, unsupported } from './context.ts';
import { optionalIntegerAt } from './optionalInteger.ts';
import { readPodFailurePolicy } from './podFailurePolicy.ts';
import { readPodTemplate } from './podTemplate.ts';
import { integerAt, objectAt, readMeta, refuse, stringAt } from './read.ts';
import { invalid } from './refusals.ts';
import { readSuccessPolicy } from './successPolicy.ts';

const COMPLETION_MODES = ['NonIndexed', 'Indexed'] as const;
const REPLACEMENT_POLICIES = ['Failed', 'TerminatingOrFailed'] as const;
const LONGEST_NAME = 63;
const LONGEST_MANAGED_BY = 63;
/** Upstream's bounds for Indexed Jobs, whose status has to stay small. */
const LARGEST_INDEXED_PARALLELISM = 100_000;
const LARGEST_FAILED_INDEXES = 100_000;
const COMPLETIONS_SOFT_LIMIT = 100_000;
const LIMIT_FOR_HIGH_COMPLETIONS = 10_000;
const HIGH_COMPLETIONS = `must be less than or equal to ${LIMIT_FOR_HIGH_COMPLETIONS} when completions are above ${COMPLETIONS_SOFT_LIMIT} and used with backoff limit per index`;

type Limits = Pick<
  JobSpec,
  | 'parallelism'
  | 'completions'
  | 'backoffLimit'
  | 'backoffLimitPerIndex'
  | 'maxFailedIndexes'
  | 'activeDeadlineSeconds'
  | 'ttlSecondsAfterFinished'
>;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readJob(context: DecodeContext, document: JsonObject): JobManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const read = readJobSpec(context, ['spec'], spec, 'Job');
  const selector = readManualSelector(context, spec, read.template);
  if (selector === undefined && meta.name.length > LONGEST_NAME) {
    // The name becomes a label of the pods.
    invalid(context, ['metadata', 'name'], meta.name, `must be no more than ${LONGEST_NAME} characters`);
  }
  refuseLongHostname(context, meta.name, read);
  return { kind: 'Job', meta, spec: { ...read, selector }, manifest: document };
}

/**
 * Reads all but the selector, which stays undefined.
 *
 * @param path of `spec`.
 * @param spec with its defaults.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readJobSpec(context: DecodeContext, path: FieldPath, spec: JsonObject, kindName: string): JobSpec {
  const limits = readLimits(context, path, spec);
  const managedBy = readManagedBy(context, [...path, 'managedBy'], spec);
  const completionMode = COMPLETION_MODES.find((known) => known === spec.completionMode);
  if (completionMode === undefined) {
    return unsupported(context, [...path, 'completionMode'], stringAt(spec, 'completionMode'), COMPLETION_MODES);
  }
  if (completionMode === 'Indexed') checkIndexed(context, path, limits);
  else refuseIndexedFields(context, path, spec, limits);
  const template = readPodTemplate(context, [...path, 'template'], objectAt(spec, 'template'), kindName);
  const policies = readPolicies(context, path, spec, limits, template);
  checkRestartPolicy(context, path, template, policies.podFailurePolicy !== undefined);
  const suspend = spec.suspend === true;
  return { ...limits, completionMode, suspend, ...policies, managedBy, selector: undefined, template };
}

function readLimits(context: DecodeContext, path: FieldPath, spec: JsonObject): Limits {
  const optional = (field: keyof Limits): number | undefined => {
    return optionalIntegerAt(context, [...path, field], spec[field]);
  };
  const limits = {
    parallelism: integerAt(context, [...path, 'parallelism'], spec.parallelism, 1),
    completions: optional('completions'),
    activeDeadlineSeconds: optional('activeDeadlineSeconds'),
    backoffLimit: integerAt(context, [...path, 'backoffLimit'], spec.backoffLimit, 6),
    ttlSecondsAfterFinished: optional('ttlSecondsAfterFinished'),
    backoffLimitPerIndex: optional('backoffLimitPerIndex'),
    maxFailedIndexes: optional('maxFailedIndexes'),
  };
  if (limits.maxFailedIndexes !== undefined && limits.backoffLimitPerIndex === undefined) {
    failAt(context, [...path, 'backoffLimitPerIndex'], 'Required value: when maxFailedIndexes is specified');
  }
  return limits;
}

function checkIndexed(context: DecodeContext, path: FieldPath, limits: Limits): void {
  const { parallelism, completions, maxFailedIndexes = 0 } = limits;
  const failedPath = [...path, 'maxFailedIndexes'];
  const completionsPath = [...path, 'completions'];
  if (completions === undefined) failAt(context, completionsPath, 'Required value: when completion mode is Indexed');
  if (parallelism > LARGEST_INDEXED_PARALLELISM) {
    const problem = `must be less than or equal to ${LARGEST_INDEXED_PARALLELISM} when completion mode is Indexed`;
    invalid(context, [...path, 'parallelism'], parallelism, problem);
  }
  if (maxFailedIndexes > completions) {
    invalid(context, failedPath, maxFailedIndexes, 'must be less than or equal to completions');
  }
  if (maxFailedIndexes > LARGEST_FAILED_INDEXES) {
    invalid(context, failedPath, maxFailedIndexes, `must be less than or equal to ${LARGEST_FAILED_INDEXES}`);
  }
  if (completions <= COMPLETIONS_SOFT_LIMIT || limits.backoffLimitPerIndex === undefined) return;
  if (limits.maxFailedIndexes === undefined) {
    const message = `Required value: must be specified when completions is above ${COMPLETIONS_SOFT_LIMIT}`;
    failAt(context, failedPath, message);
  }
  if (parallelism > LIMIT_FOR_HIGH_COMPLETIONS) {
    invalid(context, [...path, 'parallelism'], parallelism, HIGH_COMPLETIONS);
  }
  if (maxFailedIndexes > LIMIT_FOR_HIGH_COMPLETIONS) {
    invalid(context, failedPath, maxFailedIndexes, HIGH_COMPLETIONS);
  }
}

function refuseIndexedFields(context: DecodeContext, path: FieldPath, spec: JsonObject, limits: Limits): void {
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
    const value = limits[field];
    if (value !== undefined) invalid(context, [...path, field], value, 'requires indexed completion mode');
  }
  if (isJsonObject(spec.successPolicy)) {
    invalid(context, [...path, 'successPolicy'], spec.successPolicy, 'requires indexed completion mode');
  }
}

function readPolicies(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
  limits: Limits,
  template: PodTemplateSpec,
): Pick<JobSpec, 'podFailurePolicy' | 'successPolicy' | 'podReplacementPolicy'> {
  const failurePath = [...path, 'podFailurePolicy'];
  const hasLimitPerIndex = limits.backoffLimitPerIndex !== undefined;
  const podFailurePolicy = isJsonObject(spec.podFailurePolicy)
    ? readPodFailurePolicy(context, failurePath, spec.podFailurePolicy, template.spec, hasLimitPerIndex)
    : undefined;
  const successPolicy = isJsonObject(spec.successPolicy)
    ? readSuccessPolicy(context, [...path, 'successPolicy'], spec.successPolicy, limits.completions ?? 0)
    : undefined;
  const supported = podFailurePolicy === undefined ? REPLACEMENT_POLICIES : (['Failed'] as const);
  const podReplacementPolicy = supported.find((known) => known === spec.podReplacementPolicy);
  if (podReplacementPolicy === undefined) {
    const text = stringAt(spec, 'podReplacementPolicy');
    return unsupported(context, [...path, 'podReplacementPolicy'], text, supported);
  }
  return { podFailurePolicy, successPolicy, podReplacementPolicy };
}

/** Always is what a template gets that says nothing, hence the words. */
function checkRestartPolicy(
  context: DecodeContext,
  path: FieldPath,
  { spec: { restartPolicy } }: PodTemplateSpec,
  hasFailurePolicy: boolean,
): void {
  const policyPath = [...path, 'template', 'spec', 'restartPolicy'];
  if (restartPolicy === 'Always') failAt(context, policyPath, 'Required value: valid values: "OnFailure", "Never"');
  if (hasFailurePolicy && restartPolicy !== 'Never') {
    invalid(context, policyPath, restartPolicy, 'only "Never" is supported when podFailurePolicy is specified');
  }
}

/** A domain-prefixed path, `example.com/controller`. */
function readManagedBy(context: DecodeContext, path: FieldPath, spec: JsonObject): string | undefined {
  const value = spec.managedBy;
  if (typeof value !== 'string') return undefined;
  if (value === '') failAt(context, path, 'Required value');
  const slash = value.indexOf('/');
  const host = value.slice(0, Math.max(slash, 0));
  const rest = value.slice(slash + 1);
  if (host === '' || rest === '') {
    invalid(context, path, value, 'must be a domain-prefixed path (such as "acme.io/foo")');
  }
  refuse(context, path, host, dnsSubdomainProblem(host));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest)) {
    invalid(context, path, rest, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
  }
  if (value.length > LONGEST_MANAGED_BY) {
    failAt(context, path, `Too long: may not be more than ${LONGEST_MANAGED_BY} bytes`);
  }
  return value;
}

function readManualSelector(
  context: DecodeContext,
  spec: JsonObject,
  template: PodTemplateSpec,
): LabelSelector | undefined {
  const path = ['spec', 'selector'];
  if (spec.manualSelector === true) {
    if (spec.selector === undefined) return failAt(context, path, 'Required value');
    const selector = parseAt(context, path, () => parseLabelSelector(spec.selector!));
    if (!labelsMatch(selector, template.labels)) {
      const labelsPath = ['spec', 'template', 'metadata', 'labels'];
      invalid(context, labelsPath, { ...template.labels }, '`selector` does not match template `labels`');
    }
    return selector;
  }
  if (spec.selector === undefined) return undefined;
  const hint =
    'leave it out, as the API server makes one for each Job, or set manualSelector: true; rollsim import takes the dump of a cluster';
  const message = `Invalid value: ${JSON.stringify(spec.selector)}: \`selector\` not auto-generated`;
  return failAt(context, path, message, hint, 'key');
}

/** The pods of an Indexed Job are called by its name and their index; the last of them must still be a host name. */
function refuseLongHostname(context: DecodeContext, name: string, spec: JobSpec): void {
  if (spec.completionMode !== 'Indexed' || spec.completions === undefined || spec.completions === 0) return;
  const hostname = `${name}-${spec.completions - 1}`;
  if (dnsLabelProblem(hostname) === undefined) return;
  const problem = `will not able to create pod with invalid DNS label: ${hostname}`;
  invalid(context, ['metadata', 'name'], name, problem);
}

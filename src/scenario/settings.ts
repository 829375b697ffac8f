/**
 * `--set` and `--vary`: any field of any object, or of the scenario, by a path.
 *
 * Settings change the raw documents, before anything is decoded: a changed field is defaulted, validated and reported as
 * if the user had written it into the file.
 */
import { cloneJson, isJsonObject } from '../api/canonical.ts';
import { objectOf, type SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { isSimulatedKind } from '../api/kinds.ts';
import { didYouMean } from '../api/nearest.ts';
import { type FieldPath, formatPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { parsePath, type Step, setField, splitTarget } from './fieldPath.ts';
import { setOfNodes } from './nodeSettings.ts';
import { findObject, formatIdentity, identityOf, isSchedulerConfiguration, parseReference } from './reference.ts';
import { SCHEDULER_CONFIGURATION_API_VERSION, SCHEDULER_CONFIGURATION_KIND } from './schedulerConfiguration/read.ts';
import { SCENARIO_API_VERSION, SCENARIO_KIND, scenarioFields } from './schema.ts';

/** One field and its value. */
export interface Setting {
  /** `deployment/web:maxSurge`, `nodes`, `behavior[0].ready` */
  readonly path: string;
  readonly value: JsonValue;
  /** The value as the user wrote it, for tables and messages: `25%`. */
  readonly text: string;
  /** How messages name it; `PATH=VALUE` if left out. */
  readonly flag?: string;
}

/** One field and the values to try. */
export interface Axis {
  readonly path: string;
  readonly values: readonly JsonValue[];
  /** The values as the user wrote them. */
  readonly texts: readonly string[];
}

/** A document that settings have changed. */
export interface ChangedDocument extends SourceDocument {
  /** The settings, as `PATH=VALUE`. */
  readonly changedBy: readonly string[];
}

export function isChanged(document: SourceDocument): document is ChangedDocument {
  return 'changedBy' in document;
}

/**
 * Applies settings in order. The given documents stay as they are; a Scenario is added when one is needed.
 *
 * @throws InputError for a setting whose object, pool or field does not exist, or whose object is not simulated.
 */
export function applySettings(documents: readonly SourceDocument[], settings: readonly Setting[]): SourceDocument[] {
  const changed = [...documents];
  for (const setting of settings) applySetting(changed, setting);
  return changed;
}

function applySetting(documents: SourceDocument[], setting: Setting): void {
  const flag = setting.flag ?? `${setting.path}=${setting.text}`;
  const { target, field } = splitTarget(setting.path);
  if (target === undefined) applyToScenario(documents, field, setting.value, flag);
  else if (isSchedulerConfiguration(target)) applyToSchedulerConfiguration(documents, field, setting.value, flag);
  else applyToObject(documents, target, field, setting.value, flag);
}

function applyToObject(
  documents: SourceDocument[],
  target: string,
  field: string,
  wanted: JsonValue,
  flag: string,
): void {
  const index = findObject(documents, parseReference(target, flag), flag);
  const kind = String(objectOf(documents[index]!).kind);
  if (!isSimulatedKind(kind)) {
    throw new InputError(`${kind} is not simulated: setting a field of it would change nothing`, { file: flag });
  }
  change(documents, index, flag, (value) => setObjectField(value, field, wanted, flag));
}

const CONTAINER = 'containers[0]';

/** Where the usual fields are, by short name, behind the pod spec. */
const POD_FIELDS: Readonly<Record<string, string>> = {
  image: `${CONTAINER}.image`,
  cpu: `${CONTAINER}.resources.requests.cpu`,
  memory: `${CONTAINER}.resources.requests.memory`,
  terminationGracePeriodSeconds: 'terminationGracePeriodSeconds',
};

const TEMPLATE_FIELDS = prefixed('spec.template.spec.', POD_FIELDS);
const REPLICA_FIELDS = fieldsOfSpec('replicas', 'minReadySeconds');
const UPDATE_STRATEGY_FIELDS = {
  ...prefixed('spec.updateStrategy.rollingUpdate.', { maxUnavailable: 'maxUnavailable' }),
  updateStrategy: 'spec.updateStrategy.type',
};

/** Short names by kind. A new kind is one entry here. */
const SHORT_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Deployment: {
    maxSurge: 'spec.strategy.rollingUpdate.maxSurge',
    maxUnavailable: 'spec.strategy.rollingUpdate.maxUnavailable',
    strategy: 'spec.strategy.type',
    ...fieldsOfSpec('replicas', 'minReadySeconds', 'progressDeadlineSeconds', 'revisionHistoryLimit'),
    ...fieldsOfSpec('podReplacementPolicy'),
    ...TEMPLATE_FIELDS,
  },
  ReplicaSet: { ...REPLICA_FIELDS, ...TEMPLATE_FIELDS },
  ReplicationController: { ...REPLICA_FIELDS, ...TEMPLATE_FIELDS },
  StatefulSet: {
    partition: 'spec.updateStrategy.rollingUpdate.partition',
    ...UPDATE_STRATEGY_FIELDS,
    ...fieldsOfSpec('replicas', 'podManagementPolicy', 'minReadySeconds', 'revisionHistoryLimit'),
    ...TEMPLATE_FIELDS,
  },
  DaemonSet: {
    maxSurge: 'spec.updateStrategy.rollingUpdate.maxSurge',
    ...UPDATE_STRATEGY_FIELDS,
    ...fieldsOfSpec('minReadySeconds', 'revisionHistoryLimit'),
    ...TEMPLATE_FIELDS,
  },
  Job: {
    ...fieldsOfSpec('parallelism', 'completions', 'completionMode', 'backoffLimit', 'activeDeadlineSeconds', 'suspend'),
    ...fieldsOfSpec('backoffLimitPerIndex', 'maxFailedIndexes', 'podReplacementPolicy', 'ttlSecondsAfterFinished'),
    ...TEMPLATE_FIELDS,
  },
  CronJob: {
    ...fieldsOfSpec('schedule', 'timeZone', 'concurrencyPolicy', 'startingDeadlineSeconds', 'suspend'),
    ...fieldsOfSpec('successfulJobsHistoryLimit', 'failedJobsHistoryLimit'),
    ...prefixed('spec.jobTemplate.spec.template.spec.', POD_FIELDS),
  },
  HorizontalPodAutoscaler: {
    ...fieldsOfSpec('minReplicas', 'maxReplicas'),
    averageUtilization: 'spec.metrics[0].resource.target.averageUtilization',
    ...prefixed('spec.behavior.', {
      scaleUpStabilizationWindowSeconds: 'scaleUp.stabilizationWindowSeconds',
      scaleDownStabilizationWindowSeconds: 'scaleDown.stabilizationWindowSeconds',
    }),
  },
  PodDisruptionBudget: fieldsOfSpec('minAvailable', 'maxUnavailable', 'unhealthyPodEvictionPolicy'),
  PersistentVolumeClaim: fieldsOfSpec('storageClassName'),
  // A class has no spec.
  StorageClass: { reclaimPolicy: 'reclaimPolicy', volumeBindingMode: 'volumeBindingMode' },
  PriorityClass: { value: 'value', globalDefault: 'globalDefault', preemptionPolicy: 'preemptionPolicy' },
  Pod: prefixed('spec.', POD_FIELDS),
  Node: {},
};

function fieldsOfSpec(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `spec.${name}`]));
}

function prefixed(prefix: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, path]) => [name, `${prefix}${path}`]));
}

function setObjectField(value: JsonObject, field: string, wanted: JsonValue, flag: string): FieldPath {
  const shorts = SHORT_FIELDS[String(value.kind)] ?? {};
  const isShort = Object.hasOwn(shorts, field);
  const steps = parsePath(isShort ? shorts[field]! : field, flag);
  const roots = ['metadata', 'spec', 'status'];
  if (!isShort && !roots.includes(String(steps[0]))) {
    const name = formatPath([String(steps[0])]);
    const names = [...Object.keys(shorts), ...roots];
    const hint = didYouMean(name, names) ?? `expected ${names.join(', ')}`;
    throw new InputError(`${value.kind} has no field ${JSON.stringify(name)}`, { file: flag }, hint);
  }
  const path = setField(value, steps, wanted, flag);
  dropRollingUpdate(value, formatPath(path), wanted);
  return path;
}

/** A strategy without rolling updates may not have their settings. */
function dropRollingUpdate({ spec }: JsonObject, path: string, wanted: JsonValue): void {
  for (const [field, type] of [
    ['strategy', 'Recreate'],
    ['updateStrategy', 'OnDelete'],
  ] as const) {
    if (path === `spec.${field}.type` && wanted === type)
      delete ((spec as JsonObject)[field] as JsonObject).rollingUpdate;
  }
}

function applyToScenario(documents: SourceDocument[], field: string, value: JsonValue, flag: string): void {
  const index = indexOfKind(documents, SCENARIO_KIND, SCENARIO_API_VERSION);
  change(documents, index, flag, (scenario) => {
    if (/^nodes(?:$|[./[])/.test(field)) return setOfNodes(documents, scenario, field, value, flag);
    const steps = parsePath(field, flag);
    if (steps[0] === 'resources') {
      throw new InputError('resources are read before settings apply', { file: flag }, 'name the files instead');
    }
    if (steps[0] === 'thresholds') refusePartedMetric(steps.slice(1), flag);
    if (!scenarioFields.includes(String(steps[0]))) refuseScenarioField(documents, String(steps[0]), flag);
    return setField(scenario, steps, value, flag);
  });
}

/** `thresholds.rollout.durationSeconds` would be a mapping in a mapping. */
function refusePartedMetric(steps: readonly Step[], flag: string): void {
  const names = steps.filter((step) => typeof step === 'string');
  if (names.length < 2) return;
  throw new InputError("a metric's name has dots", { file: flag }, `write it as thresholds[${names.join('.')}]`);
}

/** Whatever is wrong with the field is told when the configuration is read. */
function applyToSchedulerConfiguration(
  documents: SourceDocument[],
  field: string,
  value: JsonValue,
  flag: string,
): void {
  const index = indexOfKind(documents, SCHEDULER_CONFIGURATION_KIND, SCHEDULER_CONFIGURATION_API_VERSION);
  change(documents, index, flag, (configuration) => setField(configuration, parsePath(field, flag), value, flag));
}

/** Where the only document of this kind stands; one is added if need be. */
function indexOfKind(documents: SourceDocument[], kind: string, apiVersion: string): number {
  const index = documents.findIndex(({ value }) => isJsonObject(value) && value.kind === kind);
  if (index >= 0) return index;
  const value = { apiVersion, kind };
  const file = documents[0]?.file ?? kind;
  return documents.push({ value, file, placeOf: (path) => ({ file, path: formatPath(path) }) }) - 1;
}

function refuseScenarioField(documents: readonly SourceDocument[], field: string, flag: string): never {
  const isReference = /^[^/]+\/[^/]+/.test(field);
  const example = isReference ? `as in ${field}:replicas` : `as in deployment/web:${field}`;
  const objects = documents.map(({ value }) => identityOf(value)).filter((identity) => identity !== undefined);
  const isShort = Object.values(SHORT_FIELDS).some((fields) => Object.hasOwn(fields, field));
  const candidates = [...scenarioFields, 'nodes', ...objects.map(formatIdentity)];
  const hint = isReference || isShort ? `a field of an object is written ${example}` : didYouMean(field, candidates);
  throw new InputError(`a Scenario has no field ${JSON.stringify(field)}`, { file: flag }, hint);
}

/** Replaces a document by a changed copy, in which what was set stands in the flag and no longer in the file. */
function change(
  documents: SourceDocument[],
  index: number,
  flag: string,
  edit: (value: JsonObject) => FieldPath,
): void {
  const original = documents[index]!;
  const value = cloneJson(objectOf(original));
  const setPath = edit(value);
  const changed: ChangedDocument = {
    value,
    file: original.file,
    changedBy: [...(isChanged(original) ? original.changedBy : []), flag],
    placeOf: (path, part) => {
      const isSet = setPath.every((step, depth) => path[depth] === step);
      return isSet ? { file: flag, path: formatPath(path) } : original.placeOf(path, part);
    },
  };
  documents[index] = changed;
}

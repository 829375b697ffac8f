/**
 * `--set` and `--vary`: any field of any object, or of the scenario, by a path.
 *
 * Settings change the raw documents, before anything is decoded: a changed field is defaulted, validated and reported as
 * if the user had written it into the file.
 */
import { canonicalJson, cloneJson, getOwn, isJsonObject, setOwn } from '../api/canonical.ts';
import { objectOf, readDocuments, type SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { isSimulatedKind, knownKinds } from '../api/kinds.ts';
import { didYouMean } from '../api/nearest.ts';
import { type FieldPath, formatPath } from '../api/path.ts';
import type { JsonObject, JsonValue } from '../api/types.ts';
import { DEFAULT_POOL_NAME } from './pools.ts';
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

/** Beyond this a range is a typing error. */
const LONGEST_RANGE = 10_000;

/**
 * Reads `PATH=VALUE,VALUE…`; commas inside brackets, braces and quotes do not separate. A value may be a range, `1..5` or
 * `10%..50%..10%`, both ends included.
 *
 * @throws InputError naming the flag's text.
 */
export function parseVary(text: string): Axis {
  const flag = `--vary ${text}`;
  const { path, right } = splitAtEquals(text, flag);
  const texts = splitAtCommas(right, flag).flatMap((item) => expandRange(item, flag));
  const values = texts.map((item) => parseValue(path, item, flag));
  const keys = values.map(canonicalJson);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index);
  if (twice >= 0) throw new InputError(`${texts[twice]} is given twice`, { file: flag });
  return { path, values, texts };
}

/**
 * Reads `PATH=VALUE`.
 *
 * @throws InputError naming the flag's text.
 */
export function parseSet(text: string): Setting {
  const flag = `--set ${text}`;
  const { path, right } = splitAtEquals(text, flag);
  return { path, value: parseValue(path, right, flag), text: right };
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

/** A reference to an object: `deployment/web`, `shop/deployment/web`. */
export interface ObjectReference {
  /** Undefined: any namespace. */
  readonly namespace: string | undefined;
  /** In lower case and singular. */
  readonly kind: string;
  readonly name: string;
}

/**
 * Reads `KIND/NAME` or `NAMESPACE/KIND/NAME`, with kubectl's short kinds.
 *
 * @throws InputError naming the flag's text.
 */
export function parseReference(text: string, flag: string): ObjectReference {
  const parts = text.split('/');
  const [name, word, namespace] = parts.reverse();
  if (!name || !word || parts.length > 3 || namespace === '') {
    const message = `expected KIND/NAME or NAMESPACE/KIND/NAME, got ${JSON.stringify(text)}`;
    throw new InputError(message, { file: flag }, 'as in deployment/web');
  }
  return { namespace, kind: kindOfWord(word), name };
}

/**
 * The index of the object that a reference names.
 *
 * @throws InputError when there is none, or several in different namespaces.
 */
export function findObject(documents: readonly SourceDocument[], reference: ObjectReference, flag: string): number {
  const identities = documents.map(({ value }) => identityOf(value));
  const found = [...identities.keys()].filter((index) => isSame(identities[index], reference));
  if (found.length === 1) return found[0]!;
  const { kind, name } = reference;
  if (found.length > 1) {
    const list = found.map((index) => formatIdentity(identities[index]!)).join(', ');
    throw new InputError(`${kind}/${name} stands more than once in the input`, { file: flag }, `one of ${list}`);
  }
  throw new InputError(`no ${formatIdentity(reference)} in the input`, { file: flag }, hintFor(reference, identities));
}

/** `deployment/web` in the namespace `default` or in none, else `shop/deployment/web`. */
export function formatIdentity({ namespace, kind, name }: ObjectReference): string {
  const prefix = namespace === undefined || namespace === 'default' || namespace === '' ? '' : `${namespace}/`;
  return `${prefix}${kind}/${name}`;
}

/** What names the object that a document holds; undefined for what is no object with a name. */
export function identityOf(value: JsonValue): (ObjectReference & { readonly namespace: string }) | undefined {
  if (!isJsonObject(value) || typeof value.kind !== 'string' || !isJsonObject(value.metadata)) return undefined;
  const { name, namespace } = value.metadata;
  if (typeof name !== 'string') return undefined;
  const fallback = value.kind === 'Node' ? '' : 'default';
  return {
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : fallback,
    kind: value.kind.toLowerCase(),
    name,
  };
}

const SHORT_KINDS: Readonly<Record<string, string>> = {
  cj: 'cronjob',
  cm: 'configmap',
  deploy: 'deployment',
  ds: 'daemonset',
  hpa: 'horizontalpodautoscaler',
  no: 'node',
  ns: 'namespace',
  pdb: 'poddisruptionbudget',
  po: 'pod',
  pvc: 'persistentvolumeclaim',
  quota: 'resourcequota',
  rc: 'replicationcontroller',
  rs: 'replicaset',
  sts: 'statefulset',
  svc: 'service',
};

const LOWER_KINDS: ReadonlySet<string> = new Set([...knownKinds].map((kind) => kind.toLowerCase()));

/** The kind in lower case and singular that kubectl understands by `deploy`, `Deployments` or `deployments.apps`. */
export function kindOfWord(word: string): string {
  const lower = word.toLowerCase().split('.', 1)[0]!;
  if (Object.hasOwn(SHORT_KINDS, lower)) return SHORT_KINDS[lower]!;
  const singular = lower.endsWith('s') ? lower.slice(0, -1) : lower;
  return LOWER_KINDS.has(singular) ? singular : lower;
}

function isSame(identity: ObjectReference | undefined, wanted: ObjectReference): boolean {
  if (identity === undefined || identity.kind !== wanted.kind || identity.name !== wanted.name) return false;
  return wanted.namespace === undefined || identity.namespace === wanted.namespace;
}

function hintFor(wanted: ObjectReference, identities: readonly (ObjectReference | undefined)[]): string | undefined {
  const known = identities.filter((identity) => identity !== undefined && identity.kind !== 'scenario');
  const texts = [...new Set(known.map((identity) => formatIdentity(identity!)))];
  const sameName = known.find((identity) => identity!.name === wanted.name && identity!.kind === wanted.kind);
  if (sameName !== undefined) return `did you mean ${JSON.stringify(formatIdentity(sameName))}?`;
  const sameKind = known.filter((identity) => identity!.kind === wanted.kind).map((identity) => identity!.name);
  return didYouMean(wanted.name, sameKind) ?? didYouMean(formatIdentity(wanted), texts);
}

// Reading the text of a flag.

function splitAtEquals(text: string, flag: string): { path: string; right: string } {
  const at = topLevel(text, '=', flag)[0] ?? -1;
  const path = text.slice(0, Math.max(at, 0)).trim();
  if (path === '') throw new InputError('expected PATH=VALUE', { file: flag }, 'as in deployment/web:maxSurge=25%');
  checkPath(path, flag);
  return { path, right: text.slice(at + 1).trim() };
}

function splitAtCommas(text: string, flag: string): string[] {
  const ends = [...topLevel(text, ',', flag), text.length];
  return ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1]! + 1, end).trim());
}

/** Where a character stands outside of brackets and quotes. */
function topLevel(text: string, wanted: string, flag: string): number[] {
  const found: number[] = [];
  const open: string[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (startsQuote(text, at)) quote = character;
    else if ('[{('.includes(character)) open.push(character);
    else if (']})'.includes(character)) close(open, character, flag);
    else if (character === wanted && open.length === 0) found.push(at);
  }
  const unclosed = quote === '' ? open.at(-1) : quote;
  if (unclosed !== undefined) throw new InputError(`${unclosed} is not closed`, { file: flag });
  return found;
}

/** As in YAML, only at the start of a value: `it's` has no quote. */
function startsQuote(text: string, at: number): boolean {
  return (text[at] === '"' || text[at] === "'") && (at === 0 || '=,:[{( '.includes(text[at - 1]!));
}

function close(open: string[], character: string, flag: string): void {
  const expected = '[{('[']})'.indexOf(character)];
  if (open.pop() !== expected) throw new InputError(`unexpected ${character}`, { file: flag });
}

function expandRange(text: string, flag: string): string[] {
  if (!/^-?[0-9]+[A-Za-z%]*\.\./.test(text)) return [text];
  const match = /^(-?[0-9]+)([A-Za-z%]*)\.\.(-?[0-9]+)\2(?:\.\.([0-9]+)\2)?$/.exec(text);
  if (match === null) {
    throw new InputError(`${text} is not a range`, { file: flag }, 'as in 1..5, 10..50..10 or 10%..50%..10%');
  }
  const [first, last, step] = [Number(match[1]), Number(match[3]), Number(match[4] ?? 1)];
  if (last < first) throw new InputError(`${text} counts down`, { file: flag });
  if (step === 0) throw new InputError(`${text} has a step of 0`, { file: flag });
  const count = Math.floor((last - first) / step) + 1;
  if (count > LONGEST_RANGE) {
    throw new InputError(`${text} has ${count} values, at most ${LONGEST_RANGE} are tried`, { file: flag });
  }
  return Array.from({ length: count }, (_, index) => `${first + index * step}${match[2]}`);
}

/** A value is written as in YAML: `3`, `25%`, `{uniform: {min: 1s, max: 3s}}`. */
function parseValue(path: string, text: string, flag: string): JsonValue {
  if (text === '') throw new InputError('a value is missing', { file: flag });
  // As YAML, 1.30 would be the number 1.3.
  if (path === 'kubernetes') return text;
  if (text === 'null' || text === '~') return null;
  try {
    const documents = readDocuments(text, flag);
    if (documents.length === 1) return documents[0]!.value;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${text}: ${error.message}`, { file: flag }, error.hint);
  }
  throw new InputError(`${text} is not one value`, { file: flag });
}

// Paths: `spec.containers[name=server].image`, `behavior[0].ready`, `metadata.labels[app.kubernetes.io/name]`.

/** A key, an index, or the list item with a given field. */
type Step = string | number | { readonly key: string; readonly value: string };

function parsePath(text: string, flag: string): Step[] {
  const token = /(?:^|\.)([^.[\]]+)|\[([^\]]+)\]/y;
  const steps: Step[] = [];
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw new InputError(`${JSON.stringify(text)} is not a path to a field`, { file: flag });
    steps.push(match[1] ?? parseBracket(match[2]!));
  }
  if (steps.length === 0) throw new InputError('a field is missing after the colon', { file: flag });
  return steps;
}

function parseBracket(text: string): Step {
  if (/^[0-9]+$/.test(text)) return Number(text);
  const at = text.indexOf('=');
  return at < 0 ? text : { key: text.slice(0, at), value: text.slice(at + 1) };
}

function splitTarget(path: string): { target: string | undefined; field: string } {
  const colon = /^[^[\]]*?:/.exec(path);
  if (colon === null) return { target: undefined, field: path };
  return { target: path.slice(0, colon[0].length - 1), field: path.slice(colon[0].length) };
}

/** What can be said about a path without knowing the objects. */
function checkPath(path: string, flag: string): void {
  const { target, field } = splitTarget(path);
  if (target !== undefined) parseReference(target, flag);
  if (target !== undefined || !field.startsWith('nodes/')) parsePath(field, flag);
}

/** Sets a field in place and returns where it is. Mappings on the way there are created, list items are not. */
function setField(root: JsonObject, steps: readonly Step[], value: JsonValue, flag: string): FieldPath {
  const path: (string | number)[] = [];
  let current: JsonValue = root;
  for (const [depth, step] of steps.entries()) {
    const isLast = depth === steps.length - 1;
    const key = resolveStep(current, step, path, flag);
    if (!isLast) current = childOf(current, key, typeof steps[depth + 1] === 'string');
    else if (typeof key === 'number') (current as JsonValue[])[key] = value;
    else setOwn(current as JsonObject, key, asTextWhere([...path, key], value));
    path.push(key);
  }
  return path;
}

function resolveStep(current: JsonValue, step: Step, path: FieldPath, flag: string): string | number {
  const here = formatPath(path);
  if (typeof step === 'string') {
    if (isJsonObject(current)) return step;
    throw new InputError(`${here} is not a mapping: it has no field ${JSON.stringify(step)}`, { file: flag });
  }
  const items = Array.isArray(current) ? current : [];
  if (typeof step === 'number') {
    if (step < items.length) return step;
    throw new InputError(`${here} has no item ${step}`, { file: flag }, `it has ${items.length}`);
  }
  const values = items.map((item) => (isJsonObject(item) ? item[step.key] : undefined));
  const index = values.indexOf(step.value);
  if (index >= 0) return index;
  const hint = didYouMean(
    step.value,
    values.filter((item) => typeof item === 'string'),
  );
  throw new InputError(`${here} has no item with ${step.key}=${step.value}`, { file: flag }, hint);
}

function childOf(current: JsonValue, key: string | number, createMapping: boolean): JsonValue {
  if (typeof key === 'number') return (current as JsonValue[])[key]!;
  const child = getOwn(current as JsonObject, key) ?? null;
  if (child !== null) return child;
  const created: JsonValue = createMapping ? {} : [];
  setOwn(current as JsonObject, key, created);
  return created;
}

const TEXT_MAPS: readonly (string | number)[] = ['labels', 'annotations', 'matchLabels', 'nodeSelector'];

/** Where Kubernetes wants text, `v=2` means "2". */
function asTextWhere(path: FieldPath, value: JsonValue): JsonValue {
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  return isScalar && TEXT_MAPS.includes(path.at(-2) ?? '') ? String(value) : value;
}

// Applying.

function applySetting(documents: SourceDocument[], setting: Setting): void {
  const flag = setting.flag ?? `${setting.path}=${setting.text}`;
  const { target, field } = splitTarget(setting.path);
  if (target === undefined) applyToScenario(documents, field, setting.value, flag);
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

/** Short names by kind. A new kind is one entry here. */
const SHORT_FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Deployment: {
    maxSurge: 'spec.strategy.rollingUpdate.maxSurge',
    maxUnavailable: 'spec.strategy.rollingUpdate.maxUnavailable',
    strategy: 'spec.strategy.type',
    replicas: 'spec.replicas',
    minReadySeconds: 'spec.minReadySeconds',
    progressDeadlineSeconds: 'spec.progressDeadlineSeconds',
    revisionHistoryLimit: 'spec.revisionHistoryLimit',
    ...TEMPLATE_FIELDS,
  },
  ReplicaSet: { replicas: 'spec.replicas', minReadySeconds: 'spec.minReadySeconds', ...TEMPLATE_FIELDS },
  Pod: prefixed('spec.', POD_FIELDS),
  Node: {},
};

function prefixed(prefix: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, path]) => [name, `${prefix}${path}`]));
}

function setObjectField(value: JsonObject, field: string, wanted: JsonValue, flag: string): FieldPath {
  const shorts = SHORT_FIELDS[String(value.kind)] ?? {};
  const steps = parsePath(Object.hasOwn(shorts, field) ? shorts[field]! : field, flag);
  const roots = ['metadata', 'spec', 'status'];
  if (!roots.includes(String(steps[0]))) {
    const name = formatPath([String(steps[0])]);
    const names = [...Object.keys(shorts), ...roots];
    const hint = didYouMean(name, names) ?? `expected ${names.join(', ')}`;
    throw new InputError(`${value.kind} has no field ${JSON.stringify(name)}`, { file: flag }, hint);
  }
  const path = setField(value, steps, wanted, flag);
  const isRecreate = wanted === 'Recreate' && formatPath(path) === 'spec.strategy.type';
  if (isRecreate) delete ((value.spec as JsonObject).strategy as JsonObject).rollingUpdate;
  return path;
}

function applyToScenario(documents: SourceDocument[], field: string, value: JsonValue, flag: string): void {
  const index = scenarioIndex(documents);
  change(documents, index, flag, (scenario) => {
    if (field === 'nodes') return setSinglePool(documents, scenario, value, flag);
    if (field.startsWith('nodes/')) return setPool(scenario, field.slice('nodes/'.length), value, flag);
    const steps = parsePath(field, flag);
    if (steps[0] === 'resources') {
      throw new InputError('resources are read before settings apply', { file: flag }, 'name the files instead');
    }
    if (!scenarioFields.includes(String(steps[0]))) refuseScenarioField(documents, String(steps[0]), flag);
    return setField(scenario, steps, value, flag);
  });
}

function scenarioIndex(documents: SourceDocument[]): number {
  const index = documents.findIndex(({ value }) => isJsonObject(value) && value.kind === SCENARIO_KIND);
  if (index >= 0) return index;
  const value = { apiVersion: SCENARIO_API_VERSION, kind: SCENARIO_KIND };
  const file = documents[0]?.file ?? SCENARIO_KIND;
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

function refuseNodesOfInput(documents: readonly SourceDocument[], flag: string): void {
  const nodes = documents.filter(({ value }) => isJsonObject(value) && value.kind === 'Node').length;
  if (nodes === 0) return;
  const message = `the input has ${nodes} Node object${nodes === 1 ? '' : 's'}: their number is given`;
  throw new InputError(message, { file: flag }, 'use a pool, cluster.nodes in a Scenario, instead of them');
}

function poolsOf(scenario: JsonObject): { index: number; name: string }[] {
  const pools = isJsonObject(scenario.cluster) ? scenario.cluster.nodes : undefined;
  if (!Array.isArray(pools)) return [];
  return pools.map((pool, index) => {
    const name = isJsonObject(pool) ? pool.name : undefined;
    return { index, name: typeof name === 'string' ? name : DEFAULT_POOL_NAME };
  });
}

function setSinglePool(
  documents: readonly SourceDocument[],
  scenario: JsonObject,
  count: JsonValue,
  flag: string,
): FieldPath {
  const pools = poolsOf(scenario);
  if (pools.length > 1) {
    const names = pools.map(({ name }) => `nodes/${name}`).join(', ');
    throw new InputError(`there are ${pools.length} node pools`, { file: flag }, `name one of them: ${names}`);
  }
  if (pools.length === 0) {
    refuseNodesOfInput(documents, flag);
    setField(scenario, ['cluster', 'nodes'], [{}], flag);
  }
  return setField(scenario, ['cluster', 'nodes', 0, 'count'], count, flag);
}

function setPool(scenario: JsonObject, name: string, count: JsonValue, flag: string): FieldPath {
  const pools = poolsOf(scenario);
  const pool = pools.find((candidate) => candidate.name === name);
  if (pool !== undefined) return setField(scenario, ['cluster', 'nodes', pool.index, 'count'], count, flag);
  const names = pools.map((candidate) => candidate.name);
  const hint = didYouMean(name, names) ?? (names.length > 0 ? `the pools are ${names.join(', ')}` : undefined);
  throw new InputError(`there is no node pool ${JSON.stringify(name)}`, { file: flag }, hint);
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

/** From the text of the input files to the scenario that a run plays. */
import { getOwn, isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt, parseAt } from '../api/decode/context.ts';
import { readCsiNode } from '../api/decode/csiNode.ts';
import { decodeManifest } from '../api/decode/decode.ts';
import { readNamespace } from '../api/decode/namespace.ts';
import { PodSpecMemo } from '../api/decode/podSpecMemo.ts';
import { objectOf, type SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { isSimulatedKind, knownKinds } from '../api/kinds.ts';
import { didYouMean } from '../api/nearest.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, JsonValue, Manifest, StringMap } from '../api/types.ts';
import type { Micros } from '../kernel/time.ts';
import { DEFAULT_CONFIGURATION } from '../scheduler/configuration/configuration.ts';
import { readClusterAutoscaler } from './autoscaling.ts';
import { readBehavior } from './behavior.ts';
import { behaviorAssumptions } from './behaviorAssumptions.ts';
import { readControlPlane, refuseRestartPeriod } from './controlPlane.ts';
import {
  asWritten,
  ExistingObjects,
  type ExistingState,
  isExisting,
  isPodOfCluster,
  readStateTime,
} from './existing/index.ts';
import { readFailures } from './failures.ts';
import { gateNotes, ignoredFields, readFeatureGates } from './featureGates.ts';
import { readImagePulls, withImageSizes, withImageSizesOf } from './imagePulls.ts';
import { documentsOf, type LoadedInput } from './input.ts';
import { joinBehavior } from './joinBehavior.ts';
import { NotSimulatedReport } from './notSimulated.ts';
import { ASSUMED_NODES, DEFAULT_NODE_TEXT, defaultPool, nodeNames, readPools } from './pools.ts';
import { defaultUntil, lateSteps, type ReadyStepOptions, readDuration, readSteps, readySteps } from './readSteps.ts';
import { formatIdentity, identityOf } from './reference.ts';
import {
  type ReadSchedulerConfiguration,
  readSchedulerConfiguration,
  SCHEDULER_CONFIGURATION_KIND,
  withClientConnection,
} from './schedulerConfiguration/read.ts';
import { checkScenarioShape, SCENARIO_API_VERSION, SCENARIO_KIND, type ScenarioInput } from './schema.ts';
import { applySettings, isChanged, type Setting } from './settings.ts';
import { isSweepDocument } from './sweepDocument.ts';
import { readThresholds } from './thresholds.ts';
import type { NodePool, Scenario } from './types.ts';
import { defaultVersion, parseVersion } from './versions.ts';

const DEFAULT_SEED = 1;
const DEFAULT_NAMESPACE = 'default';

/** What the command line adds to the input. */
export interface BuildOptions extends ReadyStepOptions {
  /** `--nodes`: how many nodes the only pool has, or how many default nodes there are. */
  readonly nodes?: number;
  /** `--kubernetes`: as in the Scenario, which it overrides. */
  readonly kubernetes?: string;
  /** `--until`: as in the Scenario, which it overrides. */
  readonly until?: string;
  /** `--strict`: what is not simulated is an error. */
  readonly strict?: boolean;
  /** Applied in order, after all of the above. */
  readonly settings?: readonly Setting[];
}

/**
 * Builds the scenario: settings applied, objects decoded, everything validated and defaulted.
 *
 * `until` defaults to one hour after the last timed step, and one hour more for each step that waits for readiness. An
 * input without any node gets 10 default ones; `assumptions` says so.
 *
 * @throws InputError at the first thing that cannot be played.
 */
export function buildScenario(input: LoadedInput, options: BuildOptions): Scenario {
  const settings = [...settingsOf(options), ...(options.settings ?? [])];
  const documents = applySettings(parse(input), settings);
  const report = new NotSimulatedReport();
  const facts: Facts = { namespaces: new Map(), volumeLimits: new Map() };
  const source = onlyDocument(documents, SCENARIO_KIND);
  const existing = hasState(source) ? new ExistingObjects() : undefined;
  const sources = readObjects(documents, { report, facts, podSpecs: new PodSpecMemo(), existing });
  const objects = [...sources.keys()];
  const built = guarded(source, () => readScenario(source, objects, report));
  const { configuration, clientLimits } = readScheduler(documents, report);
  if (built.imagePulls !== undefined) report.withdraw('imagePullPolicy');
  if (options.strict === true) report.refuse();
  const extraSteps = readySteps(options, documents);
  const steps = [...built.steps, ...extraSteps];
  const untilMicros = built.untilMicros ?? defaultUntil(steps);
  return {
    ...built,
    name: built.name ?? nameFrom(input),
    objects,
    sources,
    state: existing && readState(source!, existing, [...built.pools.flatMap(nodeNames), ...namesOfNodes(objects)]),
    ...facts,
    steps,
    untilMicros,
    controlPlane: {
      ...built.controlPlane,
      kubeScheduler: withClientConnection(built.controlPlane.kubeScheduler, clientLimits),
    },
    scheduler: configuration,
    notSimulated: report.list(),
    assumptions: [
      ...assumeNodes(parse(input), documents, built.pools),
      ...(existing === undefined ? dumpHint(sources.values()) : []),
      ...built.assumptions,
      ...behaviorAssumptions(built.behavior, objects, steps),
      ...lateSteps(built.steps, untilMicros),
    ],
  };
}

/** Sweeps build many variants of one input: parsing YAML once is most of their time. */
const parsedInputs = new WeakMap<LoadedInput, readonly SourceDocument[]>();

function parse(input: LoadedInput): readonly SourceDocument[] {
  let documents = parsedInputs.get(input);
  if (documents === undefined) {
    documents = joinBehavior(documentsOf(input));
    parsedInputs.set(input, documents);
  }
  return documents;
}

function settingsOf(options: BuildOptions): Setting[] {
  const { nodes, kubernetes, until } = options;
  const setting = (path: string, value: string | number | undefined): Setting[] =>
    value === undefined ? [] : [{ path, value, text: String(value), flag: `--${path} ${value}` }];
  return [...setting('nodes', nodes), ...setting('kubernetes', kubernetes), ...setting('until', until)];
}

/** The base name of the first file that has one, without its ending. */
function nameFrom(input: LoadedInput): string {
  const named = input.files.find(({ file }) => !file.startsWith('<'));
  const base = named?.file.split(/[\\/]/).at(-1) ?? '';
  return base.replace(/\.[^.]*$/, '') || 'scenario';
}

/** Runs a step of reading a document; when settings have changed the document, its errors say so. */
function guarded<T>(document: SourceDocument | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError) || document === undefined || !isChanged(document)) throw error;
    if (document.changedBy.includes(error.place?.file ?? '')) throw error;
    const changes = `with ${document.changedBy.join(', ')}`;
    throw new InputError(error.message, error.place, error.hint === undefined ? changes : `${error.hint}; ${changes}`);
  }
}

// Objects.

/** What the input says of things that no run changes. */
interface Facts {
  readonly namespaces: Map<string, StringMap>;
  readonly volumeLimits: Map<string, ReadonlyMap<string, number>>;
}

/** The objects in the order of the input, each with the document that it was decoded from. */
function readObjects(documents: readonly SourceDocument[], reading: Reading): ReadonlyMap<Manifest, JsonObject> {
  const seen = new Map<string, SourceDocument>();
  const objects = new Map<Manifest, JsonObject>();
  for (const document of documents) {
    const value = objectOf(document);
    if (value.kind === SCENARIO_KIND || value.kind === SCHEDULER_CONFIGURATION_KIND) continue;
    if (isSweepDocument(value)) continue;
    refuseStrangeKind(document, value);
    const manifest = guarded(document, () => readObject(document, value, reading));
    refuseDuplicate(seen, document, value);
    if (manifest === undefined) continue;
    objects.set(manifest, value);
    reading.existing?.add(manifest, value, contextOf(document, reading.report));
  }
  return objects;
}

/** What objects are read into, and with. */
interface Reading {
  readonly report: NotSimulatedReport;
  /** Gets what the others say. */
  readonly facts: Facts;
  readonly podSpecs: PodSpecMemo;
  /** Gets those that were there before the run; undefined: all are made in it. */
  readonly existing: ExistingObjects | undefined;
}

function readObject(document: SourceDocument, value: JsonObject, reading: Reading): Manifest | undefined {
  const { report, facts, podSpecs, existing } = reading;
  const kind = value.kind as string;
  const isOld = existing !== undefined && isExisting(value);
  if (isSimulatedKind(kind) && !isCustomGroup(value.apiVersion as string)) {
    if (!isOld) return decodeManifest(value, { ...contextOf(document, report), podSpecs });
    return decodeManifest(asWritten(value), { ...specOnly(contextOf(document, report)), podSpecs });
  }
  if (isOld && kind === 'ControllerRevision') {
    existing.addRevision(value, contextOf(document, report));
    return undefined;
  }
  if (kind === 'Namespace' && value.apiVersion === 'v1') {
    const { name, labels } = readNamespace(contextOf(document, report), value);
    facts.namespaces.set(name, labels);
    return undefined;
  }
  if (kind === 'CSINode' && String(value.apiVersion).startsWith('storage.k8s.io/')) {
    const { name, volumeLimits } = readCsiNode(contextOf(document, report), value);
    facts.volumeLimits.set(name, volumeLimits);
    return undefined;
  }
  report.add(kind, document, () => document.placeOf(['kind']));
  return undefined;
}

/** What the API server added to an existing object is read elsewhere. */
function specOnly(context: DecodeContext): DecodeContext {
  const notSimulated: DecodeContext['notSimulated'] = (kind, path) => {
    if (path.startsWith('spec')) context.notSimulated(kind, path);
  };
  return { ...context, notSimulated };
}

function contextOf(document: SourceDocument, report: NotSimulatedReport): DecodeContext {
  return {
    place: (path, part) => document.placeOf(path, part),
    defaultNamespace: DEFAULT_NAMESPACE,
    notSimulated: (kind, path) => {
      const place = () => document.placeOf(firstPathTo(document.value, path.split('.')), 'key');
      report.add(`${kind} ${path}`, document, place);
    },
  };
}

/** Kubernetes' own groups have no dot, or are below k8s.io. */
function isCustomGroup(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  return group.includes('.') && !group.endsWith('.k8s.io');
}

/** @throws InputError for a document that is no Kubernetes object, or that some other tool has to render first. */
function refuseStrangeKind(document: SourceDocument, { apiVersion, kind }: JsonObject): void {
  for (const [field, value] of Object.entries({ apiVersion, kind })) {
    if (typeof value === 'string' && value !== '') continue;
    const message = isEmpty(value) ? 'Required value' : 'expected string';
    const hint = renderHint(document.file) ?? (isEmpty(apiVersion) && isEmpty(kind) ? NO_MANIFEST_HINT : undefined);
    throw new InputError(message, { ...document.placeOf([field]), path: field }, hint);
  }
  const group = String(apiVersion).split('/')[0]!;
  const refuse = (message: string, hint: string) => new InputError(message, document.placeOf(['kind']), hint);
  if (group === 'kustomize.config.k8s.io') {
    throw refuse('a kustomization has to be rendered first', 'kubectl kustomize FOLDER');
  }
  if (group === SCENARIO_API_VERSION.split('/')[0]) {
    throw refuse(`unknown kind ${JSON.stringify(kind)}`, `expected ${SCENARIO_KIND}`);
  }
  // A custom resource lives in a group with a dot; elsewhere an unknown kind is probably a typing error.
  if (group.includes('.') || knownKinds.has(String(kind))) return;
  const hint = didYouMean(String(kind), knownKinds);
  if (hint !== undefined) throw refuse(`unknown kind ${JSON.stringify(kind)}`, hint);
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** Folders hold more than manifests. */
const NO_MANIFEST_HINT = 'neither apiVersion nor kind: no Kubernetes manifest; name only files and folders that are';

function renderHint(file: string): string | undefined {
  const name = file.split(/[\\/]/).at(-1);
  if (name === 'kustomization.yaml' || name === 'kustomization.yml') return 'render it first: kubectl kustomize FOLDER';
  if (name === 'Chart.yaml' || name === 'values.yaml') return 'render it first: helm template CHART';
  return undefined;
}

function refuseDuplicate(seen: Map<string, SourceDocument>, document: SourceDocument, value: JsonObject): void {
  const identity = identityOf(value);
  if (identity === undefined) return;
  const group = String(value.apiVersion).split('/').slice(0, -1).join('/');
  const key = `${group}/${identity.kind}/${identity.namespace}/${identity.name}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, document);
    return;
  }
  const [here, there] = [document, first].map((one) => one.placeOf(['metadata', 'name']));
  const where = there!.line === undefined ? there!.file : `${there!.file}:${there!.line}:${there!.column}`;
  throw new InputError(`${formatIdentity(identity)} is defined twice`, here, `first at ${where}`);
}

/** The first field that a path without list indices leads to. */
function firstPathTo(value: JsonValue, keys: readonly string[]): FieldPath {
  const [key, ...rest] = keys;
  if (key === undefined) return [];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const inner = firstPathTo(item, keys);
      if (inner.length > 0) return [index, ...inner];
    }
    return [];
  }
  const child = isJsonObject(value) ? getOwn(value, key) : undefined;
  if (child === undefined) return [];
  const inner = firstPathTo(child, rest);
  return rest.length > 0 && inner.length === 0 ? [] : [key, ...inner];
}

// What was there before the run.

function hasState(source: SourceDocument | undefined): boolean {
  return source !== undefined && isJsonObject(source.value) && source.value.state !== undefined;
}

/** The shape of the Scenario has been checked. */
function readState(source: SourceDocument, existing: ExistingObjects, nodes: readonly string[]): ExistingState {
  const { at } = (source.value as JsonObject).state as { at: string };
  return existing.state(readStateTime(contextOf(source, new NotSimulatedReport()), at), new Set(nodes));
}

/** Somebody may expect the pods of a dump to be there already. */
function dumpHint(documents: Iterable<JsonObject>): string[] {
  for (const document of documents) {
    if (isPodOfCluster(document)) {
      return ["all is made anew, also what a cluster's API server tells of (rollsim import -f FILE | rollsim run -)"];
    }
  }
  return [];
}

// Documents of which the input may hold one.

function isOfKind({ value }: SourceDocument, kind: string): boolean {
  return isJsonObject(value) && value.kind === kind;
}

function onlyDocument(documents: readonly SourceDocument[], kind: string): SourceDocument | undefined {
  const [first, second] = documents.filter((document) => isOfKind(document, kind));
  if (first === undefined || second === undefined) return first;
  const { file, line, column } = first.placeOf(['kind']);
  const where = line === undefined ? file : `${file}:${line}:${column}`;
  throw new InputError(`a second ${kind}: the input may hold one`, second.placeOf(['kind']), `first at ${where}`);
}

function readScheduler(documents: readonly SourceDocument[], report: NotSimulatedReport): ReadSchedulerConfiguration {
  const document = onlyDocument(documents, SCHEDULER_CONFIGURATION_KIND);
  if (document === undefined) return { configuration: DEFAULT_CONFIGURATION, clientLimits: {} };
  return guarded(document, () => readSchedulerConfiguration(contextOf(document, report), objectOf(document)));
}

type ReadScenario = Omit<
  Scenario,
  'name' | 'objects' | 'sources' | 'state' | keyof Facts | 'untilMicros' | 'notSimulated' | 'scheduler'
> & {
  readonly name: string | undefined;
  readonly untilMicros: Micros | undefined;
};

function readScenario(
  document: SourceDocument | undefined,
  objects: readonly Manifest[],
  report: NotSimulatedReport,
): ReadScenario {
  const source = document ?? emptyScenario();
  const context = contextOf(source, report);
  const input = checkScenarioShape(context, objectOf(source));
  const behavior = readBehavior(context, input.behavior ?? []);
  const kubernetes = readVersion(context, input);
  const pools = poolsFor(context, input, objects);
  const gates = readFeatureGates(context, kubernetes, input.featureGates ?? {});
  if (!gates.KubeletCrashLoopBackOffMax) refuseRestartPeriod(context, input.controlPlane?.kubelet ?? {});
  const imagePulls = readImagePulls(context, input.cluster?.registry, input.controlPlane?.kubelet ?? {});
  const nodes = [...pools.flatMap(nodeNames), ...namesOfNodes(objects)];
  return {
    name: input.metadata?.name,
    kubernetes,
    gates,
    seed: input.seed ?? DEFAULT_SEED,
    pools: pools.map((pool) => withImageSizes(pool, imagePulls)),
    imagePulls,
    failures: readFailures(context, input.cluster?.failures ?? []),
    controlPlane: readControlPlane(context, input.controlPlane ?? {}),
    clusterAutoscaler: readClusterAutoscaler(context, input.controlPlane?.['cluster-autoscaler'] ?? {}),
    behavior,
    steps: readSteps(context, report, input.steps ?? [], nodes).map((step) => withImageSizesOf(step, imagePulls)),
    untilMicros: readUntil(context, input),
    thresholds: readThresholds(context, input.thresholds ?? {}),
    assumptions: [...gateNotes(kubernetes, input.featureGates ?? {}), ...ignoredFields(gates, objects)],
  };
}

function emptyScenario(): SourceDocument {
  const value = { apiVersion: SCENARIO_API_VERSION, kind: SCENARIO_KIND };
  return { value, file: SCENARIO_KIND, placeOf: () => ({ file: SCENARIO_KIND }) };
}

function readVersion(context: DecodeContext, { kubernetes }: ScenarioInput): Scenario['kubernetes'] {
  return kubernetes === undefined ? defaultVersion : parseAt(context, ['kubernetes'], () => parseVersion(kubernetes));
}

function readUntil(context: DecodeContext, { until }: ScenarioInput): Micros | undefined {
  return until === undefined ? undefined : readDuration(context, ['until'], until);
}

function poolsFor(context: DecodeContext, input: ScenarioInput, objects: readonly Manifest[]): readonly NodePool[] {
  const nodes = new Set(namesOfNodes(objects));
  const given = input.cluster?.nodes;
  if (given === undefined && nodes.size === 0) return [defaultPool(ASSUMED_NODES)];
  const pools = readPools(context, given ?? []);
  for (const [index, pool] of pools.entries()) {
    const name = nodeNames(pool).find((candidate) => nodes.has(candidate));
    if (name === undefined) continue;
    failAt(context, ['cluster', 'nodes', index], `the input has a Node ${JSON.stringify(name)} already`);
  }
  return pools;
}

function namesOfNodes(objects: readonly Manifest[]): string[] {
  return objects.filter((object) => object.kind === 'Node').map((object) => object.meta.name);
}

/** What is assumed of the nodes when the input has none: their number, unless a flag gives it, and their size. */
function assumeNodes(
  given: readonly SourceDocument[],
  changed: readonly SourceDocument[],
  [pool]: readonly NodePool[],
): string[] {
  if (pool === undefined || givenPools(given) !== undefined) return [];
  const fromFlags = givenPools(changed);
  const since = 'since the input has none';
  if (fromFlags === undefined) return [`${pool.count} nodes of ${DEFAULT_NODE_TEXT}, ${since} (--nodes N)`];
  const isSized = fromFlags.every((item) => isJsonObject(item) && item.allocatable !== undefined);
  return isSized ? [] : [`nodes of ${DEFAULT_NODE_TEXT}, ${since} (cluster.nodes in a Scenario)`];
}

function givenPools(documents: readonly SourceDocument[]): readonly JsonValue[] | undefined {
  const scenario = documents.find((document) => isOfKind(document, SCENARIO_KIND))?.value;
  const pools = isJsonObject(scenario) && isJsonObject(scenario.cluster) ? scenario.cluster.nodes : undefined;
  return Array.isArray(pools) ? pools : undefined;
}

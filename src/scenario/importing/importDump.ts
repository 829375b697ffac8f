import { rfc3339 } from '../../api/dateTime.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import { objectOf, type SourceDocument } from '../../api/document.ts';
import { InputError } from '../../api/errors.ts';
import { isSimulatedKind } from '../../api/kinds.ts';
import type { JsonObject } from '../../api/types.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { controllerOf, uidOf } from '../existing/documents.ts';
import { isExisting } from '../existing/index.ts';
import { SCENARIO_API_VERSION, SCENARIO_KIND } from '../schema.ts';
import { versionProfiles } from '../versions.ts';
import { cleanObject } from './cleanObjects.ts';
import { latestTime } from './moment.ts';
import { missingPriorityClasses } from './priorityClasses.ts';
import { missingRevisions } from './revisions.ts';
import { select, type Wanted, withoutRoomOf } from './selection.ts';

export interface ImportOptions extends Wanted {
  /** `metadata.name` of the Scenario. */
  readonly name: string;
  /** When the dump was taken, in microseconds since 1970; undefined: at the latest time in it. */
  readonly atEpochMicros?: number | undefined;
}

/** A scenario that begins as the cluster was. */
export interface ImportedState {
  readonly scenario: JsonObject;
  readonly objects: readonly JsonObject[];
  /** Number of objects by kind, in the order of the dump. */
  readonly counts: ReadonlyMap<string, number>;
  /** Sentences for the user. */
  readonly notes: readonly string[];
}

/** Kinds beside those that are simulated of which the state has something. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  Namespace: 'v1',
  CSINode: 'storage.k8s.io/v1',
  ControllerRevision: 'apps/v1',
};

const DUMP_HINT =
  'kubectl get nodes,csinodes,ns,deploy,rs,rc,sts,ds,controllerrevisions,job,cronjob,pdb,hpa,quota,limitrange,priorityclass,svc,pvc,pv,sc,pods -A -o json';

/**
 * Makes a scenario out of what `kubectl get … -A -o json` printed.
 *
 * @throws InputError for objects that are not a cluster's, for a dump without nodes or without any time, and for pods on
 *   nodes that are not in it.
 */
export function importDump(documents: readonly SourceDocument[], options: ImportOptions): ImportedState {
  const { found, strange } = sort(documents);
  const latest = latestTime(found);
  const at = options.atEpochMicros ?? latest;
  const [first] = documents;
  if (!found.some(({ kind }) => kind === 'Node'))
    throw new InputError('no Node in the dump', first && { file: first.file }, DUMP_HINT);
  if (at === undefined)
    throw new InputError('no time in the dump', first && { file: first.file }, 'say when it was taken: --now');
  const { wanted, others } = select(found, options);
  const { objects: fitted, pods: podsLeftOut } = withoutRoomOf(others, wanted);
  requireNodes(fitted);
  const cleaned = withUsedImages(fitted.map(cleanObject));
  const { revisions, guessed } = missingRevisions(cleaned);
  const classes = missingPriorityClasses(fitted);
  const version = versionOf(found);
  return {
    scenario: {
      apiVersion: SCENARIO_API_VERSION,
      kind: SCENARIO_KIND,
      metadata: { name: options.name },
      ...(version.text !== undefined && { kubernetes: version.text }),
      state: { at: rfc3339(Math.ceil(at / MICROS_PER_SECOND)) },
    },
    objects: [...classes, ...cleaned, ...revisions],
    counts: countKinds(cleaned),
    notes: [
      ...version.notes,
      ...notesOfTime(at, latest),
      ...notesOf({ strange, podsLeftOut, guessed, classes, cleaned }),
    ],
  };
}

/** What is of use, each once, and how many there are of the other kinds. */
function sort(documents: readonly SourceDocument[]): { found: JsonObject[]; strange: ReadonlyMap<string, number> } {
  const found = new Map<string, JsonObject>();
  const strange = new Map<string, number>();
  for (const document of documents) {
    const value = objectOf(document);
    const kind = stringAt(value, 'kind');
    if (!isKnown(kind, stringAt(value, 'apiVersion'))) {
      strange.set(kind, (strange.get(kind) ?? 0) + 1);
      continue;
    }
    if (!isExisting(value)) {
      const hint = 'every object of a cluster has one: kubectl get -o json prints it';
      throw new InputError('Required value', { ...document.placeOf(['metadata']), path: 'metadata.uid' }, hint);
    }
    if (!found.has(uidOf(value))) found.set(uidOf(value), value);
  }
  return { found: [...found.values()], strange };
}

/** Kubernetes' own groups have no dot, or are below k8s.io. */
function isKnown(kind: string, apiVersion: string): boolean {
  if (OTHER_KINDS[kind] !== undefined) return apiVersion === OTHER_KINDS[kind];
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
  return isSimulatedKind(kind) && (!group.includes('.') || group.endsWith('.k8s.io'));
}

function requireNodes(objects: readonly JsonObject[]): void {
  const nodes = new Set(objects.filter(({ kind }) => kind === 'Node').map(nameOf));
  const lost = objects.filter((document) => {
    const node = document.kind === 'Pod' ? stringAt(objectAt(document, 'spec'), 'nodeName') : '';
    return node !== '' && !nodes.has(node);
  });
  if (lost.length === 0) return;
  const [pod] = lost as [JsonObject];
  const node = stringAt(objectAt(pod, 'spec'), 'nodeName');
  const others = lost.length === 1 ? '' : `, and ${lost.length - 1} more are on nodes that are not in the dump`;
  throw new InputError(
    `pod ${nameOf(pod)} is on node ${JSON.stringify(node)}, which is not in the dump${others}`,
    undefined,
    'dump nodes and pods at the same time',
  );
}

/** Nodes tell of all that they ever pulled: what no pod of the state can ask for is of no account. */
function withUsedImages(objects: readonly JsonObject[]): JsonObject[] {
  const used = new Set<string>();
  for (const document of objects) {
    const spec = objectAt(document, 'spec');
    const podSpec = document.kind === 'Pod' ? spec : objectAt(objectAt(spec, 'template'), 'spec');
    for (const field of ['initContainers', 'containers']) {
      for (const container of objectsAt(podSpec, field)) used.add(stringAt(container, 'image'));
    }
  }
  return objects.map((document) => {
    if (document.kind !== 'Node') return document;
    const { images: _, ...status } = objectAt(document, 'status');
    const images = objectsAt(objectAt(document, 'status'), 'images').filter(({ names }) =>
      (names as string[]).some((name) => used.has(name)),
    );
    return { ...document, status: images.length === 0 ? status : { ...status, images } };
  });
}

/** Of most kubelets: nothing else in a dump tells of the control plane's. */
function versionOf(objects: readonly JsonObject[]): { readonly text: string | undefined; readonly notes: string[] } {
  const counts = new Map<string, number>();
  for (const document of objects) {
    if (document.kind !== 'Node') continue;
    const written = stringAt(objectAt(objectAt(document, 'status'), 'nodeInfo'), 'kubeletVersion');
    const minor = /^v?(1\.\d+)\./.exec(written)?.[1];
    if (minor !== undefined) counts.set(minor, (counts.get(minor) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most === undefined) return { text: undefined, notes: [] };
  const [text] = most;
  if (versionProfiles.some((profile) => profile.text === text)) return { text, notes: [] };
  return {
    text: undefined,
    notes: [`the kubelets are of Kubernetes ${text}, which is not simulated: the newest is played`],
  };
}

/** A clock that is somewhat behind does no harm. */
function notesOfTime(at: number, latest: number | undefined): string[] {
  if (latest === undefined || latest <= at) return [];
  const written = rfc3339(Math.ceil(latest / MICROS_PER_SECOND));
  return [`the dump has later times than --now, up to ${written}: they count as the moment of the dump`];
}

interface Findings {
  readonly strange: ReadonlyMap<string, number>;
  readonly podsLeftOut: number;
  readonly guessed: readonly string[];
  readonly classes: readonly JsonObject[];
  readonly cleaned: readonly JsonObject[];
}

function notesOf({ strange, podsLeftOut, guessed, classes, cleaned }: Findings): string[] {
  const notes: string[] = [];
  if (strange.size > 0) {
    const kinds = [...strange].map(([kind, count]) => `${kind} (${count})`);
    notes.push(`not imported: ${kinds.sort().join(', ')}`);
  }
  if (podsLeftOut > 0) {
    notes.push(
      `the room that ${podsLeftOut} running pods take which were left out is no longer allocatable on their nodes`,
    );
  }
  const stuck = cleaned.filter(isStuck).length;
  const foreign = foreignPods(cleaned);
  if (foreign.length > 0) {
    const kinds = [...new Set(foreign.map((document) => controllerOf(document)!.kind))].sort().join(', ');
    notes.push(
      `pods of controllers that are not in the state: ${foreign.length} (${kinds}); they run on, and nobody replaces them`,
    );
  }
  if (stuck > 0)
    notes.push(`pods that crash or have no image: ${stuck}; they stay so, as nothing tells when that ends`);
  if (guessed.length > 0) {
    const sets = guessed.join(', ');
    notes.push(`without ControllerRevisions in the dump, the older template of these was taken from a pod: ${sets}`);
  }
  if (classes.length > 0) {
    const names = classes.map(nameOf).join(', ');
    notes.push(`PriorityClasses that are not in the dump have the priority of their pods, or 0: ${names}`);
  }
  return notes;
}

/** Pods that something controls which the state does not have: a kind that is not simulated, or an object left out. */
function foreignPods(objects: readonly JsonObject[]): JsonObject[] {
  const uids = new Set(objects.map(uidOf));
  return objects.filter((document) => {
    const controller = document.kind === 'Pod' ? controllerOf(document) : undefined;
    return controller !== undefined && !uids.has(controller.uid);
  });
}

function isStuck(document: JsonObject): boolean {
  const status = objectAt(document, 'status');
  const containers = [...objectsAt(status, 'initContainerStatuses'), ...objectsAt(status, 'containerStatuses')];
  return (
    document.kind === 'Pod' &&
    containers.some((container) => {
      const { reason } = objectAt(objectAt(container, 'state'), 'waiting');
      return reason !== undefined && reason !== 'ContainerCreating' && reason !== 'PodInitializing';
    })
  );
}

function countKinds(objects: readonly JsonObject[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of objects) counts.set(kind as string, (counts.get(kind as string) ?? 0) + 1);
  return counts;
}

function nameOf(document: JsonObject): string {
  return stringAt(objectAt(document, 'metadata'), 'name');
}

/** Which objects of a dump are wanted, and the room on the nodes that the others take. */
import { decodeObject } from '../../api/decode/decode.ts';
import { objectAt, stringAt, stringMap } from '../../api/decode/read.ts';
import { InputError } from '../../api/errors.ts';
import { didYouMean } from '../../api/nearest.ts';
import { podRequests } from '../../api/podRequests.ts';
import { formatBytes, formatCpu, parseBytes, parseCpuMilli, parseWhole } from '../../api/quantity.ts';
import { type LabelSelector, labelsMatch } from '../../api/selector.ts';
import type { JsonObject, PodManifest, ResourceAmounts } from '../../api/types.ts';
import { controllerOf, uidOf } from '../existing/documents.ts';

/** Kinds that belong to no namespace: they are there for all. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set([
  'Node',
  'Namespace',
  'CSINode',
  'PersistentVolume',
  'StorageClass',
  'PriorityClass',
]);

export interface Wanted {
  readonly namespace?: string | undefined;
  /** Of an object's labels, or of those of what controls it. */
  readonly selector?: LabelSelector | undefined;
}

/**
 * The wanted objects and the others, each in the order of the dump. Volumes go with their claims.
 *
 * @throws InputError if nothing but what is there for all is wanted: a typing mistake.
 */
export function select(
  objects: readonly JsonObject[],
  { namespace, selector }: Wanted,
): { readonly wanted: JsonObject[]; readonly others: JsonObject[] } {
  const byUid = new Map(objects.map((document) => [uidOf(document), document]));
  const isSelected = (document: JsonObject): boolean => {
    if (selector === undefined) return true;
    if (labelsMatch(selector, stringMap(objectAt(document, 'metadata').labels))) return true;
    const owner = byUid.get(controllerOf(document)?.uid ?? '');
    return owner !== undefined && isSelected(owner);
  };
  const isWanted = (document: JsonObject): boolean => {
    const claim = byUid.get(stringAt(objectAt(objectAt(document, 'spec'), 'claimRef'), 'uid'));
    if (document.kind === 'PersistentVolume' && claim !== undefined) return isWanted(claim);
    if (CLUSTER_KINDS.has(document.kind as string)) return true;
    return (namespace === undefined || namespaceOf(document) === namespace) && isSelected(document);
  };
  const wanted: JsonObject[] = [];
  const others: JsonObject[] = [];
  for (const document of objects) (isWanted(document) ? wanted : others).push(document);
  if (others.length > 0 && wanted.every(({ kind }) => CLUSTER_KINDS.has(kind as string))) {
    throw new InputError(...nothingWanted(others, namespace));
  }
  return { wanted, others };
}

function namespaceOf(document: JsonObject): string {
  return stringAt(objectAt(document, 'metadata'), 'namespace') || 'default';
}

function nothingWanted(others: readonly JsonObject[], namespace: string | undefined): [string, undefined, string?] {
  const known = [...new Set(others.map(namespaceOf))].sort();
  if (namespace === undefined || known.includes(namespace)) {
    return ['no object of the dump has the labels that --selector asks for', undefined];
  }
  const hint = didYouMean(namespace, known) ?? `it has ${known.join(', ')}`;
  return [`no object of the dump is in the namespace ${JSON.stringify(namespace)}`, undefined, hint];
}

/**
 * The nodes without the room that pods take which are left out.
 *
 * @param objects nodes among them.
 * @returns as many as `objects`, and the number of pods that run and are left out.
 */
export function withoutRoomOf(
  others: readonly JsonObject[],
  objects: readonly JsonObject[],
): { readonly objects: JsonObject[]; readonly pods: number } {
  const taken = new Map<string, Taken>();
  let pods = 0;
  for (const document of others) {
    const node = stringAt(objectAt(document, 'spec'), 'nodeName');
    const phase = stringAt(objectAt(document, 'status'), 'phase');
    if (document.kind !== 'Pod' || node === '' || phase === 'Succeeded' || phase === 'Failed') continue;
    pods++;
    let sum = taken.get(node);
    if (sum === undefined) taken.set(node, (sum = { pods: 0, amounts: new Map() }));
    sum.pods++;
    addTo(sum.amounts, podRequests((decodeObject(document) as PodManifest).template.spec));
  }
  const reduced = objects.map((document) => {
    const sum = document.kind === 'Node' ? taken.get(stringAt(objectAt(document, 'metadata'), 'name')) : undefined;
    return sum === undefined ? document : withLess(document, sum);
  });
  return { objects: reduced, pods };
}

/** What pods take of a node, by resource: milli-cores for cpu, bytes for memory and storage, whole units otherwise. */
interface Taken {
  pods: number;
  readonly amounts: Map<string, number>;
}

function addTo(amounts: Map<string, number>, requests: ResourceAmounts): void {
  const add = (resource: string, amount: number) => amounts.set(resource, (amounts.get(resource) ?? 0) + amount);
  add('cpu', requests.cpuMilli);
  add('memory', requests.memoryBytes);
  add('ephemeral-storage', requests.ephemeralStorageBytes);
  for (const [resource, amount] of requests.extended) add(resource, amount);
}

function withLess(node: JsonObject, { pods, amounts }: Taken): JsonObject {
  const status = objectAt(node, 'status');
  const allocatable = Object.entries(objectAt(status, 'allocatable')).map(([resource, text]) => {
    const quantity = text as string;
    const amount = resource === 'pods' ? pods : (amounts.get(resource) ?? 0);
    return [resource, amount === 0 ? quantity : less(resource, quantity, amount)];
  });
  return { ...node, status: { ...status, allocatable: Object.fromEntries(allocatable) } };
}

/** Never below nothing: a kubelet may have taken more than fits. */
function less(resource: string, quantity: string, amount: number): string {
  if (resource === 'cpu') return formatCpu(Math.max(0, parseCpuMilli(quantity) - amount));
  if (resource === 'memory' || resource === 'ephemeral-storage') {
    return formatBytes(Math.max(0, parseBytes(quantity) - amount));
  }
  return String(Math.max(0, parseWhole(quantity) - amount));
}

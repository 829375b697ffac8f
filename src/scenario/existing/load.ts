/** Puts the state that a scenario begins with into a cluster, as if it had always been there. */
import { objectAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, SimulatedKind } from '../../api/types.ts';
import { type AnyStored, type Cluster, type ControllerRevision, mix32, type ObjectTable } from '../../cluster/index.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { countAt, StateClock, uidOf } from './documents.ts';
import { existingPod } from './pods.ts';
import { type StateNames, storedMeta, storedObject } from './storedObjects.ts';
import type { ExistingObject, ExistingRevision, ExistingState } from './types.ts';
import { PodUids } from './uids.ts';

/** What others refer to comes first. Pods come after all of them, Nodes before. */
const ORDER: readonly Exclude<SimulatedKind, 'Pod' | 'Node'>[] = [
  'PriorityClass',
  'StorageClass',
  'LimitRange',
  'ResourceQuota',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'ReplicaSet',
  'ReplicationController',
  'StatefulSet',
  'DaemonSet',
  'CronJob',
  'Job',
  'Service',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
];

/** Names that are made in the run differ from those that an earlier run of the same seed has made. */
const NAMES_OF_THE_RUN = 0x2f6e2b1;

/**
 * Adds the objects and pods of a state to a cluster that has its nodes. Controllers, scheduler and kubelets hear of all of
 * it at once, as they do when they start.
 *
 * @throws InputError for a time that is none.
 */
export function addExistingState(cluster: Cluster, state: ExistingState): void {
  cluster.nameSeed = mix32(cluster.seed ^ NAMES_OF_THE_RUN);
  cluster.startEpochSeconds = Math.floor(state.atEpochMicros / MICROS_PER_SECOND);
  const clock = new StateClock(state.atEpochMicros);
  const { objects, revisions } = inOrderOfCreation(state, clock);
  const names = namesOf(cluster, clock, [...objects, ...revisions]);
  for (const kind of ORDER) {
    for (const object of objects) if (object.manifest.kind === kind) add(cluster, storedObject(names, object));
  }
  for (const revision of revisions) add(cluster, storedRevision(names, revision));
  for (const { manifest, document } of objects) {
    if (manifest.kind === 'Pod') cluster.addExistingPod(existingPod(cluster, names, manifest, document));
  }
  cluster.existingStateAdded();
}

function add({ tables }: Cluster, object: AnyStored): void {
  (tables[object.kind] as unknown as ObjectTable<AnyStored>).addExisting(object);
}

function storedRevision(names: StateNames, { document, template }: ExistingRevision): ControllerRevision {
  const metadata = objectAt(document, 'metadata');
  const revision = countAt(document, 'revision');
  const meta = {
    namespace: stringAt(metadata, 'namespace') || 'default',
    name: stringAt(metadata, 'name'),
    labels: objectAt(metadata, 'labels') as Record<string, string>,
    annotations: objectAt(metadata, 'annotations') as Record<string, string>,
  };
  const stored = { resourceVersion: 0, ...storedMeta(names, document) };
  return { kind: 'ControllerRevision', meta, revision, template, ...stored, manifest: document };
}

/** Where several things are equal, upstream mostly takes the older first. */
function inOrderOfCreation({ objects, revisions }: ExistingState, clock: StateClock) {
  const created = ({ document }: { readonly document: JsonObject }) =>
    clock.timeAt(objectAt(document, 'metadata'), 'creationTimestamp') ?? 0;
  const sorted = <T extends ExistingObject | ExistingRevision>(list: readonly T[]): T[] => {
    const times = new Map(list.map((one) => [one, created(one)]));
    return [...list].sort((a, b) => times.get(a)! - times.get(b)!);
  };
  return { objects: sorted(objects), revisions: sorted(revisions) };
}

function namesOf(cluster: Cluster, clock: StateClock, all: readonly (ExistingObject | ExistingRevision)[]): StateNames {
  const uids = new Map<string, number>();
  const podUids = new PodUids();
  const podUidByName = new Map<string, number>();
  for (const one of all) {
    const uid = uidOf(one.document);
    if (!('manifest' in one) || one.manifest.kind !== 'Pod') uids.set(uid, cluster.allocateUid());
    else podUidByName.set(`${one.manifest.meta.namespace}/${one.manifest.meta.name}`, podUids.of(uid));
  }
  return { clock, uids, podUids, podUidByName };
}

/** Reads the objects of a scenario that begins in a state, and checks that the state can be. */
import { parseRfc3339 } from '../../api/dateTime.ts';
import { type DecodeContext, failAt, parseAt } from '../../api/decode/context.ts';
import { decodeManifest } from '../../api/decode/decode.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import type { JsonObject, Manifest, PodTemplateSpec, StatefulSetManifest } from '../../api/types.ts';
import { controllerOf, uidOf } from './documents.ts';
import type { ExistingObject, ExistingRevision, ExistingState } from './types.ts';

const REQUIRED_AFFINITY = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Whether a document is that of an object of a real cluster: one that a user wrote has no uid. */
export function isExisting(document: JsonObject): boolean {
  return uidOf(document) !== '';
}

/** Whether a document tells of a pod that has been on a node. */
export function isPodOfCluster(document: JsonObject): boolean {
  return document.kind === 'Pod' && isExisting(document) && stringAt(objectAt(document, 'status'), 'phase') !== '';
}

/** The existing objects of an input, in its order. */
export class ExistingObjects {
  private readonly objects: ExistingObject[] = [];
  private readonly revisions: ExistingRevision[] = [];
  private readonly contexts = new Map<ExistingObject, DecodeContext>();

  /** Takes an object in that has been decoded; those without a uid are none of the state. */
  add(manifest: Manifest, document: JsonObject, context: DecodeContext): void {
    if (!isExisting(document) || manifest.kind === 'Node') return;
    const object = { manifest, document };
    this.objects.push(object);
    if (manifest.kind === 'Pod') this.contexts.set(object, context);
  }

  addRevision(document: JsonObject, context: DecodeContext): void {
    this.revisions.push({ document, template: templateOf(document, context) });
  }

  /**
   * The state as a whole.
   *
   * @param nodes names of all nodes that the run begins with.
   * @throws InputError for a pod on a node that is not there.
   */
  state(atEpochMicros: number, nodes: ReadonlySet<string>): ExistingState {
    for (const [{ document }, context] of this.contexts) {
      const node = stringAt(objectAt(document, 'spec'), 'nodeName');
      if (node === '' || nodes.has(node)) continue;
      const hint = 'the input needs the Nodes that its pods are on';
      failAt(context, ['spec', 'nodeName'], `there is no node ${JSON.stringify(node)}`, hint);
    }
    return { atEpochMicros, objects: this.objects, revisions: this.revisions };
  }
}

/** @throws InputError for what is no time. */
export function readStateTime(context: DecodeContext, at: string): number {
  return parseAt(context, ['state', 'at'], () => parseRfc3339(at).epochMicros);
}

/** The document of an existing object as one that a user may write, for its spec to be read. */
export function asWritten(document: JsonObject): JsonObject {
  if (document.kind === 'Pod') return withoutPlace(document);
  if (document.kind !== 'Job') return document;
  // The API server made the selector; nobody else may name a Job's uid.
  return { ...document, spec: { ...objectAt(document, 'spec'), manualSelector: true } };
}

/**
 * The pod without what tells it from its siblings: which node it is on, and, of a DaemonSet's, which one it is for. Pods
 * of one template then have one spec.
 */
export function withoutPlace(document: JsonObject): JsonObject {
  const { nodeName: _, ...spec } = objectAt(document, 'spec');
  const isPinned = controllerOf(document)?.kind === 'DaemonSet';
  return { ...document, spec: isPinned ? unpinned(spec) : spec };
}

/** Whatever its template requires of nodes, the pod of a DaemonSet requires one by its name. */
function unpinned(spec: JsonObject): JsonObject {
  const { nodeAffinity, ...affinity } = objectAt(spec, 'affinity');
  const { [REQUIRED_AFFINITY]: required, ...preferred } = objectAt(
    { nodeAffinity: nodeAffinity ?? {} },
    'nodeAffinity',
  );
  if (required === undefined) return spec;
  const others = Object.keys(preferred).length === 0 ? affinity : { ...affinity, nodeAffinity: preferred };
  const { affinity: _, ...rest } = spec;
  return Object.keys(others).length === 0 ? rest : { ...rest, affinity: others };
}

/** `data` is a patch of its set: with no more of it than the template. */
function templateOf(document: JsonObject, context: DecodeContext): PodTemplateSpec {
  const template = objectAt(objectAt(objectAt(document, 'data'), 'spec'), 'template');
  const { $patch: _, ...given } = template;
  const labels = objectAt(objectAt(given, 'metadata'), 'labels');
  const claims = volumeMountsOf(given).map((name) => ({
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }));
  const set: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'revision' },
    spec: { selector: { matchLabels: labels }, serviceName: '', template: given, volumeClaimTemplates: claims },
  };
  const place: DecodeContext['place'] = (path, part) => context.place(['data', ...path], part);
  return (decodeManifest(set, { ...context, place, notSimulated: () => {} }) as StatefulSetManifest).spec.template;
}

/** Volumes that the template's containers mount and that only its set has: the claims that it makes. */
function volumeMountsOf(template: JsonObject): string[] {
  const spec = objectAt(template, 'spec');
  const own = new Set(objectsAt(spec, 'volumes').map((volume) => stringAt(volume, 'name')));
  const containers = [...objectsAt(spec, 'initContainers'), ...objectsAt(spec, 'containers')];
  const mounted = containers.flatMap((container) =>
    objectsAt(container, 'volumeMounts').map((mount) => stringAt(mount, 'name')),
  );
  return [...new Set(mounted)].filter((name) => !own.has(name));
}

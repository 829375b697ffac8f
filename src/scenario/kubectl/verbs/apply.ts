import { canonicalJson, cloneJson, isJsonObject } from '../../../api/canonical.ts';
import { threeWayMerge } from '../../../api/patch.ts';
import type { JsonObject, Manifest } from '../../../api/types.ts';
import { LAST_APPLIED_ANNOTATION } from '../../../cluster/objects.ts';
import { call, type Process } from '../../../cluster/process.ts';
import { type Edit, editObject } from '../edit.ts';
import { fileFlag } from '../flags.ts';
import { kinds } from '../kinds.ts';
import { appliedConfiguration, type GivenObject, givenObjects } from '../manifests.ts';
import { findObject, objectIn, printedName, type Target, tableOf } from '../objects.ts';
import { CommandFailure, type Session } from '../session.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';
import { postObject } from '../writes.ts';

/**
 * `kubectl apply -f -`: creates what is not there, and merges the rest three ways, between what was applied last (the
 * annotation), what is live and what is given.
 */
export const apply: Verb = {
  name: 'apply',
  flags: [fileFlag],
  parse(input) {
    if (input.args.length > 0) throw new UsageError(`Unexpected args: [${input.args.join(' ')}]`);
    const objects = givenObjects(input, 'apply');
    return (session) => applyObjects(session, objects);
  },
  foresee: (input) => ({ objects: givenObjects(input, 'apply').map(({ manifest }) => manifest) }),
};

/** Applies objects one after the other, one request each. */
export function* applyObjects(session: Session, objects: readonly GivenObject[]): Process<void> {
  for (const [index, given] of objects.entries()) {
    const { kind, meta } = given.manifest;
    // Each object is read before it is written; for the first, the command's own start includes that.
    if (index > 0) yield call(() => undefined);
    const target = findObject(session.cluster, kinds[kind], meta.namespace, meta.name);
    if (target === undefined) yield* createApplied(session, given);
    else yield* updateApplied(session, target, given);
  }
}

function* createApplied(session: Session, given: GivenObject): Process<void> {
  const { manifest } = given;
  const isDone = yield* session.request(() => postObject(session.cluster, remembering(given)));
  if (isDone) session.print(`${printedName({ kind: kinds[manifest.kind], name: manifest.meta.name })} created`);
}

function* updateApplied(session: Session, target: Target, given: GivenObject): Process<void> {
  if (target.kind.kind !== 'Pod' && !hasAnnotation(session, target)) {
    session.print(
      `Warning: resource ${target.kind.plural}/${target.name} is missing the ${LAST_APPLIED_ANNOTATION} annotation which is required by kubectl apply. The missing annotation will be patched automatically.`,
    );
  }
  const outcome = yield* editObject(session, target, mergeWith(session, target, given));
  if (outcome === 'failed') return;
  session.print(`${printedName(target)} ${outcome === 'changed' ? 'configured' : 'unchanged'}`);
}

/**
 * The manifest with the annotation. Pods go without: there may be very many, and nothing but their labels and
 * annotations can change, so that the manifest itself can stand for what was applied.
 */
function remembering(given: GivenObject): Manifest {
  const { manifest } = given;
  if (manifest.kind === 'Pod') return manifest;
  const text = annotationText(given);
  const annotations = { ...manifest.meta.annotations, [LAST_APPLIED_ANNOTATION]: text };
  return { ...manifest, meta: { ...manifest.meta, annotations } };
}

function annotationText(given: GivenObject): string {
  return `${canonicalJson(appliedConfiguration(given))}\n`;
}

function hasAnnotation(session: Session, target: Target): boolean {
  return lastAppliedText(session, target) !== undefined;
}

function lastAppliedText(session: Session, target: Target): string | undefined {
  if (target.kind.kind === 'Pod') return undefined;
  return tableOf(session.cluster, target.kind).get(target.key)?.meta.annotations[LAST_APPLIED_ANNOTATION];
}

function mergeWith(session: Session, target: Target, given: GivenObject): Edit {
  return (live) => {
    const next = appliedConfiguration(given);
    if (target.kind.kind !== 'Pod') {
      objectIn(objectIn(next, 'metadata'), 'annotations')[LAST_APPLIED_ANNOTATION] = annotationText(given);
    }
    const last = lastApplied(session, target);
    try {
      return withoutEmptyMaps(threeWayMerge(last, live, next));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CommandFailure(error.message);
    }
  };
}

function lastApplied(session: Session, target: Target): JsonObject {
  const text = lastAppliedText(session, target);
  if (text !== undefined) return parseObject(text);
  if (target.kind.kind !== 'Pod') return {};
  const named = session.cluster.namedPod(target.key);
  return withoutEmptyResources(cloneJson(named?.applied ?? named?.manifest ?? {}));
}

/** Every container has `resources` by default: that they were empty is nobody's wish, and admission may have filled them. */
function withoutEmptyResources(pod: JsonObject): JsonObject {
  const { spec } = pod;
  if (!isJsonObject(spec)) return pod;
  for (const container of [spec.containers, spec.initContainers].flat().filter(isJsonObject)) {
    if (isJsonObject(container.resources) && Object.keys(container.resources).length === 0) delete container.resources;
  }
  return pod;
}

/** A user may have written anything into the annotation. */
function parseObject(text: string): JsonObject {
  try {
    const value = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Documents of live objects have no empty annotations: one that only the merge added is no change. */
function withoutEmptyMaps(document: JsonObject): JsonObject {
  const metadata = objectIn(document, 'metadata');
  for (const field of ['labels', 'annotations']) {
    const map = metadata[field];
    if (isJsonObject(map) && Object.keys(map).length === 0) delete metadata[field];
  }
  return document;
}

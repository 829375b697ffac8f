import { cloneJson, isJsonObject } from '../../../api/canonical.ts';
import type { JsonObject, StringMap } from '../../../api/types.ts';
import {
  DEPRECATED_ROLLBACK_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  LAST_APPLIED_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  POD_TEMPLATE_HASH_LABEL,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  type ReplicaSet,
} from '../../../cluster/objects.ts';
import type { Process } from '../../../cluster/process.ts';
import { editObject } from '../edit.ts';
import { objectIn, printedName, setMap, type Target } from '../objects.ts';
import { parseRevision, parseRolloutTargets, revisionsOf, rolloutFlags } from '../rollout.ts';
import { CommandFailure, type Session } from '../session.ts';
import { resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';

/** Annotations that belong to the Deployment itself and stay what they are. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  LAST_APPLIED_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  DEPRECATED_ROLLBACK_ANNOTATION,
]);

/**
 * `kubectl rollout undo deployment/web [--to-revision=N]`: writes the template of an older ReplicaSet, and its
 * annotations, into the Deployment. Annotations that only the Deployment has are lost, as upstream.
 */
export const rolloutUndo: Verb = {
  name: 'rollout undo',
  flags: [...rolloutFlags, { name: 'to-revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout undo', args, flags);
    const revision = parseRevision(flags.text('to-revision')) ?? -1n;
    if (revision < 0n) throw new UsageError('--to-revision must be a revision number, or 0 for the last revision');
    return function* (session) {
      for (const target of resolveTargets(session, request)) yield* undo(session, target, revision);
    };
  },
};

function* undo(session: Session, target: Target, revision: bigint): Process<void> {
  const { cluster } = session;
  const live = cluster.deployments.get(target.key);
  const source = session.attempt(() => findRevision(session, target, revision));
  if (live === undefined || source === undefined) return;
  if (live.spec.paused) {
    const message =
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again";
    return session.fail(new CommandFailure(message));
  }
  if (source.spec.template.canonical === live.spec.template.canonical) {
    const reason = `current template already matches revision ${revision}`;
    return session.print(`${printedName(target)} skipped rollback (${reason})`);
  }
  const outcome = yield* editObject(session, target, (document) => restored(document, source));
  if (outcome !== 'failed') session.print(`${printedName(target)} rolled back`);
}

/** The wanted revision, or for 0 the one before the newest. */
function findRevision(session: Session, target: Target, wanted: bigint): ReplicaSet {
  const revisions = revisionsOf(session.cluster, target);
  if (wanted > 0n) {
    const found = revisions.find(({ revision }) => revision === wanted);
    if (found === undefined) throw new CommandFailure(`unable to find specified revision ${wanted} in history`);
    return found.replicaSet;
  }
  const newestFirst = revisions.sort((a, b) => (a.revision > b.revision ? -1 : a.revision < b.revision ? 1 : 0));
  const previous = newestFirst[1];
  if (previous === undefined) throw new CommandFailure(`no rollout history found for deployment "${target.name}"`);
  return previous.replicaSet;
}

function restored(document: JsonObject, source: ReplicaSet): JsonObject {
  const template = cloneJson(source.spec.template.manifest);
  const labels = objectIn(objectIn(template, 'metadata'), 'labels');
  delete labels[POD_TEMPLATE_HASH_LABEL];
  const metadata = objectIn(document, 'metadata');
  const before = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(before)) if (OWN_ANNOTATIONS.has(key)) annotations[key] = String(value);
  for (const [key, value] of Object.entries(source.meta.annotations as StringMap)) {
    if (!OWN_ANNOTATIONS.has(key)) annotations[key] = value;
  }
  setMap(metadata, 'annotations', annotations);
  objectIn(document, 'spec').template = template;
  return document;
}

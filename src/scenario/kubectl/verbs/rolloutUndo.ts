import { cloneJson, isJsonObject } from '../../../api/canonical.ts';
import type { JsonObject } from '../../../api/types.ts';
import {
  DEPRECATED_ROLLBACK_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  LAST_APPLIED_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
  POD_TEMPLATE_HASH_LABEL,
  REPLICAS_BEFORE_SCALE_ANNOTATION,
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
} from '../../../cluster/objects.ts';
import type { Process } from '../../../cluster/process.ts';
import { editObject } from '../edit.ts';
import { kinds } from '../kinds.ts';
import { objectIn, printedName, setMap, type Target, tableOf } from '../objects.ts';
import {
  notImplemented,
  parseRevision,
  parseRolloutTargets,
  type Revision,
  revisionsOf,
  rolloutFlags,
} from '../rollout.ts';
import { CommandFailure, type Session } from '../session.ts';
import type { RolledOut } from '../statusViewers.ts';
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
  REPLICAS_BEFORE_SCALE_ANNOTATION,
  DEPRECATED_ROLLBACK_ANNOTATION,
]);

/**
 * `kubectl rollout undo deployment/web [--to-revision=N]`: writes the template of an older ReplicaSet, and its
 * annotations, into the Deployment. Annotations that only the Deployment has are lost, as upstream. A StatefulSet or
 * DaemonSet gets the template of an older ControllerRevision and keeps its annotations.
 */
export const rolloutUndo: Verb = {
  name: 'rollout undo',
  flags: [...rolloutFlags, { name: 'to-revision' }],
  parse({ args, flags }) {
    const request = parseRolloutTargets('rollout undo', args, flags, notImplemented('rollbacker'));
    const revision = parseRevision(flags.text('to-revision')) ?? -1n;
    if (revision < 0n) throw new UsageError('--to-revision must be a revision number, or 0 for the last revision');
    return function* (session) {
      for (const target of resolveTargets(session, request)) yield* undo(session, target, revision);
    };
  },
};

function* undo(session: Session, target: Target, revision: bigint): Process<void> {
  const live = tableOf(session.cluster, target.kind).get(target.key) as RolledOut | undefined;
  const source = session.attempt(() => findRevision(session, target, revision));
  if (live === undefined || source === undefined) return;
  if (live.kind === 'Deployment' && live.spec.paused) {
    const message =
      "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again";
    return session.fail(new CommandFailure(message));
  }
  if (source.template.canonical === live.spec.template.canonical) {
    const reason = `current template already matches revision ${revision}`;
    return session.print(`${printedName(target)} skipped rollback (${reason})`);
  }
  const restore = target.kind === kinds.Deployment ? restoredDeployment : restored;
  const outcome = yield* editObject(session, target, (document) => restore(document, source));
  if (outcome !== 'failed') session.print(`${printedName(target)} rolled back`);
}

/** The wanted revision, or for 0 the one before the newest. */
function findRevision(session: Session, target: Target, wanted: bigint): Revision {
  const revisions = revisionsOf(session.cluster, target);
  const found = wanted > 0n ? revisions.find(({ revision }) => revision === wanted) : revisions.at(-2);
  if (found !== undefined) return found;
  if (wanted > 0n) throw new CommandFailure(`unable to find specified revision ${wanted} in history`);
  const isDeployment = target.kind === kinds.Deployment;
  throw new CommandFailure(
    isDeployment ? `no rollout history found for deployment "${target.name}"` : 'no last revision to roll back to',
  );
}

function restored(document: JsonObject, { template }: Revision): JsonObject {
  objectIn(document, 'spec').template = cloneJson(template.manifest);
  return document;
}

function restoredDeployment(document: JsonObject, source: Revision): JsonObject {
  const template = cloneJson(source.template.manifest);
  const labels = objectIn(objectIn(template, 'metadata'), 'labels');
  delete labels[POD_TEMPLATE_HASH_LABEL];
  const metadata = objectIn(document, 'metadata');
  const before = isJsonObject(metadata.annotations) ? metadata.annotations : {};
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(before)) if (OWN_ANNOTATIONS.has(key)) annotations[key] = String(value);
  for (const [key, value] of Object.entries(source.annotations)) {
    if (!OWN_ANNOTATIONS.has(key)) annotations[key] = value;
  }
  setMap(metadata, 'annotations', annotations);
  objectIn(document, 'spec').template = template;
  return document;
}

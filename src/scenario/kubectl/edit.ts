import { canonicalJson } from '../../api/canonical.ts';
import type { JsonObject } from '../../api/types.ts';
import type { Process } from '../../cluster/process.ts';
import { documentOf, exists, notFoundError, type Target } from './objects.ts';
import { CommandFailure, type Session } from './session.ts';
import { type WriteResult, writeDocument } from './writes.ts';

/**
 * Turns an object's document into the one that a command wants. It may change what it is given.
 *
 * @throws CommandFailure when the command does not apply to the object.
 */
export type Edit = (document: JsonObject) => JsonObject;

/** `failed`: the error has been noted. */
export type EditOutcome = 'changed' | 'unchanged' | 'failed';

/**
 * kubectl's way to change an object: it reads it, computes a patch, and sends it unless it is empty. The patch is applied
 * to the object as it is when the request arrives, so that there are no conflicts.
 */
export function* editObject(session: Session, target: Target, edit: Edit): Process<EditOutcome> {
  const { cluster } = session;
  if (!exists(cluster, target)) {
    yield* session.request(() => notFoundError(target));
    return 'failed';
  }
  const before = documentOf(cluster, target);
  const planned = session.attempt(() => edit(documentOf(cluster, target)));
  if (planned === undefined) return 'failed';
  if (canonicalJson(planned) === canonicalJson(before)) return 'unchanged';
  let isChanged = false;
  const isDone = yield* session.request(() => {
    if (!exists(cluster, target)) return notFoundError(target);
    const result = applyEdit(session, target, edit);
    isChanged = result.isChanged;
    return result.error;
  });
  if (!isDone) return 'failed';
  return isChanged ? 'changed' : 'unchanged';
}

/** What was possible when the object was read may no longer be. */
function applyEdit(session: Session, target: Target, edit: Edit): WriteResult {
  try {
    return writeDocument(session.cluster, target, edit(documentOf(session.cluster, target)));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { error: { reason: 'BadRequest', message: error.message }, isChanged: false };
  }
}

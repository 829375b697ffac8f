import {
  type ApiError,
  boundTo,
  call,
  type ObjectTable,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Process,
  type StoredTables,
  withSpec,
} from '../../cluster/index.ts';

/** An object as the API server answered a write, or why it refused it. */
export type Written<T> = { readonly error: ApiError } | { readonly error: undefined; readonly object: T };

/** A PUT, answered with the object as it is then. */
export function* put<T extends PersistentVolume | PersistentVolumeClaim>(
  table: ObjectTable<T>,
  object: T,
): Process<Written<T>> {
  const answer = { object };
  const { error } = yield call(() => {
    const refusal = table.update(object);
    answer.object = table.get(object.uid) ?? object;
    return refusal;
  });
  return error === undefined ? { error, object: answer.object } : { error };
}

/** Sets the phase of a volume, unless it has it. */
export function* setVolumePhase(
  { PersistentVolume: table }: StoredTables,
  volume: PersistentVolume,
  phase: PersistentVolume['status']['phase'],
): Process<ApiError | undefined> {
  if (volume.status.phase === phase) return undefined;
  return (yield* put(table, { ...volume, status: { phase } })).error;
}

/** Sets the phase of a claim, unless it has it. */
export function* setClaimPhase(
  { PersistentVolumeClaim: table }: StoredTables,
  claim: PersistentVolumeClaim,
  phase: PersistentVolumeClaim['status']['phase'],
): Process<ApiError | undefined> {
  if (claim.status.phase === phase) return undefined;
  return (yield* put(table, { ...claim, status: { phase } })).error;
}

/**
 * Makes a volume and a claim name each other, the volume first, so that no claim ever has a volume that another one has
 * too (upstream's `bind`). What is done already is left out.
 */
export function* bind(
  tables: StoredTables,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): Process<ApiError | undefined> {
  const named = yield* bindVolumeToClaim(tables, volume, claim);
  if (named.error !== undefined) return named.error;
  const phaseError = yield* setVolumePhase(tables, named.object, 'Bound');
  if (phaseError !== undefined) return phaseError;
  let bound = claim;
  if (claim.spec.volumeName !== volume.meta.name) {
    const written = yield* put(tables.PersistentVolumeClaim, withSpec(claim, { volumeName: volume.meta.name }));
    if (written.error !== undefined) return written.error;
    bound = written.object;
  }
  return yield* setClaimPhase(tables, bound, 'Bound');
}

function* bindVolumeToClaim(
  tables: StoredTables,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): Process<Written<PersistentVolume>> {
  const next = boundTo(volume, claim);
  return next === volume ? { error: undefined, object: volume } : yield* put(tables.PersistentVolume, next);
}

import { type ApiError, batch, type Process } from '../cluster/index.ts';

/** Batches start at this size and double (upstream's `SlowStartInitialBatchSize`). */
const SLOW_START_INITIAL_BATCH_SIZE = 1;

/**
 * Sends `count` requests in batches of 1, 2, 4 … and stops after a batch with a failure (upstream's `slowStartBatch`).
 *
 * @param commit what each request does when it arrives, by its number
 * @returns how many succeeded, and the first error
 */
export function* slowStartBatch(
  count: number,
  commit: (index: number) => ApiError | undefined,
): Process<{ readonly created: number; readonly error: ApiError | undefined }> {
  let sent = 0;
  for (let size = SLOW_START_INITIAL_BATCH_SIZE; sent < count; size *= 2) {
    const batchSize = Math.min(size, count - sent);
    const first = sent;
    const reply = yield batch(batchSize, (index) => commit(first + index));
    sent += batchSize;
    if (reply.error !== undefined) return { created: sent - reply.failed, error: reply.error };
  }
  return { created: sent, error: undefined };
}

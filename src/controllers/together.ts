import { type ApiError, batch, type Process, type ProcessReply, type ProcessWait } from '../cluster/index.ts';

interface Sender<R> {
  readonly index: number;
  readonly steps: Process<R>;
  readonly commit: () => ApiError | undefined;
}

/**
 * Runs processes side by side, as goroutines that a sync waits for, and returns their results in order. Each may only
 * send single requests. Those that are sent at a time go out together, and the next ones when all of them are answered.
 *
 * @throws Error when a process waits for anything but one request
 */
export function* together<R>(processes: readonly Process<R>[]): Process<R[]> {
  const results: R[] = new Array(processes.length);
  const advance = (index: number, steps: Process<R>, reply: ProcessReply): Sender<R>[] => {
    const next = steps.next(reply);
    if (!next.done) return [{ index, steps, commit: commitOf(next.value) }];
    results[index] = next.value;
    return [];
  };
  let senders = processes.flatMap((steps, index) => advance(index, steps, replyTo(undefined)));
  while (senders.length > 0) {
    const sent = senders;
    const errors: (ApiError | undefined)[] = new Array(sent.length);
    yield batch(sent.length, (i) => {
      errors[i] = sent[i]!.commit();
      return errors[i];
    });
    senders = sent.flatMap(({ index, steps }, i) => advance(index, steps, replyTo(errors[i])));
  }
  return results;
}

function commitOf(wait: ProcessWait): () => ApiError | undefined {
  if (wait.kind === 'call') return wait.commit;
  throw new Error(`processes that run together send single requests, not a ${wait.kind}`);
}

function replyTo(error: ApiError | undefined): ProcessReply {
  return { error, failed: error === undefined ? 0 : 1, timedOut: false };
}

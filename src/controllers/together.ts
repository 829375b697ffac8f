import { type ApiError, batch, type Process, type ProcessReply, type ProcessWait } from '../cluster/index.ts';

interface Running<R> {
  readonly index: number;
  readonly process: Process<R>;
  commit: () => ApiError | undefined;
}

/**
 * Runs processes side by side, as goroutines that a sync waits for, and returns their results in order. Each may only
 * send single requests. Those that are sent at a time go out together, and the next ones when all of them are answered.
 *
 * @throws Error when a process waits for anything but one request
 */
export function* together<R>(processes: readonly Process<R>[]): Process<R[]> {
  const results: R[] = new Array(processes.length);
  let running: Running<R>[] = [];
  const advance = (index: number, process: Process<R>, reply: ProcessReply): Running<R>[] => {
    const next = process.next(reply);
    if (!next.done) return [{ index, process, commit: commitOf(next.value) }];
    results[index] = next.value;
    return [];
  };
  running = processes.flatMap((process, index) => advance(index, process, replyTo(undefined)));
  while (running.length > 0) {
    const sent = running;
    const errors: (ApiError | undefined)[] = new Array(sent.length);
    yield batch(sent.length, (i) => {
      errors[i] = sent[i]!.commit();
      return errors[i];
    });
    running = sent.flatMap(({ index, process }, i) => advance(index, process, replyTo(errors[i])));
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

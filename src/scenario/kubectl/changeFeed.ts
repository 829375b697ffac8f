import type { Cluster } from '../../cluster/cluster.ts';
import type { Process } from '../../cluster/process.ts';
import type { Micros } from '../../kernel/time.ts';

/** Why a wait ended: something changed; the time was over; nothing can happen any more. */
export type WakeReason = 'change' | 'timeout' | 'quiet';

/**
 * kubectl's watch: lets one process at a time wait for the next change that the informers see, of whatever object. The
 * process then looks for itself whether it has what it waits for.
 */
export class ChangeFeed {
  private wake: (() => void) | undefined;
  private isWaiting = false;
  private isQuiet = false;

  constructor(cluster: Cluster) {
    const notify = () => this.resume();
    for (const table of Object.values(cluster.tables)) table.listen(notify);
    cluster.listenPods(notify);
  }

  /** @param wake resumes the process that runs now from its `wait`. */
  connect(wake: (() => void) | undefined): void {
    this.wake = wake;
    this.isWaiting = false;
  }

  /** Waits for the next change. */
  *next(timeoutMicros: Micros): Process<WakeReason> {
    this.isWaiting = true;
    this.isQuiet = false;
    const reply = yield { kind: 'wait', timeoutMicros };
    this.isWaiting = false;
    if (this.isQuiet) return 'quiet';
    return reply.timedOut ? 'timeout' : 'change';
  }

  /** Ends a wait because nothing can happen any more. False when no process waits. */
  giveUp(): boolean {
    if (!this.isWaiting) return false;
    this.isQuiet = true;
    this.resume();
    return true;
  }

  private resume(): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.wake?.();
  }
}

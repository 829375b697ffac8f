import type { HandlerId, Kernel } from '../kernel/kernel.ts';
import type { ApiClient } from './apiClient.ts';
import { EventSpamFilter } from './eventSpamFilter.ts';

/** Events that may wait to be sent; client-go's `maxQueuedEvents`. What comes then is dropped. */
const MAX_QUEUED = 1_000;

/**
 * Where a component's Events go, as client-go's `EventBroadcaster` sends them: past the spam filter, one after the other,
 * each when the one before is answered, and over the component's own client. So an Event takes a token from the same
 * limiter as creations and status updates, behind all that wait there when its turn comes.
 *
 * What an Event says is of no matter here: only how many there are.
 */
export class EventSink {
  private readonly kernel: Kernel;
  private readonly client: ApiClient;
  private readonly spamFilter = new EventSpamFilter();
  private readonly answered: HandlerId;
  /** Those that wait, and the one that is under way. */
  private queued = 0;

  constructor(kernel: Kernel, client: ApiClient) {
    this.kernel = kernel;
    this.client = client;
    this.answered = kernel.register(`${client.name}/events`, () => this.next());
  }

  /** @param uid what the Event is about: the spam filter counts by it */
  send(uid: number): void {
    if (this.queued > MAX_QUEUED || !this.spamFilter.admits(uid, this.kernel.nowMicros)) return;
    if (++this.queued === 1) this.client.send(this.answered, 0, 0);
  }

  private next(): void {
    if (--this.queued > 0) this.client.send(this.answered, 0, 0);
  }
}

import { type EventQueue, Kernel, RandomStreams } from '../src/kernel/index.ts';

/** Pending events of the sizes that have a budget. */
export const holdModelSizes = [1_000, 10_000, 100_000];

const MEAN_DELAY_MICROS = 10_000_000;

/**
 * The hold model (Jones, "An empirical comparison of priority-queue and event-set implementations", CACM 29(4), 1986):
 * every event schedules one more after an exponential delay, so the number of pending events stays the same.
 *
 * @param queue is cleared first; a reused queue shows steady state, a new one its growth
 * @param events to dispatch, the draw of the delay and the dispatch by the kernel included
 * @returns a hash over the times and sequence numbers in the order fired: the same for every correct queue
 */
export function holdModel(
  queue: EventQueue,
  pending: number,
  events: number,
  seed: number,
): { hash: string; events: number } {
  const kernel = new Kernel({ queue });
  const stream = new RandomStreams(seed).stream('hold');
  const delayMicros = () => Math.round(-Math.log(1 - stream.uniform()) * MEAN_DELAY_MICROS);
  let hash = 0;
  const hold = kernel.register('hold', () => {
    hash = (Math.imul(hash ^ kernel.nowMicros, 0x01000193) + kernel.currentSequence) | 0;
    kernel.schedule(delayMicros(), hold);
  });
  for (let event = 0; event < pending; event++) kernel.schedule(delayMicros(), hold);
  kernel.run({ maxEvents: events });
  return { hash: (hash >>> 0).toString(16).padStart(8, '0'), events: kernel.eventsDispatched };
}

import { type EventQueue, Kernel, RandomStreams } from '../src/kernel/index.ts';

/** Pending events of the sizes that have a budget. */
export const holdModelSizes = [1_000, 10_000, 100_000];

const MEAN_DELAY_MICROS = 10_000_000;

/** How far ahead events schedule: the classical exponential delay, or a mix as rollouts have it. */
export type DelayShape = 'exponential' | 'clustered';

/**
 * The hold model (Jones, "An empirical comparison of priority-queue and event-set implementations", CACM 29(4), 1986):
 * every event schedules one more after a random delay, so the number of pending events stays the same.
 *
 * @param queue is cleared first; a reused queue shows the steady state, a new one its growth too
 * @param events to dispatch, the draw of the delay and the dispatch by the kernel included
 * @returns a hash over the times and sequence numbers in the order fired: the same for every correct queue
 */
export function holdModel(
  queue: EventQueue,
  pending: number,
  events: number,
  seed: number,
  shape: DelayShape = 'exponential',
): { hash: string; events: number } {
  const kernel = new Kernel({ queue });
  const stream = new RandomStreams(seed).stream('hold');
  const delayMicros = shape === 'exponential' ? exponentialMicros : clusteredMicros;
  let hash = 0;
  const hold = kernel.register('hold', () => {
    hash = (Math.imul(hash ^ kernel.nowMicros, 0x01000193) + kernel.currentSequence) | 0;
    kernel.schedule(delayMicros(stream.uniform()), hold);
  });
  for (let event = 0; event < pending; event++) kernel.schedule(delayMicros(stream.uniform()), hold);
  kernel.run({ maxEvents: events });
  return { hash: (hash >>> 0).toString(16).padStart(8, '0'), events: kernel.eventsDispatched };
}

function exponentialMicros(uniform: number): number {
  return Math.round(-Math.log(1 - uniform) * MEAN_DELAY_MICROS);
}

/**
 * Shares guessed, not measured: work at the same instant, queues' and requests' milliseconds, timers of whole seconds
 * that start together and stay together, and a scattered tail.
 */
function clusteredMicros(uniform: number): number {
  if (uniform < 0.3) return 0;
  if (uniform < 0.45) return 5_000;
  if (uniform < 0.6) return Math.floor((uniform - 0.45) * 200_000);
  if (uniform < 0.8) return 1_000_000;
  if (uniform < 0.95) return 10_000_000;
  return Math.floor((uniform - 0.95) * 1_200_000_000);
}

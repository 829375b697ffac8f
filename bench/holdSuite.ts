import { BucketQueue, type EventQueue, HeapQueue } from '../src/kernel/index.ts';
import type { Bench, Suite } from './bench.ts';
import { type DelayShape, holdModel, holdModelSizes } from './holdModel.ts';
import { simpyName } from './peers/simpy.ts';

/** Events that a run dispatches: enough for every pending one, of the largest size, to fire ten times. */
export const HOLD_EVENTS = 1_000_000;
const SMALL_EVENTS = 5_000;
const SMALL_DIVISOR = 100;
const SEED = 1;

const QUEUES: Readonly<Record<string, () => EventQueue>> = {
  bucket: () => new BucketQueue(),
  heap: () => new HeapQueue(),
};
const SHAPES: readonly DelayShape[] = ['exponential', 'clustered'];

/** Of the queue that kernels use by default, with exponential delays, by pending events. */
const EVENTS_PER_SECOND_AT_LEAST: Readonly<Record<number, number>> = { 1000: 8e6, 10000: 6e6, 100000: 4e6 };
const TIMES_SIMPY_AT_LEAST = 15;

/** The kernel alone: how fast it draws a delay, schedules an event and dispatches it. */
export const holdSuite: Suite = {
  name: 'hold',
  benches: SHAPES.flatMap((shape) =>
    Object.keys(QUEUES).flatMap((queue) => holdModelSizes.map((pending) => holdBench(queue, shape, pending))),
  ),
  comparisons: holdModelSizes.map((pending) => ({
    fast: benchName('bucket', 'exponential', pending),
    slow: simpyName(pending),
    timesAtLeast: TIMES_SIMPY_AT_LEAST,
  })),
};

function benchName(queue: string, shape: DelayShape, pending: number): string {
  return `hold/${queue}/${shape}/${pending}`;
}

function holdBench(queueName: string, shape: DelayShape, pending: number): Bench {
  const perSecondAtLeast = EVENTS_PER_SECOND_AT_LEAST[pending];
  const hasBudget = queueName === 'bucket' && shape === 'exponential' && perSecondAtLeast !== undefined;
  return {
    name: benchName(queueName, shape, pending),
    unit: 'events',
    warmups: 3,
    iterations: 20,
    ...(hasBudget ? { budget: { perSecondAtLeast } } : {}),
    prepare: (size) => {
      // One queue for all runs, as in a sweep: what is measured is the steady state, not the growth of arrays.
      const queue = QUEUES[queueName]!();
      const [live, events] = size === 'large' ? [pending, HOLD_EVENTS] : [pending / SMALL_DIVISOR, SMALL_EVENTS];
      return () => {
        const { hash, events: amount } = holdModel(queue, live, events, SEED, shape);
        return { hash, amount };
      };
    },
  };
}

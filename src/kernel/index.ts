/**
 * The kernel: simulated time, the event queue and its dispatch loop, random streams and distributions, and the two
 * time-keeping devices that every component needs, the token bucket and the work queue.
 *
 * It knows no Kubernetes: events are numbers, handlers are functions, keys are indices. It imports nothing from the
 * other folders, reads no clock, and draws no random number that is not derived from the seed.
 */
export { BucketQueue } from './bucketQueue.ts';
export { type CauseEntry, CauseLog } from './causeLog.ts';
export { type Distribution, isRandom, NEVER, sampleMicros } from './distribution.ts';
export type { EventHandle, EventQueue } from './eventQueue.ts';
export { HeapQueue } from './heapQueue.ts';
export { type HandlerId, Kernel, type KernelOptions, type RunEnd, type RunLimits } from './kernel.ts';
export { type Latency, latencyOf } from './latency.ts';
export { hashString, type RandomStream, RandomStreams } from './randomStreams.ts';
export { MICROS_PER_MILLI, MICROS_PER_SECOND, type Micros } from './time.ts';
export { TokenBucket } from './tokenBucket.ts';
export { WorkQueue, type WorkQueueOptions } from './workQueue.ts';

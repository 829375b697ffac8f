import type { QueueSortPlugin } from '../framework.ts';
import type { QueuedPods } from '../queuedPods.ts';

/** Higher `spec.priority` first; among equals the one that has waited longer since it entered the queue or failed. */
export class PrioritySort implements QueueSortPlugin {
  readonly name = 'PrioritySort';

  less(queued: QueuedPods, a: number, b: number): boolean {
    const higher = queued.priority[a]! - queued.priority[b]!;
    if (higher !== 0) return higher > 0;
    const later = queued.timestamp[a]! - queued.timestamp[b]!;
    // Simulated pods often arrive within one microsecond, real ones never within one nanosecond.
    return later !== 0 ? later < 0 : queued.sequence[a]! < queued.sequence[b]!;
  }
}

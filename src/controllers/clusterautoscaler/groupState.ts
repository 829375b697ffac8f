import { NEVER } from '../../kernel/distribution.ts';
import { MICROS_PER_SECOND, type Micros } from '../../kernel/time.ts';
import type { NodeGroup } from './nodeGroup.ts';

/** Upstream's `initial-node-group-backoff-duration` and `max-node-group-backoff-duration`. */
const INITIAL_BACKOFF_MICROS = 300 * MICROS_PER_SECOND;
const MAX_BACKOFF_MICROS = 1800 * MICROS_PER_SECOND;

/** What the autoscaler remembers of a group. */
export class GroupState {
  readonly group: NodeGroup;
  /** Zones of the nodes that are there, by name. */
  readonly members = new Map<string, string>();
  /** Zones of the nodes that were asked for and are not there, by name. */
  readonly upcoming = new Map<string, string>();
  /** Names of members whose deletion is on its way. */
  readonly leaving = new Set<string>();
  /** By name of a member: since when it has been found empty. */
  readonly unneededSince = new Map<string, Micros>();
  /** Until when no more nodes are asked for, after one that did not come. */
  backoffUntilMicros: Micros = 0;
  private backoffMicros: Micros = 0;

  constructor(group: NodeGroup) {
    this.group = group;
  }

  /** Nodes that it has, or will have when all requests are done. */
  get targetSize(): number {
    return this.members.size + this.upcoming.size - this.leaving.size;
  }

  /** How many nodes may be added. */
  get room(): number {
    return Math.max(0, this.group.maxSize - this.targetSize);
  }

  /** How many nodes may be taken away. */
  get excess(): number {
    return Math.max(0, this.targetSize - this.group.minSize);
  }

  /** Nodes in the zone, those on their way included. */
  nodesIn(zone: string): number {
    let count = 0;
    for (const other of this.members.values()) if (other === zone) count++;
    for (const other of this.upcoming.values()) if (other === zone) count++;
    return count;
  }

  /** The one of `zones` with the fewest nodes; the first one of several. */
  emptiestOf(zones: readonly string[]): string {
    return zones.reduce((best, zone) => (this.nodesIn(zone) < this.nodesIn(best) ? zone : best));
  }

  /** A node did not come in time. */
  backOff(nowMicros: Micros): void {
    const next = this.backoffMicros === 0 ? INITIAL_BACKOFF_MICROS : this.backoffMicros * 2;
    this.backoffMicros = Math.min(next, MAX_BACKOFF_MICROS);
    this.backoffUntilMicros = nowMicros + this.backoffMicros;
  }

  /** When the first of the unneeded nodes has been so for long enough; NEVER when none may go. */
  nextRemovalMicros(unneededMicros: Micros): Micros {
    if (this.excess === 0 || this.unneededSince.size === 0) return NEVER;
    return Math.min(...this.unneededSince.values()) + unneededMicros;
  }
}

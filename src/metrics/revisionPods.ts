import { AvailabilityClock } from '../cluster/availability.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { isActiveAndReady, POD_BOUND, POD_TERMINATING } from '../cluster/podTable.ts';
import type { Micros } from '../kernel/time.ts';
import { isPresent } from './podPresence.ts';
import { POD_STATES, type PodState, type TimelineRevision } from './timelineResult.ts';

/** States that a pod's bits tell; which ready pods are available, the time does. */
type CountedState = Exclude<PodState, 'available'>;

/** What the pods of a revision are made from. */
export interface RevisionTemplate {
  /** Text that tells templates apart. */
  readonly canonical: string;
  /** Of all containers, each once. */
  readonly images: readonly string[];
}

/** Counts the pods of one revision by state, and writes the counts down where it is told to. */
export class RevisionPods {
  /** `canonical` of its template. */
  template: string;
  private readonly cluster: Cluster;
  private readonly images: readonly string[];
  /** `ready`: available ones too. */
  private readonly counts: Record<CountedState, number> = { ready: 0, starting: 0, pending: 0, terminating: 0 };
  private readonly readyPods = new Set<number>();
  private clock: AvailabilityClock;
  private readonly columns: Record<PodState, number[]>;

  /** @param points change points that were before it: it had no pods then */
  constructor(cluster: Cluster, template: RevisionTemplate, minReadySeconds: number, points: number) {
    this.cluster = cluster;
    this.template = template.canonical;
    this.images = template.images;
    this.clock = new AvailabilityClock(minReadySeconds);
    const column = (): number[] => new Array<number>(points).fill(0);
    this.columns = {
      available: column(),
      ready: column(),
      starting: column(),
      pending: column(),
      terminating: column(),
    };
  }

  /** When the next ready pod becomes available by the mere passing of time. */
  nextChangeMicros(): Micros {
    return this.clock.nextChangeMicros();
  }

  /** A pod went from one state to another; 0 stands for "not of this revision". */
  change(pod: number, before: number, after: number): void {
    const from = stateOf(before);
    const to = stateOf(after);
    if (from === to) return;
    if (from !== undefined) this.counts[from]--;
    if (to !== undefined) this.counts[to]++;
    if (from === 'ready') {
      this.readyPods.delete(pod);
      this.clock.remove(pod);
    } else if (to === 'ready') {
      this.readyPods.add(pod);
      this.clock.add(pod, this.cluster.pods.readyMicros[pod]!);
    }
  }

  setMinReadySeconds(minReadySeconds: number): void {
    const { readyMicros } = this.cluster.pods;
    const ready = [...this.readyPods].map((pod) => [pod, readyMicros[pod]!] as const);
    this.clock = AvailabilityClock.of(ready, minReadySeconds);
  }

  /** Writes down the counts at a moment, as the `point`-th of all. */
  record(point: number, nowMicros: Micros): void {
    const { columns, counts } = this;
    const available = this.clock.available(nowMicros);
    columns.available[point] = available;
    columns.ready[point] = counts.ready - available;
    columns.starting[point] = counts.starting;
    columns.pending[point] = counts.pending;
    columns.terminating[point] = counts.terminating;
  }

  /** Whether all counts are the same at two points. */
  isAlike(a: number, b: number): boolean {
    return POD_STATES.every((state) => this.columns[state][a] === this.columns[state][b]);
  }

  /** Takes the last point back. */
  drop(): void {
    for (const state of POD_STATES) this.columns[state].pop();
  }

  finish(name: string): TimelineRevision {
    return { name, images: this.images, ...this.columns };
  }
}

function stateOf(state: number): CountedState | undefined {
  if (!isPresent(state)) return undefined;
  if ((state & POD_TERMINATING) !== 0) return 'terminating';
  if (isActiveAndReady(state)) return 'ready';
  return (state & POD_BOUND) === 0 ? 'pending' : 'starting';
}

import type { NodeTable } from '../cluster/nodeTable.ts';
import type { Cache } from './cache.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { CycleState, FilterPlugin, Status } from './framework.ts';
import { BLOCK_SIZE } from './nodeOrder.ts';
import type { Nominator } from './nominator.ts';
import type { Profile } from './profile.ts';

export interface FilteringOptions {
  readonly profile: Profile;
  readonly nodes: NodeTable;
  readonly cache: Cache;
  readonly nominator: Nominator;
}

/** Runs the PreFilter and Filter plugins of a profile for one pod after the other. */
export class Filtering {
  /** The rejecting filter's code, after a call that named one. */
  code = 0;
  /** Places in `profile.filters` of those that have something to do for this pod. */
  readonly active: number[] = [];
  /** The first of them, up to one that looks at more than the node's row. */
  readonly byRow: number[] = [];
  /** Those after `byRow`. */
  readonly others: number[] = [];
  /** Of the filters with a `rowEpoch`, in their order: that for this pod; 0: it is skipped, -1: it is among `others`. */
  readonly epochs: number[] = [];
  /** What `runNodes` found, by place in its list of nodes; of at most BLOCK_SIZE nodes. */
  readonly rejecting = new Int8Array(BLOCK_SIZE);
  readonly codes = new Int32Array(BLOCK_SIZE);
  private readonly left = new Int32Array(BLOCK_SIZE);
  private readonly leftNodes = new Int32Array(BLOCK_SIZE);
  private readonly leftCodes = new Int32Array(BLOCK_SIZE);
  private readonly profile: Profile;
  private readonly filters: readonly FilterPlugin[];
  private readonly nodes: NodeTable;
  private readonly cache: Cache;
  private readonly nominator: Nominator;
  /** Where the PreFilters stand in `profile.filters`, -1 for those that don't filter. */
  private readonly filterOfPreFilter: readonly number[];
  /** Places of the filters with a `rowEpoch`. */
  private readonly withEpoch: readonly number[];
  /** Bits of the filters that skip this pod, by their places; and of those that skipped the last one. */
  private skipped = 0;
  private sortedOut = -1;
  /** Bits of the filters with a `rowEpoch` that look further than the row, the same way. */
  private farSighted = 0;
  private farSightedSortedOut = 0;

  constructor({ profile, nodes, cache, nominator }: FilteringOptions) {
    const { filters, preFilters } = profile;
    this.profile = profile;
    this.filters = filters;
    this.nodes = nodes;
    this.cache = cache;
    this.nominator = nominator;
    this.withEpoch = [...filters.keys()].filter((place) => filters[place]!.rowEpoch !== undefined);
    this.filterOfPreFilter = preFilters.map((plugin) => filters.findIndex((filter) => filter.name === plugin.name));
  }

  /**
   * Runs the PreFilters and notes which filters have something to do. A rejection of the pod is told to the diagnosis.
   *
   * @returns names of the nodes that all of them leave, undefined for all nodes
   */
  preFilter(state: CycleState, diagnosis: Diagnosis): ReadonlySet<string> | undefined {
    const { preFilters } = this.profile;
    let nodeNames: ReadonlySet<string> | undefined;
    this.skipped = 0;
    for (let i = 0; i < preFilters.length; i++) {
      const plugin = preFilters[i]!;
      const status = plugin.preFilter(state);
      if (status.code === 'Success' && status.nodeNames === undefined) continue;
      if (status.code === 'Skip') this.skip(this.filterOfPreFilter[i]!);
      else if (status.code !== 'Success') {
        diagnosis.rejectAll(status, this.profile.bitOf(plugin));
        return undefined;
      } else {
        nodeNames = narrowed(nodeNames, status);
        diagnosis.leaveOutNodes(plugin.name, this.profile.bitOf(plugin));
      }
    }
    this.askEpochs(state);
    this.sortOut();
    this.noteOthers();
    return nodeNames;
  }

  /** @param filter place in `profile.filters`, -1 for a plugin that has no Filter to leave out */
  private skip(filter: number): void {
    if (filter !== -1) this.skipped |= 1 << filter;
  }

  private askEpochs(state: CycleState): void {
    const { withEpoch, epochs, filters } = this;
    this.farSighted = 0;
    for (let i = 0; i < withEpoch.length; i++) {
      const place = withEpoch[i]!;
      const isSkipped = (this.skipped & (1 << place)) !== 0;
      epochs[i] = isSkipped ? 0 : filters[place]!.rowEpoch!(state);
      if (epochs[i] === -1) this.farSighted |= 1 << place;
    }
  }

  private sortOut(): void {
    const { active, byRow, others, filters } = this;
    if (this.skipped === this.sortedOut && this.farSighted === this.farSightedSortedOut) return;
    this.sortedOut = this.skipped;
    this.farSightedSortedOut = this.farSighted;
    active.length = 0;
    byRow.length = 0;
    others.length = 0;
    for (let place = 0; place < filters.length; place++) {
      if ((this.skipped & (1 << place)) !== 0) continue;
      active.push(place);
      if (others.length === 0 && this.looksAtRowAlone(place)) byRow.push(place);
      else others.push(place);
    }
  }

  /** A filter behind one that looks further does not say anything by row. */
  private noteOthers(): void {
    const { withEpoch, epochs, others } = this;
    if (others.length === 0) return;
    for (let i = 0; i < withEpoch.length; i++) if (others.includes(withEpoch[i]!)) epochs[i] = -1;
  }

  private looksAtRowAlone(place: number): boolean {
    const { filtersByRowAlone, rowEpoch } = this.filters[place]!;
    if (rowEpoch === undefined) return filtersByRowAlone === true;
    return (this.farSighted & (1 << place)) === 0;
  }

  /**
   * Upstream's RunFilterPluginsWithNominatedPods, for the filters at `places`: where pods of the same or a higher priority
   * hope for the node, the pod has to fit both with them and without.
   *
   * @returns place of the filter that rejects the node, -1 for none
   */
  run(state: CycleState, row: number, places: readonly number[]): number {
    if (this.nominator.count > 0) {
      const rejecting = this.runWithNominated(state, row, places);
      if (rejecting !== -1) return rejecting;
    }
    return this.runPlain(state, row, places);
  }

  /** The same as if no pod were nominated. */
  runPlain(state: CycleState, row: number, places: readonly number[]): number {
    const { filters } = this;
    for (let i = 0; i < places.length; i++) {
      const place = places[i]!;
      const code = filters[place]!.filter(state, row);
      if (code === 0) continue;
      this.code = code;
      return place;
    }
    return -1;
  }

  /** Reasons behind a code of the filter at this place, in upstream's words. */
  reasonsOf(place: number, code: number): readonly string[] {
    return this.filters[place]!.reasonsOf(code);
  }

  /**
   * `run` for the first `count` of `nodes`, BLOCK_SIZE at most, and the filters at `places`, with what is found in `rejecting` and `codes`:
   * by node, the place of the rejecting filter, or -1, and its code.
   */
  runNodes(state: CycleState, nodes: Int32Array, count: number, places: readonly number[]): void {
    const { rejecting, codes } = this;
    if (this.nominator.count === 0) {
      this.runFirst(state, places[0]!, nodes, count);
      for (let k = 1; k < places.length; k++) this.runNext(state, places[k]!, nodes, count);
      return;
    }
    for (let i = 0; i < count; i++) {
      rejecting[i] = this.run(state, nodes[i]!, places);
      codes[i] = this.code;
    }
  }

  private runFirst(state: CycleState, place: number, nodes: Int32Array, count: number): void {
    const { rejecting, codes } = this;
    const filter = this.filters[place]!;
    if (filter.filterNodes !== undefined) filter.filterNodes(state, nodes, codes, count);
    else for (let i = 0; i < count; i++) codes[i] = filter.filter(state, nodes[i]!);
    for (let i = 0; i < count; i++) rejecting[i] = codes[i] === 0 ? -1 : place;
  }

  /** A further filter, for the nodes that no filter has rejected yet. */
  private runNext(state: CycleState, place: number, nodes: Int32Array, count: number): void {
    const { rejecting, codes, left, leftNodes, leftCodes } = this;
    const filter = this.filters[place]!;
    let remaining = 0;
    for (let i = 0; i < count; i++) {
      if (rejecting[i] !== -1) continue;
      left[remaining] = i;
      leftNodes[remaining++] = nodes[i]!;
    }
    if (filter.filterNodes !== undefined) filter.filterNodes(state, leftNodes, leftCodes, remaining);
    else for (let i = 0; i < remaining; i++) leftCodes[i] = filter.filter(state, leftNodes[i]!);
    for (let i = 0; i < remaining; i++) {
      if (leftCodes[i] === 0) continue;
      rejecting[left[i]!] = place;
      codes[left[i]!] = leftCodes[i]!;
    }
  }

  private runWithNominated(state: CycleState, row: number, places: readonly number[]): number {
    const { nominator, cache } = this;
    if (!nominator.countsAgainst(state.pod, state.priority, row)) return -1;
    const version = this.nodes.version[row]!;
    const pods = nominator.podsOn(row);
    for (const pod of pods) if (nominator.counts(pod, state.pod, state.priority)) cache.tryOn(pod, row);
    const rejecting = this.runPlain(state, row, places);
    for (const pod of pods) if (nominator.counts(pod, state.pod, state.priority)) cache.tryOff(pod, row);
    this.nodes.version[row] = version;
    return rejecting;
  }
}

function narrowed(known: ReadonlySet<string> | undefined, { nodeNames }: Status): ReadonlySet<string> | undefined {
  if (known === undefined || nodeNames === undefined) return known ?? nodeNames;
  return new Set([...known].filter((name) => nodeNames.has(name)));
}

import type { CompiledSelector } from '../../api/labelIndex.ts';
import { type LabelSelector, labelsMatch, makeSelector, selectorRequirements } from '../../api/labelSelector.ts';
import { SelectorSet } from '../../api/selectorSet.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { CompiledTemplate } from '../../cluster/templateTable.ts';
import type { PodInfo } from '../framework.ts';
import { NodeColumns } from './nodeColumns.ts';
import { PodCounter } from './podCounter.ts';
import { PodGroups } from './podGroups.ts';
import { type NodeEligibility, TopologyDomains } from './topologyDomains.ts';

/** Namespaces by name or by label. */
export interface NamespaceSelection {
  /** The namespace has to be one of these, or one that `namespaceSelector` selects. */
  readonly namespaces: readonly string[];
  /** By the namespaces' labels; undefined: selects none, one without requirements selects all. */
  readonly namespaceSelector?: LabelSelector | undefined;
}

/** Which pods a counter counts. */
export interface PodSelection extends NamespaceSelection {
  /** All of them must match the pod's labels; an empty list selects every pod. */
  readonly selectors: readonly LabelSelector[];
  /** The pod's namespace has to be among each of these as well. */
  readonly alsoIn?: readonly NamespaceSelection[];
  /** Whether pods that terminate count until they are gone. */
  readonly countsTerminating: boolean;
}

/**
 * Which counters count the pods that are made from a template in a namespace and have these labels, by their id; one that
 * is named twice counts each pod twice.
 */
export type OwnerSource = (template: CompiledTemplate, namespace: string, labelSet: number) => readonly PodCounter[];

/** A counter of selected pods. */
class SelectionCounter extends PodCounter {
  readonly selection: PodSelection;
  readonly selector: CompiledSelector;

  constructor(columns: NodeColumns, selection: PodSelection, selector: CompiledSelector) {
    super(columns);
    this.selection = selection;
    this.selector = selector;
  }
}

/** What the index needs of the scheduler. */
export interface TopologyIndexOptions {
  /** How a counted pod was counted. Without it the index groups pods from the start. */
  readonly infoOf?: (pod: number) => PodInfo;
}

/** See index.ts. */
export class TopologyIndex {
  /** Another number whenever a namespace has got other labels. */
  namespaceVersion = 0;
  private readonly cluster: Cluster;
  private readonly infoOf: ((pod: number) => PodInfo) | undefined;
  private readonly columns = new NodeColumns();
  private readonly counters: PodCounter[] = [];
  private readonly selections = new Map<string, SelectionCounter>();
  /** Those with a list of namespaces and no selector, under each of these namespaces. */
  private readonly selectionsByNamespace = new Map<string, SelectorSet<SelectionCounter>>();
  /** Those with a selector of namespaces. */
  private readonly otherSelections = new SelectorSet<SelectionCounter>();
  private readonly domainsByKey = new Map<string, TopologyDomains>();
  /** In an order in which the domains of all nodes come before those of some. */
  private readonly allDomains: TopologyDomains[] = [];
  private readonly owners: OwnerSource[] = [];
  private readonly groups = new PodGroups();
  /** By group. */
  private readonly countersOf: PodCounter[][] = [];
  private readonly namespaces: string[] = [];
  private readonly namespaceIds = new Map<string, number>();
  /** By node row: pods that count there. */
  private podsOn = new Int32Array(0);
  /** By pod row: the node on which it counts; only until pods are grouped. */
  private ungrouped = new Int32Array(0);
  private isGrouping: boolean;

  constructor(cluster: Cluster, options: TopologyIndexOptions = {}) {
    this.cluster = cluster;
    this.infoOf = options.infoOf;
    this.isGrouping = options.infoOf === undefined;
    cluster.listenNamespaces((namespace) => this.namespaceChanged(namespace));
  }

  // ---- what is asked for ----

  /** The counter of these pods, counting from now on and those that are there already; the same object for the same pods. */
  counter(selection: PodSelection): PodCounter {
    this.startGrouping();
    const selector = conjunction(selection.selectors);
    const key = keyOf(selection, selector);
    let counter = this.selections.get(key);
    if (counter === undefined) {
      counter = new SelectionCounter(this.columns, selection, this.cluster.labels.compile(selector));
      this.selections.set(key, counter);
      this.counters.push(counter);
      this.file(counter);
      this.countPresent(counter);
    }
    return counter;
  }

  /** A counter that counts the pods for which a source of owners names it. */
  ownerCounter(): PodCounter {
    this.startGrouping();
    const counter = new PodCounter(this.columns);
    this.counters.push(counter);
    return counter;
  }

  /** Has the pods that are there and that will come counted by the source's counters. It is asked once for a kind of pod. */
  addOwners(source: OwnerSource): void {
    this.startGrouping();
    this.owners.push(source);
    for (let group = 0; group < this.groups.count; group++) {
      for (const counter of this.ask(source, group)) this.attach(counter, group);
    }
  }

  /** The domains of a node label, of all nodes or of the eligible ones; the same object every time. */
  domains(key: string, eligibility?: NodeEligibility): TopologyDomains {
    const all = this.domainsFor(key, () => new TopologyDomains(this.cluster.nodes, key));
    if (eligibility === undefined) return all;
    const create = () => new TopologyDomains(this.cluster.nodes, key, all, eligibility);
    return this.domainsFor(`${key}\n${eligibility.key}`, create);
  }

  private domainsFor(key: string, create: () => TopologyDomains): TopologyDomains {
    let domains = this.domainsByKey.get(key);
    if (domains === undefined) {
      domains = create();
      this.domainsByKey.set(key, domains);
      this.allDomains.push(domains);
    }
    return domains;
  }

  // ---- what happens: called before any plugin hears of it ----

  /** The node was added, changed or removed. */
  nodeChanged(node: number): void {
    this.ensureNode(node);
    const hasPods = this.podsOn[node]! > 0;
    for (const domains of this.allDomains) domains.nodeChanged(node, hasPods);
  }

  podAdded(info: PodInfo, node: number): void {
    if (!this.isGrouping) {
      if (info.pod >= this.ungrouped.length) this.widenUngrouped(info.pod);
      this.ungrouped[info.pod] = node;
      return;
    }
    const group = this.groupOf(info);
    this.groups.link(info.pod, group, node);
    if (node >= this.podsOn.length) this.ensureNode(node);
    this.podsOn[node]!++;
    const counters = this.countersOf[group]!;
    for (let i = 0; i < counters.length; i++) counters[i]!.change(node, 1);
  }

  podRemoved(info: PodInfo, node: number): void {
    const { pod } = info;
    if (!this.isGrouping) {
      this.ungrouped[pod] = -1;
      return;
    }
    const counters = this.countersOf[this.groups.groupOf[pod]!]!;
    this.groups.unlink(pod);
    this.podsOn[node]!--;
    for (let i = 0; i < counters.length; i++) counters[i]!.change(node, -1);
  }

  private namespaceChanged(namespace: string): void {
    this.namespaceVersion++;
    const id = this.namespaceIds.get(namespace);
    if (id === undefined) return;
    for (let group = 0; group < this.groups.count; group++) {
      if (this.groups.namespace[group] === id) this.reconsider(group);
    }
  }

  // ---- groups ----

  private startGrouping(): void {
    if (this.isGrouping) return;
    this.isGrouping = true;
    const { ungrouped } = this;
    for (let pod = 0; pod < ungrouped.length; pod++) {
      if (ungrouped[pod] !== -1) this.podAdded(this.infoOf!(pod), ungrouped[pod]!);
    }
    this.ungrouped = new Int32Array(0);
  }

  private groupOf({ template, labelSet, namespace, isTerminating }: PodInfo): number {
    const namespaceId = this.namespaceId(namespace);
    const terminating = isTerminating ? 1 : 0;
    const known = this.groups.find(template.id, labelSet, namespaceId, terminating);
    if (known !== -1) return known;
    const group = this.groups.add(template.id, labelSet, namespaceId, terminating);
    this.countersOf.push(this.selectionsOf(group));
    for (const source of this.owners)
      for (const counter of this.ask(source, group)) this.countersOf[group]!.push(counter);
    return group;
  }

  private selectionsOf(group: number): PodCounter[] {
    const { labels } = this.cluster;
    const labelSet = this.groups.labelSet[group]!;
    const named = this.selectionsByNamespace.get(this.namespaces[this.groups.namespace[group]!]!);
    const matching = [
      ...(named === undefined ? [] : labels.selectorsMatching(labelSet, named)),
      ...labels.selectorsMatching(labelSet, this.otherSelections),
    ];
    return matching.filter((counter) => this.selects(counter.selection, group));
  }

  /** Whether a group whose labels match is selected. */
  private selects(selection: PodSelection, group: number): boolean {
    if (this.groups.terminating[group] === 1 && !selection.countsTerminating) return false;
    const namespace = this.namespaces[this.groups.namespace[group]!]!;
    if (!this.includes(selection, namespace)) return false;
    return selection.alsoIn?.every((other) => this.includes(other, namespace)) ?? true;
  }

  /** Whether the namespace is one of these. */
  includes({ namespaces, namespaceSelector }: NamespaceSelection, namespace: string): boolean {
    if (namespaces.includes(namespace)) return true;
    return namespaceSelector !== undefined && labelsMatch(namespaceSelector, this.cluster.namespaceLabels(namespace));
  }

  private ask(source: OwnerSource, group: number): readonly PodCounter[] {
    const template = this.cluster.templates.get(this.groups.template[group]!);
    return source(template, this.namespaces[this.groups.namespace[group]!]!, this.groups.labelSet[group]!);
  }

  private file(counter: SelectionCounter): void {
    const { namespaces, namespaceSelector } = counter.selection;
    if (namespaceSelector !== undefined) {
      this.otherSelections.add(counter.selector, counter);
      return;
    }
    for (const namespace of namespaces) {
      let filed = this.selectionsByNamespace.get(namespace);
      if (filed === undefined) {
        filed = new SelectorSet();
        this.selectionsByNamespace.set(namespace, filed);
      }
      filed.add(counter.selector, counter);
    }
  }

  /** Goes through the label sets that match and not through the pods. */
  private countPresent(counter: SelectionCounter): void {
    const words = (this.cluster.labels.size + 31) >>> 5;
    for (let word = 0; word < words; word++) {
      for (let bits = counter.selector.matchingWord(word); bits !== 0; bits &= bits - 1) {
        const labelSet = (word << 5) + (31 - Math.clz32(bits & -bits));
        let group = this.groups.firstWithLabels(labelSet);
        for (; group !== -1; group = this.groups.nextWithLabels(group)) {
          if (this.selects(counter.selection, group)) this.attach(counter, group);
        }
      }
    }
  }

  /** Has a counter count the group's pods, those that are there first. */
  private attach(counter: PodCounter, group: number): void {
    this.countersOf[group]!.push(counter);
    this.changeAll(counter, group, 1);
  }

  private changeAll(counter: PodCounter, group: number, delta: 1 | -1): void {
    const { nextPod, nodeOf } = this.groups;
    for (let pod = this.groups.firstPod[group]!; pod !== -1; pod = nextPod[pod]!) counter.change(nodeOf[pod]!, delta);
  }

  private reconsider(group: number): void {
    const known = this.countersOf[group]!;
    const owned = known.filter((counter) => !(counter instanceof SelectionCounter));
    const selected = this.selectionsOf(group);
    for (const counter of known) {
      if (counter instanceof SelectionCounter && !selected.includes(counter)) this.changeAll(counter, group, -1);
    }
    for (const counter of selected) if (!known.includes(counter)) this.changeAll(counter, group, 1);
    this.countersOf[group] = [...selected, ...owned];
  }

  private namespaceId(namespace: string): number {
    let id = this.namespaceIds.get(namespace);
    if (id === undefined) {
      id = this.namespaces.push(namespace) - 1;
      this.namespaceIds.set(namespace, id);
    }
    return id;
  }

  // ---- columns ----

  private ensureNode(node: number): void {
    if (node >= this.podsOn.length) {
      const wider = new Int32Array(Math.max(node + 1, 64, this.podsOn.length * 2));
      wider.set(this.podsOn);
      this.podsOn = wider;
    }
    if (this.columns.ensure(node)) for (const counter of this.counters) counter.widen();
  }

  private widenUngrouped(pod: number): void {
    const wider = new Int32Array(Math.max(pod + 1, 256, this.ungrouped.length * 2)).fill(-1);
    wider.set(this.ungrouped);
    this.ungrouped = wider;
  }
}

/** One selector for what several select together; of none, the one that selects everything. */
export function conjunction(selectors: readonly LabelSelector[]): LabelSelector {
  return selectors.length === 1 ? selectors[0]! : makeSelector({}, selectors.flatMap(selectorRequirements));
}

function keyOf(selection: PodSelection, { canonical }: LabelSelector): string {
  const { alsoIn = [], countsTerminating } = selection;
  const places = [selection, ...alsoIn].map(({ namespaces, namespaceSelector }) => [
    [...new Set(namespaces)].sort(),
    namespaceSelector?.canonical ?? null,
  ]);
  return JSON.stringify([canonical, places, countsTerminating]);
}

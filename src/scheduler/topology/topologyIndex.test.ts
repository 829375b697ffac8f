import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { makeSelector } from '../../api/labelSelector.ts';
import { type LabelSelector, labelsMatch } from '../../api/selector.ts';
import type { StringMap } from '../../api/types.ts';
import type { Node } from '../../cluster/objects.ts';
import type { PodInfo } from '../framework.ts';
import { TestCluster } from '../testing.ts';
import { type DomainCounts, type PodCounter, type PodSelection, type TopologyDomains, TopologyIndex } from './index.ts';

const NODES = 5;
const KEYS = ['zone', 'rack'];
const NAMESPACES = ['blue', 'green'];
const ALL = makeSelector({});
const SELECTORS: readonly LabelSelector[] = [
  ALL,
  makeSelector({ app: 'a' }),
  makeSelector({ app: 'a', tier: 'x' }),
  makeSelector({}, [{ key: 'tier', operator: 'NotIn', values: ['x'] }]),
  makeSelector({ app: 'nobody' }),
];
const LABELS: readonly StringMap[] = [{}, { app: 'a' }, { app: 'a', tier: 'x' }, { app: 'b', tier: 'y' }];
const NAMESPACE_SELECTORS = [undefined, ALL, makeSelector({ team: 'x' })];

interface Step {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

interface CountedPod {
  readonly info: PodInfo;
  readonly node: number;
}

/** A cluster of which the index hears, and everything again as plain lists. */
class Bed {
  readonly bed = new TestCluster();
  readonly nodes: (Node | undefined)[] = Array.from({ length: NODES }, () => undefined);
  readonly pods = new Map<number, CountedPod>();
  readonly asked: { counter: PodCounter; counts(pod: PodInfo): number }[] = [];
  readonly domains: { domains: TopologyDomains; key: string; isEligible(node: Node): boolean }[] = [];
  readonly counts: { counts: DomainCounts; counter: number; domains: number }[] = [];
  readonly index: TopologyIndex;
  readonly templates = LABELS.map((_labels, i) => this.bed.template({ requests: { cpu: `${i + 1}` } }));

  constructor(isLazy: boolean) {
    const infoOf = (pod: number) => this.pods.get(pod)!.info;
    this.index = new TopologyIndex(this.bed.cluster, isLazy ? { infoOf } : {});
    for (let row = 0; row < NODES; row++) this.setNode(row, { zone: `z${row % 2}` }, false);
  }

  setNode(row: number, labels: StringMap, isTainted: boolean): void {
    const taints = isTainted ? [{ key: 'k', value: '', effect: 'NoSchedule' }] : [];
    this.bed.cacheNode(`n${row}`, { labels: { ...labels }, taints });
    this.nodes[row] = this.bed.cluster.nodes.objects[row];
    this.index.nodeChanged(row);
  }

  removeNode(row: number): void {
    const node = this.nodes[row];
    if (node === undefined) return;
    this.nodes[row] = undefined;
    this.bed.cluster.nodes.remove(node.uid);
    this.index.nodeChanged(row);
  }

  put(pod: number, node: number, kind: number): void {
    const labels = LABELS[kind % LABELS.length]!;
    const info: PodInfo = {
      pod,
      template: this.templates[(kind >> 2) % 2]!,
      labelSet: this.bed.cluster.labels.intern(labels),
      namespace: NAMESPACES[(kind >> 3) % 2]!,
      isTerminating: (kind >> 4) % 3 === 0,
    };
    this.pods.set(pod, { info, node });
    this.index.podAdded(info, node);
  }

  take(pod: number): CountedPod | undefined {
    const known = this.pods.get(pod);
    if (known === undefined) return undefined;
    this.pods.delete(pod);
    this.index.podRemoved(known.info, known.node);
    return known;
  }

  askForCounter(a: number, b: number): void {
    const selection: PodSelection = {
      selectors: [SELECTORS[a % SELECTORS.length]!, SELECTORS[b % SELECTORS.length]!].slice(0, 1 + (a % 2)),
      namespaces: [[], ['blue'], ['blue', 'green'], ['red']][b % 4]!,
      namespaceSelector: NAMESPACE_SELECTORS[a % NAMESPACE_SELECTORS.length],
      countsTerminating: b % 3 === 0,
    };
    const counts = ({ labelSet, namespace, isTerminating }: PodInfo) => {
      const labels = this.bed.cluster.labels.labelsOf(labelSet);
      const isNamed = selection.namespaces.includes(namespace);
      const { namespaceSelector: selector } = selection;
      if (!isNamed && !(selector !== undefined && labelsMatch(selector, this.namespaceLabels(namespace)))) return 0;
      if (isTerminating && !selection.countsTerminating) return 0;
      return selection.selectors.every((one) => labelsMatch(one, labels)) ? 1 : 0;
    };
    this.asked.push({ counter: this.index.counter(selection), counts });
  }

  /** Pods of the first template own it twice. */
  askForOwners(): void {
    const counter = this.index.ownerCounter();
    const owns = (template: number, namespace: string) =>
      namespace === 'blue' ? (template === this.templates[0]!.id ? 2 : 1) : 0;
    this.index.addOwners(({ id }, namespace) => Array.from({ length: owns(id, namespace) }, () => counter));
    this.asked.push({ counter, counts: ({ template, namespace }) => owns(template.id, namespace) });
  }

  askForDomains(a: number, b: number): void {
    const key = KEYS[a % KEYS.length]!;
    if (b % 2 === 0) {
      this.domains.push({ domains: this.index.domains(key), key, isEligible: () => true });
      return;
    }
    const isEligible = (node: Node) => node.taints.length === 0;
    const eligibility = { key: 'untainted', isEligible: (row: number) => isEligible(this.nodes[row]!) };
    this.domains.push({ domains: this.index.domains(key, eligibility), key, isEligible });
  }

  askForCounts(a: number, b: number): void {
    if (this.asked.length === 0 || this.domains.length === 0) return;
    const [counter, domains] = [a % this.asked.length, b % this.domains.length];
    const counts = this.asked[counter]!.counter.in(this.domains[domains]!.domains);
    this.counts.push({ counts, counter, domains });
  }

  /** Few domains and a counter of every pod, so that the smallest count rises and falls. */
  askForAll(): void {
    const everywhere = { namespaces: [], namespaceSelector: ALL, countsTerminating: true };
    this.asked.push({ counter: this.index.counter({ selectors: [], ...everywhere }), counts: () => 1 });
    this.askForCounter(1, 2);
    this.askForDomains(0, 0);
    this.askForDomains(0, 1);
    for (let i = 0; i < 4; i++) this.askForCounts(i & 1, i >> 1);
  }

  private namespaceLabels(namespace: string): StringMap {
    return this.bed.cluster.namespaceLabels(namespace);
  }

  do({ kind, a, b, c }: Step): void {
    const row = a % NODES;
    switch (kind) {
      case 0:
        this.setNode(row, labelsOfNode(b), c % 3 === 0);
        break;
      case 1:
        this.removeNode(row);
        break;
      case 2: {
        const known = this.take(b % 12);
        // As a trial of preemption does.
        if (known !== undefined) this.index.podAdded(known.info, known.node);
        if (known !== undefined) this.pods.set(known.info.pod, known);
        break;
      }
      case 3:
        this.take(b % 12);
        break;
      case 4:
        this.askForCounter(a, b);
        break;
      case 5:
        this.askForDomains(a, b);
        break;
      case 6:
        this.askForCounts(a, b);
        break;
      case 7:
        if (c % 4 === 0) this.askForOwners();
        else this.bed.cluster.setNamespaceLabels(NAMESPACES[a % 2]!, { team: b % 2 === 0 ? 'x' : 'y' });
        break;
      default:
        this.take(b % 12);
        this.put(b % 12, row, c);
    }
  }

  /** All numbers, as the index has them and as they are counted anew. */
  check(): void {
    const rows = [...this.nodes.keys()];
    const pods = [...this.pods.values()];
    const sum = (counter: number, those: readonly CountedPod[]) =>
      those.reduce((all, { info }) => all + this.asked[counter]!.counts(info), 0);
    for (const [i, { counter }] of this.asked.entries()) {
      expect(counter.total).toBe(sum(i, pods));
      const byNode = rows.map((row) =>
        sum(
          i,
          pods.filter(({ node }) => node === row),
        ),
      );
      expect(rows.map((row) => counter.byNode[row])).toEqual(byNode);
    }
    for (const { counts, counter, domains } of this.counts) {
      const at = (row: number) => this.labelAt(row, domains);
      const values = [...new Set(rows.map(at))].filter((value) => value !== undefined);
      const expected = values.map((value) =>
        sum(
          counter,
          pods.filter(({ node }) => at(node) === value),
        ),
      );
      const { domainOf } = counts.domains;
      const found = values.map((value) => counts.counts[domainOf[rows.find((row) => at(row) === value)!]!]);
      expect(found).toEqual(expected);
      expect(rows.map((row) => domainOf[row] !== -1)).toEqual(rows.map((row) => at(row) !== undefined));
      expect(counts.domains.presentCount).toBe(values.length);
      expect(counts.total).toBe(expected.reduce((all, count) => all + count, 0));
      expect(counts.minimum).toBe(values.length === 0 ? 0 : Math.min(...expected));
    }
  }

  private labelAt(row: number, domains: number): string | undefined {
    const { key, isEligible } = this.domains[domains]!;
    const node = this.nodes[row];
    return node === undefined || !isEligible(node) ? undefined : node.meta.labels[key];
  }
}

function labelsOfNode(choice: number): StringMap {
  const zone = choice % 3;
  const rack = (choice >> 2) % 3;
  return { ...(zone === 2 ? {} : { zone: `z${zone}` }), ...(rack === 2 ? {} : { rack: `r${rack}` }) };
}

const number = fc.nat({ max: 1000 });
const step = fc.record({ kind: fc.nat({ max: 15 }), a: number, b: number, c: number });

describe('what the index has counted', () => {
  test.prop([fc.array(step, { maxLength: 80, size: 'max' }), fc.boolean()], { numRuns: 80 })(
    'is what counting anew finds, whatever comes, goes and changes',
    (steps, isLazy) => {
      const bed = new Bed(isLazy);
      if (!isLazy) bed.askForAll();
      for (const one of steps) {
        bed.do(one);
        bed.check();
      }
    },
  );
});

describe('a counter', () => {
  it('is one for the same pods, however they are described', () => {
    const { index } = new Bed(false);
    const selection = { namespaces: ['blue', 'green'], countsTerminating: false };
    const one = index.counter({ ...selection, selectors: [makeSelector({ app: 'a' }), makeSelector({ tier: 'x' })] });
    const other = index.counter({
      ...selection,
      namespaces: ['green', 'blue'],
      selectors: [makeSelector({ tier: 'x', app: 'a' })],
    });
    expect(other).toBe(one);
    expect(index.counter({ ...selection, selectors: [ALL] })).not.toBe(one);
  });

  it('counts more than 65,535 pods of a node, and fewer again', () => {
    const bed = new Bed(false);
    const counter = bed.index.counter({ selectors: [ALL], namespaces: ['blue'], countsTerminating: true });
    const info = { template: bed.templates[0]!, labelSet: 0, namespace: 'blue', isTerminating: false };
    for (let pod = 0; pod < 65_540; pod++) bed.index.podAdded({ ...info, pod }, 1);
    expect(counter.byNode[1]).toBe(65_540);
    for (let pod = 0; pod < 65_540; pod++) bed.index.podRemoved({ ...info, pod }, 1);
    expect([counter.byNode[1], counter.total]).toEqual([0, 0]);
  });

  it('has its columns widened for rows that come later', () => {
    const bed = new Bed(false);
    const counter = bed.index.counter({ selectors: [ALL], namespaces: ['blue'], countsTerminating: true });
    bed.put(0, 2, 0);
    for (let row = NODES; row < 200; row++) bed.setNode(row, { zone: `z${row}` }, false);
    const counts = counter.in(bed.index.domains('zone'));
    bed.put(1, 199, 0);
    expect([counter.byNode[2], counter.byNode[199], counter.byNode.length >= 200]).toEqual([1, 1, true]);
    expect(counts.counts[counts.domains.domainOf[199]!]).toBe(1);
    expect(counts.minimum).toBe(0);
  });
});

describe('domains', () => {
  it('keep their number when their nodes go and come back', () => {
    const bed = new Bed(false);
    const domains = bed.index.domains('zone');
    const [before] = [domains.domainOf[0]!];
    expect([domains.nodesIn[before], domains.size]).toEqual([3, 2]);
    bed.removeNode(0);
    bed.removeNode(2);
    bed.removeNode(4);
    expect([domains.domainOf[0], domains.nodesIn[before], domains.presentCount]).toEqual([-1, 0, 1]);
    bed.setNode(2, { zone: 'z0' }, false);
    expect(domains.domainOf[2]).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import type { JsonObject, StringMap } from '../../../api/types.ts';
import type { Node } from '../../../cluster/objects.ts';
import { type ClusterEvent, ClusterEventKind } from '../../clusterEvent.ts';
import { TestCluster } from '../../testing.ts';
import { InterPodAffinity } from '../interPodAffinity.ts';
import { affinity, antiAffinity, on, ZONE } from './testing.ts';

const { AssignedPodAdd, AssignedPodUpdateLabel, AssignedPodDelete, NodeAdd, NodeUpdateLabel, NodeUpdateTaint } =
  ClusterEventKind;

const WEB = { app: 'web' };
const DB = { app: 'db' };

/** Whether a waiting pod of this spec and these labels gets another chance. */
class HintBed {
  private readonly test = new TestCluster();
  private readonly plugin: InterPodAffinity;
  private pods = 0;

  constructor(minorVersion = 37) {
    this.plugin = new InterPodAffinity(this.test.handle(minorVersion));
  }

  wakes(spec: JsonObject, event: ClusterEvent, labels: StringMap = {}): boolean {
    const { cluster } = this.test;
    const pod = this.test.createPod(`p${this.pods++}`, { spec });
    cluster.pods.labelSet[pod] = cluster.labels.intern(labels);
    return this.plugin.eventsToRegister().some(({ kinds, hint }) => {
      if ((kinds & event.kinds) === 0) return false;
      return hint === undefined || hint(cluster.templateOf(pod), event, pod);
    });
  }

  podEvent(kinds: number, after: StringMap, rest: { before?: StringMap; spec?: JsonObject } = {}): ClusterEvent {
    const { labels } = this.test.cluster;
    return {
      kinds,
      podTemplate: this.test.template({ spec: rest.spec ?? {} }),
      podLabelSet: labels.intern(after),
      podLabelSetBefore: rest.before && labels.intern(rest.before),
      podNamespace: 'default',
    };
  }
}

function nodeEvent(kinds: number, after: StringMap, before?: StringMap): ClusterEvent {
  const node = (labels: StringMap) => ({ meta: { labels } }) as unknown as Node;
  return { kinds, nodeBefore: before && node(before), nodeAfter: node(after) };
}

describe('affinity', () => {
  const spec = affinity(on(ZONE, WEB));

  it('is helped by a pod that matches', () => {
    const bed = new HintBed();
    expect(bed.wakes(spec, bed.podEvent(AssignedPodAdd, WEB))).toBe(true);
    expect(bed.wakes(spec, bed.podEvent(AssignedPodAdd, DB))).toBe(false);
  });

  it('is helped by a pod that matches all of the terms now', () => {
    const both = affinity(on(ZONE, WEB), on(ZONE, { tier: 'front' }));
    const bed = new HintBed();
    const changes = (before: StringMap, after: StringMap) =>
      bed.wakes(both, bed.podEvent(AssignedPodUpdateLabel, after, { before }));
    expect(changes(WEB, { ...WEB, tier: 'front' })).toBe(true);
    expect(changes({ ...WEB, tier: 'front' }, { ...WEB, tier: 'front', x: 'y' })).toBe(false);
    expect(changes({}, WEB)).toBe(false);
  });

  it('is not helped by a pod that goes, not even by the last of the own group', () => {
    const bed = new HintBed();
    expect(bed.wakes(spec, bed.podEvent(AssignedPodDelete, WEB), WEB)).toBe(false);
  });

  it.each<[string, StringMap | undefined, StringMap, boolean]>([
    ['a node with the label', undefined, { [ZONE]: 'a' }, true],
    ['a node without the label', undefined, { rack: 'r' }, false],
    ['the label', {}, { [ZONE]: 'a' }, true],
    ['another value', { [ZONE]: 'a' }, { [ZONE]: 'b' }, true],
    ['another label', { [ZONE]: 'a' }, { [ZONE]: 'a', rack: 'r' }, false],
    ['the lack of the label', { [ZONE]: 'a' }, {}, false],
  ])('and %s', (_, before, after, expected) => {
    const kinds = before === undefined ? NodeAdd : NodeUpdateLabel;
    expect(new HintBed().wakes(spec, nodeEvent(kinds, after, before))).toBe(expected);
  });

  it('does not look up what a namespaceSelector selects, as upstream', () => {
    const bed = new HintBed();
    const selecting = (namespaceSelector: JsonObject) => {
      const term = { topologyKey: ZONE, labelSelector: { matchLabels: WEB }, namespaceSelector };
      return bed.wakes(affinity(term), bed.podEvent(AssignedPodAdd, WEB));
    };
    expect(selecting({ matchLabels: { 'kubernetes.io/metadata.name': 'default' } })).toBe(false);
    expect(selecting({})).toBe(true);
  });
});

describe('anti-affinity', () => {
  const spec = antiAffinity(on(ZONE, WEB));

  it('is helped by a pod that goes, or that no longer matches', () => {
    const bed = new HintBed();
    expect(bed.wakes(spec, bed.podEvent(AssignedPodDelete, WEB))).toBe(true);
    expect(bed.wakes(spec, bed.podEvent(AssignedPodDelete, DB))).toBe(false);
    expect(bed.wakes(spec, bed.podEvent(AssignedPodUpdateLabel, DB, { before: WEB }))).toBe(true);
    expect(bed.wakes(spec, bed.podEvent(AssignedPodUpdateLabel, WEB, { before: DB }))).toBe(false);
    expect(bed.wakes(spec, bed.podEvent(AssignedPodAdd, WEB))).toBe(false);
  });

  it.each([
    [36, false],
    [37, true],
  ])('of two terms is helped by a pod that matches one of them, from 1.37 on: 1.%d', (minor, expected) => {
    const bed = new HintBed(minor);
    const both = antiAffinity(on(ZONE, WEB), on(ZONE, DB));
    expect(bed.wakes(both, bed.podEvent(AssignedPodDelete, WEB))).toBe(expected);
  });

  it.each<[string, StringMap | undefined, StringMap, boolean]>([
    ['a node with the label', undefined, { [ZONE]: 'a' }, true],
    ['a node without the label', undefined, {}, true],
    ['the label', {}, { [ZONE]: 'a' }, false],
    ['another value', { [ZONE]: 'a' }, { [ZONE]: 'b' }, true],
    ['another label', { [ZONE]: 'a' }, { [ZONE]: 'a', rack: 'r' }, false],
    ['the lack of the label', { [ZONE]: 'a' }, {}, true],
  ])('and %s', (_, before, after, expected) => {
    const kinds = before === undefined ? NodeAdd : NodeUpdateLabel;
    expect(new HintBed().wakes(spec, nodeEvent(kinds, after, before))).toBe(expected);
  });

  it('has nothing to do with taints', () => {
    expect(new HintBed().wakes(spec, nodeEvent(NodeUpdateTaint, {}, {}))).toBe(false);
  });
});

describe('the own labels of the waiting pod', () => {
  it.each([
    [31, true],
    [32, false],
    [35, false],
    [36, true],
  ])('can help, but for releases whose hints did not think of it: 1.%d', (minor, expected) => {
    expect(new HintBed(minor).wakes({}, { kinds: ClusterEventKind.WaitingPodUpdateLabel })).toBe(expected);
  });
});

describe("existing pods' anti-affinity", () => {
  it.each([
    [35, false],
    [36, true],
  ])('goes with its pod, which is seen from 1.36 on: 1.%d', (minor, expected) => {
    const bed = new HintBed(minor);
    const event = bed.podEvent(AssignedPodDelete, {}, { spec: antiAffinity(on(ZONE, WEB)) });
    expect(bed.wakes({}, event, WEB)).toBe(expected);
    expect(bed.wakes({}, event, DB)).toBe(false);
  });

  it('is not thought of when a node appears', () => {
    expect(new HintBed().wakes({}, nodeEvent(NodeAdd, { [ZONE]: 'a' }), WEB)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { StringMap } from '../../api/types.ts';
import type { Node } from '../../cluster/objects.ts';
import { ClusterEventKind } from '../clusterEvent.ts';
import { wakes } from '../testing.ts';
import { HOSTNAME, hard, SpreadBed, soft, web, ZONE } from './podTopologySpread/testing.ts';

const SKEWED = "node(s) didn't match pod topology spread constraints";
/** With the mark of reasons that preemption cannot help. */
const NO_LABEL = `${SKEWED} (missing required label)!`;

/** Two nodes in zone a, one in b and one in c. */
function threeZones(): SpreadBed {
  const bed = new SpreadBed();
  bed.node('a1', 'a');
  bed.node('a2', 'a');
  bed.node('b1', 'b');
  bed.node('c1', 'c');
  return bed;
}

describe('DoNotSchedule', () => {
  it.each<[string, Record<string, number>, number, Record<string, string>]>([
    ['counts the pod itself: 0 + 1 - 0 <= 1', {}, 1, {}],
    ['1 + 1 - 0 > 1 in the domain that is ahead, on all of its nodes', { a1: 1 }, 1, { a1: SKEWED, a2: SKEWED }],
    ['1 + 1 - 1 <= 1 everywhere', { a1: 1, b1: 1, c1: 1 }, 1, {}],
    ['2 + 1 - 0 > 2', { a1: 2, b1: 1 }, 2, { a1: SKEWED, a2: SKEWED }],
    ['2 + 1 - 1 <= 2', { a1: 1, a2: 1, b1: 1, c1: 1 }, 2, {}],
  ])('%s', (_what, pods, maxSkew, rejected) => {
    const bed = threeZones();
    for (const [node, count] of Object.entries(pods)) bed.put(node, count);
    expect(bed.filter(web(hard(ZONE, { maxSkew })))).toEqual(rejected);
  });

  it('takes minDomains, if there are fewer, for a domain without pods', () => {
    const bed = threeZones();
    for (const node of ['a1', 'b1', 'c1']) bed.put(node, 1);
    const everywhere = { a1: SKEWED, a2: SKEWED, b1: SKEWED, c1: SKEWED };
    expect(bed.filter(web(hard(ZONE, { minDomains: 4 })))).toEqual(everywhere);
    expect(bed.filter(web(hard(ZONE, { minDomains: 3 })))).toEqual({});
  });

  it('rejects nodes without the label for good, and leaves them out of account', () => {
    const bed = threeZones();
    bed.node('none');
    bed.put('none', 5);
    bed.put('a1', 1);
    expect(bed.filter(web(hard(ZONE)))).toEqual({ a1: SKEWED, a2: SKEWED, none: NO_LABEL });
  });

  it('counts pods only on nodes that have the keys of all its constraints', () => {
    const bed = new SpreadBed();
    bed.node('a1', 'a', { labels: { rack: '1' } });
    bed.node('a2', 'a');
    bed.node('b1', 'b', { labels: { rack: '2' } });
    bed.put('a2', 3);
    expect(bed.filter(web(hard(ZONE), hard('rack')))).toEqual({ a2: NO_LABEL });
    expect(bed.filter(web(hard(ZONE)))).toEqual({ a1: SKEWED, a2: SKEWED });
  });

  it('names the first constraint that fails', () => {
    const bed = new SpreadBed();
    bed.node('a1', 'a', { labels: { rack: '1' } });
    bed.node('a2', 'a');
    bed.node('b1', 'b', { labels: { rack: '2' } });
    bed.put('a1', 1);
    expect(bed.filter(web(hard(ZONE), hard('rack')))).toEqual({ a1: SKEWED, a2: SKEWED });
  });

  it('counts pods of its own namespace that do not terminate', () => {
    const bed = threeZones();
    bed.put('a1', 1, { namespace: 'other' });
    bed.put('a1', 1, { isTerminating: true });
    bed.put('a1', 1, { labels: { app: 'db' } });
    expect(bed.filter(web(hard(ZONE)))).toEqual({});
  });

  it('does not count the pod itself where the selector does not match it', () => {
    const bed = threeZones();
    bed.put('a1', 1);
    expect(bed.filter({ ...web(hard(ZONE)), labels: { app: 'db' } })).toEqual({});
    bed.put('a1', 1);
    expect(bed.filter({ ...web(hard(ZONE)), labels: { app: 'db' } })).toEqual({ a1: SKEWED, a2: SKEWED });
  });

  it('counts nothing without a selector, nor with an empty one, which the pod itself matches', () => {
    const bed = threeZones();
    bed.put('a1', 3, { labels: { app: 'db' } });
    expect(bed.filter(web(hard(ZONE, { labelSelector: {} })))).toEqual({});
    const withKeys = web(hard(ZONE, { labelSelector: {}, matchLabelKeys: ['app'] }));
    expect(bed.filter({ ...withKeys, labels: { app: 'db' } })).toEqual({ a1: SKEWED, a2: SKEWED });
    const { labelSelector: _none, ...constraint } = { labelSelector: {}, ...hard(ZONE), maxSkew: 1 };
    expect(bed.filter({ spec: { topologySpreadConstraints: [constraint] } })).toEqual({});
  });

  it('adds the pod’s own values of matchLabelKeys to the selector; those that it lacks are left out', () => {
    const bed = threeZones();
    bed.put('a1', 1, { labels: { app: 'web', hash: 'old' } });
    const constraint = hard(ZONE, { matchLabelKeys: ['hash', 'absent'] });
    const of = (labels: StringMap) => bed.filter({ ...web(constraint), labels: { ...labels } });
    expect(of({ app: 'web', hash: 'new' })).toEqual({});
    expect(of({ app: 'web', hash: 'old' })).toEqual({ a1: SKEWED, a2: SKEWED });
    expect(of({ app: 'web' })).toEqual({ a1: SKEWED, a2: SKEWED });
  });

  it('skips pods without such a constraint', () => {
    expect(threeZones().filter(web(soft(ZONE)))).toBe('skip');
    expect(threeZones().filter({})).toBe('skip');
  });
});

describe('nodes that the pod could not be on', () => {
  /** One pod in each of a and b, none in c, which has a taint; nodes of a and b are `good`. */
  function bed(): SpreadBed {
    const it = new SpreadBed();
    it.node('a1', 'a', { labels: { kind: 'good' } });
    it.node('b1', 'b', { labels: { kind: 'good' } });
    it.node('c1', 'c', { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    it.put('a1', 1);
    it.put('b1', 1);
    return it;
  }
  const selecting = (constraint: ReturnType<typeof hard>) => {
    const sketch = web(constraint);
    return { ...sketch, spec: { ...sketch.spec, nodeSelector: { kind: 'good' } } };
  };

  it('are places for taints unless nodeTaintsPolicy is Honor', () => {
    expect(bed().filter(web(hard(ZONE)))).toEqual({ a1: SKEWED, b1: SKEWED });
    expect(bed().filter(web(hard(ZONE, { nodeTaintsPolicy: 'Honor' })))).toEqual({});
  });

  it('are no places for node affinity unless nodeAffinityPolicy is Ignore', () => {
    expect(bed().filter(selecting(hard(ZONE)))).toEqual({});
    expect(bed().filter(selecting(hard(ZONE, { nodeAffinityPolicy: 'Ignore' })))).toEqual({ a1: SKEWED, b1: SKEWED });
  });

  it('become places when they change', () => {
    const it = bed();
    const pod = web(hard(ZONE, { nodeTaintsPolicy: 'Honor' }));
    expect(it.filter(pod)).toEqual({});
    it.node('c1', 'c');
    expect(it.filter(pod)).toEqual({ a1: SKEWED, b1: SKEWED });
    it.node('c1');
    expect(it.filter(pod)).toEqual({ c1: NO_LABEL });
  });

  it('leave a DaemonSet’s pod its own node alone', () => {
    const it = bed();
    const { cluster } = it.test;
    const pod = it.test.createPod('p');
    cluster.pods.pinnedNode[pod] = cluster.nodes.rowOf('a1');
    expect(it.filter({ ...web(hard(ZONE)), pod })).not.toHaveProperty('a1');
    expect(it.filter({ ...web(hard(ZONE, { minDomains: 2 })), pod })).toHaveProperty('a1', SKEWED);
    expect(it.filter({ ...web(hard(ZONE, { nodeAffinityPolicy: 'Ignore' })), pod })).toHaveProperty('a1', SKEWED);
  });
});

describe('ScheduleAnyway', () => {
  it('scores domains by pods * ln(domains + 2) + maxSkew - 1, rounded', () => {
    const bed = new SpreadBed();
    for (const zone of ['a', 'b', 'c']) bed.node(`${zone}1`, zone);
    bed.put('a1', 3);
    bed.put('b1', 1);
    // ln 5 = 1.609: 4.83, 1.61, 0; then 100 * (5 + 0 - score) / 5.
    expect(bed.scores(web(soft(ZONE)))).toEqual({
      raw: { a1: 5, b1: 2, c1: 0 },
      normalized: { a1: 0, b1: 60, c1: 100 },
    });
    // 4 more each; then 100 * (9 + 4 - score) / 9, rounded down.
    expect(bed.scores(web(soft(ZONE, { maxSkew: 5 })))).toEqual({
      raw: { a1: 9, b1: 6, c1: 4 },
      normalized: { a1: 44, b1: 77, c1: 100 },
    });
  });

  it('counts only domains that feasible nodes are in, but pods on all of their nodes', () => {
    const bed = threeZones();
    bed.put('a2', 3);
    bed.put('b1', 1);
    // ln 4 = 1.386: 4.16 and 1.39.
    expect(bed.scores(web(soft(ZONE)), ['a1', 'b1'])).toEqual({
      raw: { a1: 4, b1: 1 },
      normalized: { a1: 25, b1: 100 },
    });
  });

  it('counts pods of a node for its host name, with all scored nodes as domains', () => {
    const bed = new SpreadBed();
    bed.node('n1');
    bed.node('n2');
    bed.put('n1', 2);
    bed.put('n2', 1);
    // ln 4 = 1.386: 2.77 and 1.39; then 100 * (3 + 1 - score) / 3.
    expect(bed.scores(web(soft(HOSTNAME)))).toEqual({
      raw: { n1: 3, n2: 1 },
      normalized: { n1: 33, n2: 100 },
    });
  });

  it('adds up its constraints before it rounds', () => {
    const bed = new SpreadBed();
    bed.node('n1', 'a');
    bed.node('n2', 'b');
    bed.put('n1', 1);
    // ln 4 twice: 1.386 + 1.386 = 2.77.
    expect(bed.scores(web(soft(HOSTNAME), soft(ZONE)))).toEqual({
      raw: { n1: 3, n2: 0 },
      normalized: { n1: 0, n2: 100 },
    });
  });

  it('gives nodes without one of the keys 0, and does not count them', () => {
    const bed = new SpreadBed();
    bed.node('n1', 'a');
    bed.node('n2', 'b');
    bed.node('none');
    bed.put('n1', 2);
    bed.put('none', 9);
    // Two hosts and two zones: 2 * 1.386 twice = 5.55.
    expect(bed.scores(web(soft(HOSTNAME), soft(ZONE)))).toEqual({
      raw: { n1: 6, n2: 0, none: 0 },
      normalized: { n1: 0, n2: 100, none: 0 },
    });
  });

  it('gives all 100 where there are no pods yet', () => {
    const bed = threeZones();
    const all = (score: number) => ({ a1: score, a2: score, b1: score, c1: score });
    expect(bed.scores(web(soft(ZONE)))).toEqual({ raw: all(0), normalized: all(100) });
  });

  it('leaves out pods on nodes that node affinity rules out', () => {
    const bed = new SpreadBed();
    bed.node('a1', 'a', { labels: { kind: 'good' } });
    bed.node('a2', 'a');
    bed.node('b1', 'b', { labels: { kind: 'good' } });
    bed.put('a2', 2);
    bed.put('b1', 1);
    const sketch = web(soft(ZONE));
    const selecting = { ...sketch, spec: { ...sketch.spec, nodeSelector: { kind: 'good' } } };
    expect(bed.scores(selecting, ['a1', 'b1'])).toMatchObject({ raw: { a1: 0, b1: 1 } });
  });

  it('is idle for pods that nothing spreads', () => {
    const bed = threeZones();
    for (const sketch of [web(hard(ZONE)), {}]) {
      expect(bed.plugin.isScoreIdle(bed.cycle(sketch))).toBe(true);
      expect(bed.scores(sketch)).toBe('skip');
    }
    expect(bed.plugin.isScoreIdle(bed.cycle(web(soft(ZONE))))).toBe(false);
  });
});

describe('a rejected pod has another chance', () => {
  const bed = threeZones();
  const { cluster } = bed.test;
  const { template } = bed.cycle(web(hard(ZONE)));
  cluster.createBarePod(template, {
    meta: { namespace: 'default', name: 'waiting', labels: { app: 'web' }, annotations: {} },
    manifest: undefined,
  });
  const labelSet = (labels: StringMap) => cluster.labels.intern(labels);
  const { AssignedPodAdd, AssignedPodDelete, AssignedPodUpdateLabel, NodeUpdateLabel } = ClusterEventKind;
  const { NodeAdd, NodeDelete, NodeUpdateTaint } = ClusterEventKind;
  const pod = (kinds: number, labels: StringMap, podNamespace = 'default') =>
    wakes(bed.plugin, template, { kinds, podLabelSet: labelSet(labels), podNamespace });
  const node = (kinds: number, nodeBefore: Node | undefined, nodeAfter: Node | undefined) =>
    wakes(bed.plugin, template, { kinds, nodeBefore, nodeAfter });
  const known = cluster.nodes.objects[0]!;
  const labelled = (labels: StringMap): Node => ({ ...known, meta: { ...known.meta, labels } });

  it('when a pod that counts comes or goes in its namespace', () => {
    for (const kind of [AssignedPodAdd, AssignedPodDelete]) {
      expect(pod(kind, { app: 'web' })).toBe(true);
      expect(pod(kind, { app: 'db' })).toBe(false);
      expect(pod(kind, { app: 'web' }, 'other')).toBe(false);
    }
  });

  it('when changed labels make a pod count, or no longer', () => {
    const change = (before: StringMap, after: StringMap, kinds: number = AssignedPodUpdateLabel) =>
      wakes(bed.plugin, template, {
        kinds,
        podLabelSet: labelSet(after),
        podLabelSetBefore: labelSet(before),
        podNamespace: 'default',
      });
    expect(change({ app: 'db' }, { app: 'web' })).toBe(true);
    expect(change({ app: 'web' }, {})).toBe(true);
    expect(change({ app: 'web' }, { app: 'web', other: 'x' })).toBe(false);
    const { WaitingPodUpdateLabel } = ClusterEventKind;
    expect(change({ app: 'web' }, {}, WaitingPodUpdateLabel)).toBe(true);
    expect(change({ app: 'web' }, { app: 'web', other: 'x' }, WaitingPodUpdateLabel)).toBe(false);
  });

  it('when it gets a toleration, which changes what places there are', () => {
    const kinds = ClusterEventKind.WaitingPodUpdateTolerations;
    const honouring = bed.cycle(web({ ...hard(ZONE), nodeTaintsPolicy: 'Honor' }));
    expect(wakes(bed.plugin, template, { kinds })).toBe(false);
    expect(wakes(bed.plugin, honouring.template, { kinds })).toBe(true);
  });

  it('when a node with the label comes, goes, or gets another value or other taints', () => {
    const [a, b, none] = [labelled({ [ZONE]: 'a' }), labelled({ [ZONE]: 'b' }), labelled({})];
    expect(node(NodeAdd, undefined, a)).toBe(true);
    expect(node(NodeAdd, undefined, none)).toBe(false);
    expect(node(NodeDelete, a, undefined)).toBe(true);
    expect(node(NodeDelete, none, undefined)).toBe(false);
    expect(node(NodeUpdateLabel, a, b)).toBe(true);
    expect(node(NodeUpdateLabel, none, a)).toBe(true);
    expect(node(NodeUpdateLabel, a, labelled({ [ZONE]: 'a', other: 'x' }))).toBe(false);
    const tainted: Node = { ...a, taints: [{ key: 'k', value: '', effect: 'NoSchedule' }] };
    expect(node(NodeUpdateTaint, tainted, a)).toBe(true);
    expect(node(NodeUpdateTaint, { ...a, unschedulable: true }, a)).toBe(false);
  });
});

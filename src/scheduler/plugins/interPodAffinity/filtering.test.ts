import { describe, expect, it } from 'vitest';
import { AffinityBed, affinity, antiAffinity, HOSTNAME, namespaceLabels, on, ZONE } from './testing.ts';

const AFFINITY = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules";
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules";

/** Two nodes in zone a, one in b, one in no zone; each is its own host. */
function fourNodes(minorVersion = 37): AffinityBed {
  const bed = new AffinityBed({ minorVersion });
  bed.node('a1', { [ZONE]: 'a' });
  bed.node('a2', { [ZONE]: 'a' });
  bed.node('b1', { [ZONE]: 'b' });
  bed.node('none');
  return bed;
}

describe('own required affinity', () => {
  it('wants a matching pod in the domain, and leaves out nodes without the label', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'db' } });
    expect(bed.filter({ spec: affinity(on(ZONE, { app: 'db' })) })).toEqual({ b1: AFFINITY, none: AFFINITY });
    expect(bed.filter({ spec: affinity(on(HOSTNAME, { app: 'db' })) })).toEqual({
      a2: AFFINITY,
      b1: AFFINITY,
      none: AFFINITY,
    });
  });

  it('rejects all nodes where nothing matches', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'web' } });
    const everywhere = { a1: AFFINITY, a2: AFFINITY, b1: AFFINITY, none: AFFINITY };
    expect(bed.filter({ spec: affinity(on(ZONE, { app: 'db' })) })).toEqual(everywhere);
  });

  it('lets the first pod of a group that selects itself go to any node with the label', () => {
    const bed = fourNodes();
    const first = { labels: { app: 'db' }, spec: affinity(on(ZONE, { app: 'db' })) };
    expect(bed.filter(first)).toEqual({ none: AFFINITY });
    bed.pod('b1', { labels: { app: 'db' } });
    expect(bed.filter(first)).toEqual({ a1: AFFINITY, a2: AFFINITY, none: AFFINITY });
  });

  it('takes a pod for the first where those that match are on nodes without the label', () => {
    const bed = fourNodes();
    bed.pod('none', { labels: { app: 'db' } });
    expect(bed.filter({ labels: { app: 'db' }, spec: affinity(on(ZONE, { app: 'db' })) })).toEqual({ none: AFFINITY });
  });

  it('counts only pods that match all of the terms', () => {
    const bed = fourNodes();
    const spec = affinity(on(ZONE, { app: 'db' }), on(HOSTNAME, { tier: 'back' }));
    const everywhere = { a1: AFFINITY, a2: AFFINITY, b1: AFFINITY, none: AFFINITY };
    bed.pod('a1', { labels: { app: 'db' } });
    bed.pod('a1', { labels: { tier: 'back' } });
    expect(bed.filter({ spec })).toEqual(everywhere);
    bed.pod('a2', { labels: { app: 'db', tier: 'back' } });
    expect(bed.filter({ spec })).toEqual({ a1: AFFINITY, b1: AFFINITY, none: AFFINITY });
  });

  it('is not satisfied by one term of two, each in another domain', () => {
    const bed = fourNodes();
    const spec = affinity(on(ZONE, { app: 'db' }), on('rack', { app: 'db' }));
    bed.node('r1', { [ZONE]: 'a', rack: 'r' });
    bed.node('r2', { [ZONE]: 'b', rack: 's' });
    bed.node('r3', { [ZONE]: 'b', rack: 'r' });
    bed.pod('r1', { labels: { app: 'db' } });
    const { r1, r2, r3 } = bed.filter({ spec }) as Record<string, string>;
    expect([r1, r2, r3]).toEqual([undefined, AFFINITY, AFFINITY]);
  });

  it('cannot be resolved by removing pods', () => {
    const bed = fourNodes();
    bed.filter({ spec: affinity(on(ZONE, { app: 'db' })) });
    expect(bed.isUnresolvable('a1')).toBe(true);
    bed.pod('a1', { labels: { app: 'db' } });
    bed.filter({ spec: antiAffinity(on(ZONE, { app: 'db' })) });
    expect(bed.isUnresolvable('a1')).toBe(false);
  });
});

describe('own required anti-affinity', () => {
  it('keeps away from the domains of matching pods, and not from nodes without the label', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'web' } });
    expect(bed.filter({ spec: antiAffinity(on(HOSTNAME, { app: 'web' })) })).toEqual({ a1: ANTI_AFFINITY });
    expect(bed.filter({ spec: antiAffinity(on(ZONE, { app: 'web' })) })).toEqual({
      a1: ANTI_AFFINITY,
      a2: ANTI_AFFINITY,
    });
    bed.pod('none', { labels: { app: 'web' } });
    expect(bed.filter({ spec: antiAffinity(on(ZONE, { app: 'web' })) })).not.toHaveProperty('none');
  });

  it('holds for each of its terms', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'web' } });
    bed.pod('b1', { labels: { app: 'db' } });
    const spec = antiAffinity(on(HOSTNAME, { app: 'web' }), on(ZONE, { app: 'db' }));
    expect(bed.filter({ spec })).toEqual({ a1: ANTI_AFFINITY, b1: ANTI_AFFINITY });
  });

  it('counts pods that terminate', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'web' }, isTerminating: true });
    expect(bed.filter({ spec: antiAffinity(on(HOSTNAME, { app: 'web' })) })).toEqual({ a1: ANTI_AFFINITY });
  });
});

describe("existing pods' required anti-affinity", () => {
  it('keeps matching pods away from the domain', () => {
    const bed = fourNodes();
    bed.pod('a1', { spec: antiAffinity(on(ZONE, { app: 'web' })) });
    expect(bed.filter({ labels: { app: 'web' } })).toEqual({ a1: EXISTING, a2: EXISTING });
    expect(bed.filter({ labels: { app: 'db' } })).toBe('skip');
  });

  it('means nothing on a node without the label', () => {
    const bed = fourNodes();
    bed.pod('none', { spec: antiAffinity(on(ZONE, { app: 'web' })) });
    expect(bed.filter({ labels: { app: 'web' } })).toBe('skip');
  });

  it('is named after what the pod itself asks for', () => {
    const bed = fourNodes();
    bed.pod('a1', { labels: { app: 'web' }, spec: antiAffinity(on(ZONE, { app: 'web' })) });
    const anti = antiAffinity(on(HOSTNAME, { app: 'web' })).affinity;
    const both = { affinity: { ...anti, ...affinity(on(HOSTNAME, { app: 'web' })).affinity } };
    expect(bed.filter({ labels: { app: 'web' }, spec: { affinity: anti } })).toEqual({
      a1: ANTI_AFFINITY,
      a2: EXISTING,
    });
    expect(bed.filter({ labels: { app: 'web' }, spec: both })).toEqual({
      a1: ANTI_AFFINITY,
      a2: AFFINITY,
      b1: AFFINITY,
      none: AFFINITY,
    });
  });

  it('goes with the pod', () => {
    const bed = fourNodes();
    const remove = bed.pod('a1', { spec: antiAffinity(on(ZONE, { app: 'web' })) });
    remove();
    expect(bed.filter({ labels: { app: 'web' } })).toBe('skip');
  });

  it('goes with the node, and comes back with it', () => {
    const bed = fourNodes();
    bed.pod('a1', { spec: antiAffinity(on(ZONE, { app: 'web' })) });
    bed.removeNode('a1');
    expect(bed.filter({ labels: { app: 'web' } })).toBe('skip');
    bed.node('a1', { [ZONE]: 'b' });
    expect(bed.filter({ labels: { app: 'web' } })).toEqual({ a1: EXISTING, b1: EXISTING });
  });

  it('follows the node into another domain', () => {
    const bed = fourNodes();
    bed.pod('a1', { spec: antiAffinity(on(ZONE, { app: 'web' })) });
    bed.node('a1', { [ZONE]: 'b' });
    expect(bed.filter({ labels: { app: 'web' } })).toEqual({ a1: EXISTING, b1: EXISTING });
  });
});

describe('whom a term selects', () => {
  /** The nodes that a pod of namespace `shop` keeps away from. */
  const avoided = (bed: AffinityBed, term: object, pod: object = {}) =>
    Object.keys(bed.filter({ namespace: 'shop', spec: antiAffinity({ topologyKey: HOSTNAME, ...term }), ...pod }));
  const labelSelector = { matchLabels: { app: 'web' } };

  function threeNamespaces(): AffinityBed {
    const bed = fourNodes();
    bed.pod('a1', { namespace: 'shop', labels: { app: 'web' } });
    bed.pod('a2', { namespace: 'blog', labels: { app: 'web' } });
    bed.pod('b1', { namespace: 'wiki', labels: { app: 'web' } });
    return bed;
  }

  it.each([
    ['its own namespace', {}, ['a1']],
    ['those that are listed', { namespaces: ['blog', 'wiki'] }, ['a2', 'b1']],
    ['all, with an empty namespaceSelector', { namespaceSelector: {} }, ['a1', 'a2', 'b1']],
    [
      'those of a name, by a namespaceSelector',
      { namespaceSelector: { matchLabels: { [namespaceLabels.name]: 'blog' } } },
      ['a2'],
    ],
    [
      'those that are listed and those that are selected',
      { namespaces: ['wiki'], namespaceSelector: { matchLabels: { [namespaceLabels.name]: 'blog' } } },
      ['a2', 'b1'],
    ],
    ['none, where no namespace is selected', { namespaceSelector: { matchLabels: { team: 'x' } } }, []],
  ])('looks at pods of %s', (_, term, nodes) => {
    expect(avoided(threeNamespaces(), { labelSelector, ...term })).toEqual(nodes);
  });

  it('asks the namespaceSelector of existing pods about the namespace of the pod at hand', () => {
    const bed = fourNodes();
    const namespaceSelector = { matchLabels: { [namespaceLabels.name]: 'blog' } };
    bed.pod('a1', { spec: antiAffinity({ topologyKey: HOSTNAME, labelSelector: {}, namespaceSelector }) });
    expect(bed.filter({ namespace: 'blog' })).toEqual({ a1: EXISTING });
    expect(bed.filter({ namespace: 'default' })).toBe('skip');
  });

  it('follows the labels of namespaces', () => {
    const bed = fourNodes();
    const { cluster } = bed.test;
    const namespaceSelector = { matchLabels: { team: 'x' } };
    const term = { topologyKey: HOSTNAME, labelSelector: {}, namespaceSelector };
    bed.pod('a1', { namespace: 'blog' });
    bed.pod('a2', { namespace: 'wiki', spec: antiAffinity(term) });
    const asked = () => bed.filter({ namespace: 'shop', spec: antiAffinity(term) });
    expect(asked()).toEqual({});
    for (const namespace of ['blog', 'shop']) {
      cluster.setNamespaceLabels(namespace, { team: 'x' });
    }
    expect(asked()).toEqual({ a1: ANTI_AFFINITY, a2: EXISTING });
  });

  it('selects nothing without a labelSelector, and everything with an empty one', () => {
    expect(avoided(threeNamespaces(), {})).toEqual([]);
    expect(avoided(threeNamespaces(), { labelSelector: {} })).toEqual(['a1']);
  });

  describe('with label keys', () => {
    const revisions = (minorVersion: number) => {
      const bed = fourNodes(minorVersion);
      bed.pod('a1', { namespace: 'shop', labels: { app: 'web', revision: '1' } });
      bed.pod('a2', { namespace: 'shop', labels: { app: 'web', revision: '2' } });
      bed.pod('b1', { namespace: 'shop', labels: { app: 'web' } });
      return bed;
    };
    const own = { labels: { app: 'web', revision: '2' } };

    it.each([
      ['matchLabelKeys', { matchLabelKeys: ['revision'] }, ['a2']],
      ['mismatchLabelKeys', { mismatchLabelKeys: ['revision'] }, ['a1', 'b1']],
      ['a key that the pod lacks', { matchLabelKeys: ['colour'] }, ['a1', 'a2', 'b1']],
    ])('%s', (_, keys, nodes) => {
      expect(avoided(revisions(37), { labelSelector, ...keys }, own)).toEqual(nodes);
    });

    it('before 1.31 they are not there', () => {
      expect(avoided(revisions(30), { labelSelector, matchLabelKeys: ['revision'] }, own)).toEqual(['a1', 'a2', 'b1']);
      expect(avoided(revisions(31), { labelSelector, matchLabelKeys: ['revision'] }, own)).toEqual(['a2']);
    });

    it('as an existing pod has them, they are of its own labels', () => {
      const bed = fourNodes();
      const spec = antiAffinity({ topologyKey: HOSTNAME, labelSelector, matchLabelKeys: ['revision'] });
      bed.pod('a1', { labels: { app: 'web', revision: '1' }, spec });
      expect(bed.filter({ labels: { app: 'web', revision: '1' } })).toEqual({ a1: EXISTING });
      expect(bed.filter({ labels: { app: 'web', revision: '2' } })).toBe('skip');
    });
  });
});

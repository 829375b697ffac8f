import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidates } from './candidates.ts';
import { PreemptionStand } from './testing.ts';

const cpu = (milli: number) => ({ requests: { cpu: `${milli}m` } });

/**
 * The node that the pod would make room on, and whose pods would go.
 *
 * @param nodes where removing pods might help; by default all
 */
function found(stand: PreemptionStand, candidates: Candidates, pod: number, nodes?: readonly number[]): string {
  const rows = nodes === undefined ? stand.order.rows() : Int32Array.from(nodes);
  const node = candidates.find(stand.turnOf(pod), rows, stand.filtering);
  if (node === -1) return JSON.stringify([...candidates.reasons]);
  return `n${node}: ${candidates.victims.map((victim) => stand.cluster.podName(victim)).join(' ')}`;
}

/** The choice between two nodes that the given pods fill, whatever node the search begins at. */
function choose(fill: (stand: PreemptionStand, a: number, b: number) => void): Set<string> {
  const stand = new PreemptionStand();
  const [a, b] = [stand.node({ cpu: '4' }), stand.node({ cpu: '4' })];
  const candidates = stand.candidates();
  fill(stand, a, b);
  const pod = stand.waiting(1000, cpu(4000));
  return new Set([0, 1, 2, 3, 4, 5, 6, 7].map(() => found(stand, candidates, pod, [a, b])));
}

describe('the choice of the node', () => {
  test('prefers the one with fewer pods that a budget protects, before anything else', () => {
    const choice = choose((stand, a, b) => {
      stand.label(stand.running(a, 10, cpu(4000)), 'web');
      stand.running(b, 100, cpu(4000));
      stand.budget('web', 0);
    });
    expect(choice).toEqual(new Set(['n1: p1']));
  });

  test('takes pods that a budget protects where there are no others', () => {
    const choice = choose((stand, a, b) => {
      stand.label(stand.running(a, 10, cpu(4000)), 'web');
      stand.label(stand.running(b, 11, cpu(4000)), 'web');
      stand.budget('web', 0);
    });
    expect(choice).toEqual(new Set(['n0: p0']));
  });

  test('prefers the lower of the highest priorities', () => {
    const choice = choose((stand, a, b) => {
      stand.running(a, 10, cpu(2000));
      stand.running(a, 10, cpu(2000));
      stand.running(b, 11, cpu(4000));
    });
    expect(choice).toEqual(new Set(['n0: p0 p1']));
  });

  test('then the smaller sum of priorities, which more pods make larger, negative ones too', () => {
    const sum = choose((stand, a, b) => {
      stand.running(a, 10, cpu(2000));
      stand.running(a, 9, cpu(2000));
      stand.running(b, 10, cpu(2000));
      stand.running(b, 8, cpu(2000));
    });
    expect(sum).toEqual(new Set(['n1: p2 p3']));
    const negative = choose((stand, a, b) => {
      stand.running(a, -10, cpu(2000));
      stand.running(a, -10, cpu(2000));
      stand.running(b, -10, cpu(4000));
    });
    expect(negative).toEqual(new Set(['n1: p2']));
  });

  test('then the pods that have not run for so long', () => {
    const choice = choose((stand, a, b) => {
      stand.running(a, 10, cpu(4000));
      stand.wait(1);
      stand.running(b, 10, cpu(4000));
    });
    expect(choice).toEqual(new Set(['n1: p1']));
  });

  test('is chance where nothing speaks for either', () => {
    const choice = choose((stand, a, b) => {
      stand.running(a, 10, cpu(4000));
      stand.running(b, 10, cpu(4000));
    });
    expect(choice).toEqual(new Set(['n0: p0', 'n1: p1']));
  });
});

test('a preferred node is chosen where no other one is better', () => {
  const stand = new PreemptionStand();
  const nodes = [0, 1, 2].map(() => stand.node({ cpu: '4' }));
  for (const [node, priority] of [10, 10, 11].entries()) stand.running(nodes[node]!, priority, cpu(4000));
  const candidates = stand.candidates();
  const pod = stand.waiting(1000, cpu(4000));
  const choice = (preferred: number) => {
    stand.preferredNode = preferred;
    return new Set([0, 1, 2, 3, 4, 5, 6, 7].map(() => found(stand, candidates, pod, nodes)));
  };
  expect(choice(-1)).toEqual(new Set(['n0: p0', 'n1: p1']));
  expect(choice(0)).toEqual(new Set(['n0: p0']));
  expect(choice(1)).toEqual(new Set(['n1: p1']));
  expect(choice(2)).toEqual(new Set(['n0: p0', 'n1: p1']));
});

describe('how many nodes are looked at', () => {
  test.each([
    [1, 10, 100, 1],
    [150, 10, 100, 100],
    [2000, 10, 100, 200],
    [2000, 0, 5, 5],
    [30, 50, 1, 15],
  ])('of %i nodes at %i percent and at least %i: %i', (nodeCount, percentage, absolute, expected) => {
    const stand = new PreemptionStand();
    const nodes = Array.from({ length: nodeCount }, () => stand.node({ cpu: '1' }));
    for (const node of nodes) stand.running(node, 10, cpu(1000));
    const args = { minCandidateNodesPercentage: percentage, minCandidateNodesAbsolute: absolute };
    const candidates = stand.candidates(args);
    // Of equally good nodes the first is taken: only those behind it show how far the search went.
    const best = stand.running(nodes[0]!, 10, cpu(1000));
    stand.cache.remove(best);
    const before = stand.cluster.nodes.version.slice();
    let looked = 0;
    const { dryRun } = stand;
    candidates.find(stand.turnOf(stand.waiting(1000, cpu(1000))), Int32Array.from(nodes), {
      ...stand.filtering,
      active: stand.filtering.active,
      others: stand.filtering.others,
      run: (...[state, row, places]: Parameters<typeof stand.filtering.run>) => {
        if (stand.cluster.nodes.podCount[row] === 0) looked++;
        return stand.filtering.run(state, row, places);
      },
    } as never);
    expect(stand.cluster.nodes.version).toEqual(before);
    expect(dryRun).toBeDefined();
    expect(looked).toBe(expected);
  });
});

test('what is remembered of a node holds until one of its pods is shown again', () => {
  const stand = new PreemptionStand();
  const node = stand.node({ cpu: '2' });
  const [first] = [stand.running(node, 10, cpu(1000)), stand.running(node, 10, cpu(1000))];
  const candidates = stand.candidates();
  const pod = stand.waiting(1000, cpu(1000));
  expect(found(stand, candidates, pod)).toBe('n0: p1');
  // Of equally important pods the last one goes.
  stand.cache.update(first);
  expect(found(stand, candidates, pod)).toBe('n0: p0');
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const step = fc.record({
  kind: fc.constantFrom('run', 'run', 'find', 'find', 'find', 'gone', 'nominate', 'update', 'withdraw', 'join'),
  /** Absent: where room was found last. */
  node: fc.option(fc.nat(99), { nil: undefined }),
  pick: fc.nat(100),
  priority: fc.constantFrom(0, 10, 100),
  milli: fc.constantFrom(500, 1000, 2000),
});

/** Pods come and go and are nominated, mostly where room was found; every search is made both ways. */
function holdAgainstEachOther(steps: readonly Step[], nodeCount: number): void {
  const stand = new PreemptionStand();
  const nodes = Array.from({ length: nodeCount }, (_, i) => stand.node({ cpu: String(1 + (i % 2)) }));
  const args = { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: Math.ceil((nodeCount * 3) / 4) };
  const [remembering, direct] = [stand.candidates(args), stand.candidates(args, true)];
  for (const [i, node] of nodes.slice(4).entries()) stand.running(node, (i * 7) % 10, cpu(1000));
  const priorities = [10, 10, 100, 100, 1000, 1000];
  const waiting = priorities.map((priority) => stand.waiting(priority, cpu(2000 - priority)));
  let last = nodes[0]!;
  for (const { kind, node, pick, priority, milli } of steps) {
    const row = node === undefined ? last : nodes[node % nodes.length]!;
    const pods = stand.cache.onNodes.of(row);
    const pod = pods[pick % pods.length];
    const hoping = waiting[pick % waiting.length]!;
    if (kind === 'run') stand.running(row, priority, cpu(milli));
    else if (kind === 'join') nodes.push(stand.node({ cpu: '2' }));
    else if (kind === 'nominate') stand.nominator.add(hoping, row);
    else if (kind === 'withdraw') stand.nominator.delete(hoping);
    else if (kind === 'update' && pod !== undefined) stand.cache.update(pod);
    else if (kind === 'gone' && pod !== undefined) stand.cache.remove(pod);
    else if (kind === 'find') {
      const some = pick % 5 === 0 ? nodes.filter((one) => one % 5 !== pick % 5) : undefined;
      const text = found(stand, remembering, hoping, some);
      expect(text).toBe(found(stand, direct, hoping, some));
      const chosen = /^n([0-9]+)/.exec(text);
      if (chosen !== null) last = Number(chosen[1]);
    }
  }
}

test.each([
  ['some nodes', 5, 200],
  ['several blocks of them', 75, 40],
])('what is remembered of %s gives the same answers as looking at them anew', (_name, nodeCount, numRuns) => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => holdAgainstEachOther(steps, nodeCount)),
    { numRuns },
  );
});

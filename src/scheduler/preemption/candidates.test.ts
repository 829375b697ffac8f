import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import type { Candidates } from './candidates.ts';
import { PreemptionStand } from './testing.ts';

const cpu = (milli: number) => ({ requests: { cpu: `${milli}m` } });

function wait(stand: PreemptionStand, seconds: number): void {
  const { kernel } = stand.test;
  kernel.schedule(
    seconds * MICROS_PER_SECOND,
    kernel.register('test/wait', () => {}),
  );
  kernel.run();
}

/** The node that the pod would make room on, and whose pods would go. */
function found(stand: PreemptionStand, candidates: Candidates, pod: number, nodes: readonly number[]): string {
  const node = candidates.find(stand.turnOf(pod), Int32Array.from(nodes), stand.filtering);
  if (node === -1) return JSON.stringify([...candidates.reasons]);
  return `n${node}: ${candidates.victims.map((victim) => stand.cluster.podName(victim)).join(' ')}`;
}

/** The choice between two nodes that the given pods fill, whatever node the search begins at. */
function choose(fill: (stand: PreemptionStand, a: number, b: number) => void): Set<string> {
  const stand = new PreemptionStand();
  const [a, b] = [stand.node({ cpu: '4' }), stand.node({ cpu: '4' })];
  fill(stand, a, b);
  const candidates = stand.candidates();
  const pod = stand.waiting(1000, cpu(4000));
  return new Set([0, 1, 2, 3, 4, 5, 6, 7].map(() => found(stand, candidates, pod, [a, b])));
}

describe('the choice of the node', () => {
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
      wait(stand, 1);
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
    // The chosen node is looked at once more for its victims.
    expect(looked).toBe(expected + 1);
  });
});

test('what is remembered of nodes gives the same answers as looking at them anew', () => {
  const step = fc.record({
    kind: fc.constantFrom('run', 'run', 'find', 'find', 'gone', 'nominate', 'update', 'withdraw'),
    node: fc.nat(3),
    pick: fc.nat(100),
    priority: fc.constantFrom(0, 10, 100),
    milli: fc.constantFrom(500, 1000, 2000),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), (steps) => {
      const stand = new PreemptionStand();
      const nodes = [1, 2, 3, 4].map((cpus) => stand.node({ cpu: String(cpus) }));
      const args = { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 2 };
      const [remembering, direct] = [stand.candidates(args), stand.candidates(args, true)];
      const running: number[] = [];
      const waiting = [10, 100, 1000].flatMap((priority) => [
        stand.waiting(priority, cpu(1000)),
        stand.waiting(priority, cpu(1000)),
      ]);
      for (const { kind, node, pick, priority, milli } of steps) {
        const pod = running.length === 0 ? -1 : running[pick % running.length]!;
        const hoping = waiting[pick % waiting.length]!;
        if (kind === 'run') running.push(stand.running(nodes[node]!, priority, cpu(milli)));
        else if (kind === 'nominate') stand.nominator.add(hoping, nodes[node]!);
        else if (kind === 'withdraw') stand.nominator.delete(hoping);
        else if (kind === 'update' && pod !== -1) stand.cache.update(pod);
        else if (kind === 'gone' && pod !== -1) {
          stand.cache.remove(pod);
          running.splice(running.indexOf(pod), 1);
        } else if (kind === 'find') {
          expect(found(stand, remembering, hoping, nodes)).toBe(found(stand, direct, hoping, nodes));
        }
      }
    }),
    { numRuns: 200 },
  );
});

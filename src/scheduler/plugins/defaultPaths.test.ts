import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_RESOURCES } from '../pluginArgs.ts';
import { TestCluster } from '../testing.ts';
import { NodeResourcesBalancedAllocation } from './nodeResourcesBalancedAllocation.ts';
import { NodeResourcesFit } from './nodeResourcesFit.ts';
import { createScorer } from './scoringStrategies.ts';

/** Nobody has it, so that it changes nothing but the path that is taken. */
const UNKNOWN = { name: 'example.com/unknown', weight: 1 };

const amounts = fc.record({
  cpu: fc.integer({ min: 0, max: 12_000 }).map((milli) => `${milli}m`),
  memory: fc.integer({ min: 0, max: 2 ** 34 }).map(String),
});

/** A pod's requests, of which any may be missing. */
const requests = fc.record(
  {
    cpu: fc.integer({ min: 0, max: 6_000 }).map((milli) => `${milli}m`),
    memory: fc.integer({ min: 0, max: 2 ** 33 }).map(String),
  },
  { requiredKeys: [] },
);

test('cpu and memory score on their own path as on the one of any resources', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.array(requests, { maxLength: 4 }),
      requests,
      fc.integer({ min: 30, max: 37 }),
      (node, placed, pod, minor) => {
        const cluster = new TestCluster();
        const handle = cluster.handle(minor);
        const { nodes } = cluster.cluster;
        const row = cluster.cacheNode('n', node);
        for (const one of placed) nodes.addPod(row, cluster.template({ requests: one }));
        const state = cluster.cycle({ requests: pod });
        const least = createScorer(nodes, { type: 'LeastAllocated', resources: DEFAULT_RESOURCES });
        expect(new NodeResourcesFit(handle).score(state, row)).toBe(least.score(state.template, row));
        const balance = new NodeResourcesBalancedAllocation(handle, { resources: [...DEFAULT_RESOURCES, UNKNOWN] });
        const plain = new NodeResourcesBalancedAllocation(handle);
        expect(plain.score(state, row)).toBe(balance.score(state, row));
        expect(plain.isScoreIdle(state)).toBe(balance.isScoreIdle(state));
      },
    ),
    { numRuns: 300 },
  );
});

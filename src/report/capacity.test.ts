import { describe, expect, it } from 'vitest';
import type { CapacityProbe, CapacityResult } from '../runner/capacity/capacity.ts';
import { renderCapacityTable } from './capacity.ts';
import { plainStyle } from './textTable.ts';

const OPTIONS = { headers: true, style: plainStyle };

function probe(size: number, changes: Partial<CapacityProbe> = {}): CapacityProbe {
  return {
    size,
    text: `${size}`,
    runs: 2,
    failures: [],
    durationSecondsMax: 12.5,
    podsMax: 6,
    refused: '',
    ...changes,
  };
}

function failing(size: number, message: string): CapacityProbe {
  const reasons = ['deployment/web stalled', message];
  return probe(size, { failures: [{ seed: 2, zone: '', reasons }], durationSecondsMax: null });
}

const FULL = 'deployment/web: 1 pod fits no node: 0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes.';
const TAINTED =
  'deployment/web: 1 pod fits no node: 0/4 nodes are available: 2 Insufficient cpu, 2 node(s) had taints.';

function result(changes: Partial<CapacityResult> = {}): CapacityResult {
  return {
    ...{ schemaVersion: 1, tool: { name: 'rollsim', version: '0.0.0' }, scenario: 'shop', scenarioHash: 'abc' },
    ...{ kubernetes: '1.37', options: {}, kind: 'capacity', question: 'nodes', path: 'nodes', seeds: [1, 2] },
    ...{ zones: [], withinSeconds: null, edge: { size: 3, text: '3' }, isEndOfRange: false, exceptions: [] },
    probes: [failing(2, FULL), probe(3), probe(4)],
    ...changes,
  };
}

describe('the table of capacity', () => {
  it('has each size, the answer, and what stalls beyond it', () => {
    expect(renderCapacityTable(result(), OPTIONS)).toMatchInlineSnapshot(`
      "nodes  HOLDS  LONGEST  PODS MAX  FIRST REASON
          2    1/2        -         6  deployment/web stalled
          3    2/2    12.5s         6  -
          4    2/2    12.5s         6  -

      3 is the fewest nodes (nodes) for which nothing stalls in 2 seeds.
      With 2, 1 of 2 runs does not hold. Seed 2:
        deployment/web stalled
        deployment/web: 1 pod fits no node: 0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes.
      "
    `);
  });

  it('tells sizes that came out the other way round, lost zones and limits', () => {
    const text = renderCapacityTable(result({ exceptions: ['4'], zones: ['a', 'b'], withinSeconds: 600 }), OPTIONS);
    expect(text).toContain('in 2 seeds, also when zone a or b is lost, and each rollout completes within 600.0 s.');
    expect(text).toContain('Not monotonic: 4 came out the other way round');
  });

  it('names the resource of which no node has enough, unless only some nodes lack it', () => {
    const none = (message: string) =>
      renderCapacityTable(result({ edge: null, probes: [failing(2, message)] }), OPTIONS);
    expect(none(FULL)).toContain('No single node has enough cpu for a pod of deployment/web.');
    expect(none(TAINTED)).not.toContain('No single node');
    expect(none(TAINTED)).toContain('More nodes of this size do not help: 2 was the last that was played.');
  });
});

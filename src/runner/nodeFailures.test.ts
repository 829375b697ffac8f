import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { type Played, play, type Sketch } from '../testing/play.ts';

/** When which nodes fell silent and came back. */
function outages({ log }: Played): string[] {
  return log.flatMap((line) => {
    if (line.kind !== 'Step' || !('failNode' in line)) return [];
    return [line.failNode === '' ? `+${line.recoverNode} ${line.t}` : `-${line.failNode} ${line.t}`];
  });
}

function failing(failures: readonly JsonObject[], sketch: Sketch = {}, seed = 1): Played {
  return play({ replicas: 1, nodes: { count: 4, zones: ['a', 'b'] }, failures, until: '1h', ...sketch }, seed);
}

describe('failures of a scenario', () => {
  test('come as a trace says', () => {
    const trace = [{ at: '10s', for: '5s' }, { at: '40s' }];
    const played = failing([{ nodes: 'node-2', trace }]);
    expect(outages(played)).toEqual(['-node-2 10', '+node-2 15', '-node-2 40']);
    expect(played.result).toMatchObject({ end: 'quiet', nodeOutages: { failed: 2, returned: 1 } });
  });

  test('come over a zone as a whole, or over each of its nodes', () => {
    const zone = { nodes: { zone: 'b' }, timeToFailure: '10s', timeToRepair: '20m' };
    expect(outages(failing([{ ...zone, together: true }], { until: '30s' }))).toEqual(['-node-1 10', '-node-3 10']);
    const random = { ...zone, timeToFailure: { exponential: { mean: '10m' } } };
    const times = (together: boolean) => {
      const failed = outages(failing([{ ...random, together }])).filter((line) => line.startsWith('-'));
      return failed.map((line) => line.split(' ')[1]);
    };
    expect(times(true)[0]).toBe(times(true)[1]);
    expect(new Set(times(false)).size).toBe(times(false).length);
  });

  test('come back and come again, in times that the seed and the node decide and nothing else', () => {
    const model = {
      timeToFailure: { weibull: { shape: 1.5, scale: '10m' } },
      timeToRepair: { exponential: { mean: '2m' } },
    };
    const of = (played: Played, name: string) => outages(played).filter((line) => line.slice(1).startsWith(name));
    const played = failing([model]);
    expect(of(played, 'node-0').length).toBeGreaterThan(3);
    expect(outages(failing([model]))).toEqual(outages(played));
    expect(outages(failing([model], {}, 2))).not.toEqual(outages(played));
    const other = failing([{ ...model, nodes: { zone: 'a' } }], {
      replicas: 9,
      nodes: { count: 8, zones: ['a', 'b'] },
    });
    expect(of(other, 'node-0')).toEqual(of(played, 'node-0'));
    expect(of(other, 'node-1')).toEqual([]);
    expect(played.result.end).toBe('until');
  });

  test('have the mean that was asked for', () => {
    const model = { timeToFailure: { exponential: { mean: '10m' } }, timeToRepair: '0s' };
    const { result } = failing([model], { nodes: { count: 100 }, until: '5h' });
    // 30 failures a node are expected, give or take a hundredth of the square root of 3000.
    expect(result.nodeOutages.failed / 100).toBeGreaterThan(28);
    expect(result.nodeOutages.failed / 100).toBeLessThan(32);
  });

  test('come over nodes that join, from then on, and over deleted ones no more', () => {
    const steps = { '60s': { addNodes: { name: 'late', count: 1 } }, '70s': 'delete node node-0' };
    const played = failing([{ timeToFailure: '100s' }], { nodes: { count: 1 }, steps });
    expect(outages(played)).toEqual(['-late-0 160']);
  });
});

describe('steps that fail nodes', () => {
  test('say which nodes they found', () => {
    const steps = {
      '1s': { failNode: { zone: 'a' } },
      '2s': { failNode: ['node-0', 'node-1'] },
      '3s': { recoverNode: { pool: 'node' } },
    };
    const { result } = failing([], { steps });
    expect(result.steps.slice(1)).toMatchObject([
      { failNode: ['node-0', 'node-2'], beganSeconds: 1, endedSeconds: 1 },
      { failNode: ['node-1'] },
      { recoverNode: ['node-0', 'node-1', 'node-2'] },
    ]);
  });

  test.each([
    [{ failNode: 'node-9' }, 'failNode: not all of these nodes are there: node-9'],
    [{ failNode: ['node-1', 'node-9'] }, 'failNode: not all of these nodes are there: node-1, node-9'],
    [{ recoverNode: { zone: 'c' } }, 'recoverNode: not all of these nodes are there: zone c'],
    [{ failNode: { pool: 'nod' } }, 'failNode: not all of these nodes are there: pool nod'],
  ])('%j is an error', (step, message) => {
    expect(() => failing([], { steps: { '1s': step } })).toThrow(message);
  });
});

test('what failures cost can be held against thresholds', async () => {
  const { thresholdMetric } = await import('./thresholdMetrics.ts');
  const { result } = failing([{ nodes: 'node-2', trace: [{ at: '10s', for: '90s' }] }]);
  expect(thresholdMetric('nodeOutages.downNodeSeconds')!.valuesOf([result])).toEqual([90]);
  expect(thresholdMetric('rollout.disruptions')!.valuesOf([result])).toEqual([0]);
});

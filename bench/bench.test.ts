import { beforeAll, describe, expect, it } from 'vitest';
import type { Bench, Outcome } from './bench.ts';
import { measure, row } from './measure.ts';
import { runScheduling, schedulingScenario } from './schedulingRun.ts';
import { SCHEDULING_WORKLOADS } from './schedulingSuite.ts';
import { suites } from './suites.ts';
import { compare, judge } from './verdict.ts';

const benches = suites.flatMap((suite) => suite.benches);

/** Every bench once: none can rot, and a change of what one does shows. Nobody looks at the time. */
describe('every bench, with small parameters', () => {
  const outcomes = new Map<string, Outcome>();
  beforeAll(async () => {
    for (const bench of benches) outcomes.set(bench.name, await bench.prepare('small')());
    // Twenty rollouts and two processes take their time on a busy machine.
  }, 60_000);
  const hashOf = (name: string): string | undefined => outcomes.get(name)?.hash;

  it('has the result it had before', () => {
    const lines = [...outcomes].map(([name, { hash, amount }]) => `${name}: ${amount}, ${hash}`);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "hold/bucket/exponential/1000: 5000, fd19d9fb
      hold/bucket/exponential/10000: 5000, 9c3c3a6c
      hold/bucket/exponential/100000: 5000, 15313239
      hold/heap/exponential/1000: 5000, fd19d9fb
      hold/heap/exponential/10000: 5000, 9c3c3a6c
      hold/heap/exponential/100000: 5000, 15313239
      hold/bucket/clustered/1000: 5000, d1a685a3
      hold/bucket/clustered/10000: 5000, 8ae603e5
      hold/bucket/clustered/100000: 5000, 42c63d51
      hold/heap/clustered/1000: 5000, d1a685a3
      hold/heap/clustered/10000: 5000, 8ae603e5
      hold/heap/clustered/100000: 5000, 42c63d51
      rollout/lifted/1000x100: 40, 1f1230ba89336852
      rollout/lifted/10000x1000: 40, 1f1230ba89336852
      rollout/lifted/150000x5000: 40, da30d21791f01f48
      rollout/default/1000x100: 40, 95c3d73f3fbfe3fd
      rollout/default/10000x1000: 40, 95c3d73f3fbfe3fd
      rollout/default/150000x5000: 40, 8eacffc19c49c496
      scheduling/basic: 1000, af60a8255e8634e5
      scheduling/topology-spreading: 100, 5bb336fac6df2ad5
      scheduling/preferred-topology-spreading: 100, 34f719162ba11cec
      scheduling/pod-anti-affinity: 40, 82125587a2201061
      scheduling/pod-affinity: 100, e7b0955d996fc390
      scheduling/node-affinity: 200, d542ce4362f305b0
      scheduling/preemption: 100, 907ec7f3d69b1c7b
      scheduling/unschedulable: 200, fb744d05ce08fc76
      scheduling/mixed: 100, 7b5865fef67214fa
      sweep/1000x100/jobs-1: 3, 076c8162e96dbfa1
      sweep/1000x100/jobs-2: 3, 076c8162e96dbfa1
      cli/version: 1, 7a77822cecda5ef5
      cli/stream-1200x7064: 70, 756edd9c968f6956"
    `);
  });

  it('has a name of its own', () => {
    expect(new Set(benches.map(({ name }) => name)).size).toBe(benches.length);
  });

  it.each(benches.map(({ name }) => name).filter((name) => name.startsWith('hold/bucket/')))(
    '%s fires the same events in the same order on the other queue',
    (name) => {
      expect(hashOf(name)).toBe(hashOf(name.replace('bucket', 'heap')));
    },
  );

  it('has the same result on one thread and on two', () => {
    expect(hashOf('sweep/1000x100/jobs-2')).toBe(hashOf('sweep/1000x100/jobs-1'));
  });
});

describe('scheduling', () => {
  it.each(SCHEDULING_WORKLOADS)('$name places the pods as without an index, on 100 nodes', ({ name }) => {
    const scenario = schedulingScenario(name, 50);
    const { pods, placements } = runScheduling(scenario);
    expect(scenario.pools[0]!.count).toBe(100);
    expect(pods).toBe(placements.length);
    expect(runScheduling(scenario, true).placements).toEqual(placements);
  });
});

describe('comparisons', () => {
  it('name a bench of their suite', () => {
    for (const { benches: own, comparisons } of suites) {
      const names = own.map(({ name }) => name);
      for (const { fast } of comparisons) expect(names).toContain(fast);
    }
  });
});

describe('measuring', () => {
  const bench = (hashes: readonly string[]): Bench => ({
    name: 'stub',
    unit: 'things',
    warmups: 1,
    iterations: 4,
    prepare: () => {
      let run = 0;
      return () => ({ hash: hashes[run++ % hashes.length]!, amount: 7 });
    },
  });

  it('runs the given number of iterations', async () => {
    expect(await measure(bench(['a']), 'small', false)).toMatchObject({ hash: 'a', amount: 7, iterations: 4 });
    expect(await measure(bench(['a']), 'small', true)).toMatchObject({ iterations: 3 });
  });

  it('refuses runs that differ', async () => {
    await expect(measure(bench(['a', 'b']), 'small', true)).rejects.toThrow('Two runs of stub differ');
  });
});

describe('budgets', () => {
  const twoMillis = { ...row('two', 'things', 1000, [2, 1, 3]), peakMebibytes: 100 };
  const tenMillis = row('ten', 'things', 1000, [10]);

  it('hold or are missed', () => {
    expect(judge({ perSecondAtLeast: 500_000 }, twoMillis)).toEqual({ budget: '>= 500 k/s', isMet: true });
    expect(judge({ perSecondAtLeast: 500_001 }, twoMillis)?.isMet).toBe(false);
    expect(judge({ medianMillisAtMost: 2 }, twoMillis)).toEqual({ budget: '<= 2.00 ms', isMet: true });
    expect(judge({ medianMillisAtMost: 2, peakMebibytesAtMost: 99 }, twoMillis)?.isMet).toBe(false);
    expect(judge(undefined, twoMillis)).toBeUndefined();
  });

  it('compare two benches of one run', () => {
    const comparison = { fast: 'two', slow: 'ten', timesAtLeast: 5 };
    expect(compare(comparison, [twoMillis, tenMillis])).toMatchObject({ times: 5, budget: '>= 5 x', isMet: true });
    expect(compare({ ...comparison, timesAtLeast: 6 }, [twoMillis, tenMillis])?.isMet).toBe(false);
    expect(compare(comparison, [twoMillis])).toBeUndefined();
  });
});

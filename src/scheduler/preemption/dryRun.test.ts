import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_VICTIMS } from './dryRun.ts';
import { PreemptionStand } from './testing.ts';

const cpu = (milli: number) => ({ requests: { cpu: `${milli}m` } });

describe('victims on one node', () => {
  test('are as few as the pod needs, of those that matter least', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '4' });
    stand.running(node, 100, cpu(1000));
    stand.running(node, 10, cpu(1000));
    stand.running(node, 10, cpu(2000));
    expect(stand.victims(stand.waiting(1000, cpu(1500)), node)).toEqual(['p2']);
    expect(stand.victims(stand.waiting(1000, cpu(2500)), node)).toEqual(['p1', 'p2']);
    expect(stand.victims(stand.waiting(1000, cpu(4000)), node)).toEqual(['p0', 'p1', 'p2']);
  });

  test('are of lower priority, not of the same', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '2' });
    stand.running(node, 10, cpu(1000));
    stand.running(node, 10, cpu(1000));
    expect(stand.victims(stand.waiting(10, cpu(1000)), node)).toBeUndefined();
    expect(stand.dryRun.filter).toBe(NO_VICTIMS);
    expect(stand.victims(stand.waiting(11, cpu(1000)), node)).toEqual(['p1']);
  });

  test('of the same priority are those that started last', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '3' });
    const first = stand.running(node, 10, cpu(1000));
    stand.wait(1);
    stand.running(node, 10, cpu(1000));
    stand.wait(1);
    stand.running(node, 10, cpu(1000));
    stand.cache.update(first);
    expect(stand.cache.onNodes.of(node)).toEqual([2, 1, 0]);
    expect(stand.victims(stand.waiting(11, cpu(1000)), node)).toEqual(['p2']);
  });

  test('that a budget protects are spared before those that none does', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '2' });
    const guarded = stand.running(node, 10, cpu(1000));
    stand.label(guarded, 'web');
    stand.running(node, 100, cpu(1000));
    const preemptor = stand.waiting(1000, cpu(1000));
    expect(stand.victims(preemptor, node)).toEqual(['p0']);
    stand.budget('web', 0);
    expect(stand.victims(preemptor, node)).toEqual(['p1']);
    expect(stand.dryRun.violations).toBe(0);
  });

  test('are counted against a budget that does not allow that many', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '3' });
    for (let i = 0; i < 3; i++) stand.label(stand.running(node, 10, cpu(1000)), 'web');
    stand.budget('web', 1);
    expect(stand.victims(stand.waiting(1000, cpu(3000)), node)).toHaveLength(3);
    expect(stand.dryRun.violations).toBe(2);
    expect(stand.victims(stand.waiting(1000, cpu(1000)), node)).toHaveLength(1);
    expect(stand.dryRun.violations).toBe(0);
  });

  test('make room for pods of the same priority that hope for the node as well', () => {
    const stand = new PreemptionStand();
    const node = stand.node({ cpu: '3' });
    for (let i = 0; i < 3; i++) stand.running(node, 0, cpu(1000));
    const hoping = stand.waiting(1000, cpu(1000));
    stand.nominator.add(hoping, node);
    expect(stand.victims(stand.waiting(1000, cpu(1000)), node)).toHaveLength(2);
    expect(stand.victims(stand.waiting(1001, cpu(1000)), node)).toHaveLength(1);
    expect(stand.victims(hoping, node)).toHaveLength(1);
  });

  test('are found for pods that are kept out by others than the lack of room', () => {
    const stand = new PreemptionStand();
    const node = stand.node();
    const ports = [{ containerPort: 80, hostPort: 80 }];
    stand.running(node, 10, { ports });
    stand.running(node, 10);
    expect(stand.victims(stand.waiting(1000, { ports }), node)).toEqual(['p0']);
  });
});

test('a dry run leaves no pod out that could stay, takes none that could go, and changes nothing', () => {
  const pod = fc.record({ priority: fc.constantFrom(-1, 0, 10, 100), milli: fc.integer({ min: 0, max: 1500 }) });
  const cases = fc.record({
    pods: fc.array(pod, { maxLength: 8 }),
    preemptor: pod,
    hoping: fc.option(pod, { nil: undefined }),
  });
  fc.assert(
    fc.property(cases, ({ pods, preemptor, hoping }) => {
      const stand = new PreemptionStand();
      const node = stand.node({ cpu: '4', pods: '7' });
      for (const { priority, milli } of pods) stand.running(node, priority, cpu(milli));
      const waiting = stand.waiting(preemptor.priority, cpu(preemptor.milli));
      if (hoping !== undefined) stand.nominator.add(stand.waiting(hoping.priority, cpu(hoping.milli)), node);
      const { nodes } = stand.cluster;
      const numbers = () => [nodes.version[node], nodes.podCount[node], nodes.requestedCpuMilli[node]];
      const before = numbers();
      const victims = stand.victims(waiting, node);
      expect(numbers()).toEqual(before);
      // The pod that hopes for the node counts where it is of at least the preemptor's priority.
      const others = hoping !== undefined && hoping.priority >= preemptor.priority ? [hoping] : [];
      const fits = (indices: readonly number[]) => {
        const all = [...indices.map((i) => pods[i]!), ...others, preemptor];
        const isRoom = all.length <= 7 && all.reduce((sum, { milli }) => sum + milli, 0) <= 4000;
        return isRoom || (preemptor.milli === 0 && all.length <= 7);
      };
      const all = [...pods.keys()];
      const lower = all.filter((i) => pods[i]!.priority < preemptor.priority);
      const higher = all.filter((i) => !lower.includes(i));
      if (victims === undefined) {
        expect(lower.length === 0 || !fits(higher)).toBe(true);
        return;
      }
      const gone = victims.map((name) => Number(name.slice(1)));
      expect(gone.filter((i) => !lower.includes(i))).toEqual([]);
      const left = all.filter((i) => !gone.includes(i));
      expect(fits(left)).toBe(true);
      for (const i of gone) expect(fits([...left, i])).toBe(false);
    }),
    { numRuns: 300 },
  );
});

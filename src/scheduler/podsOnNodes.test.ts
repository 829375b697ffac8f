import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PodsOnNodes } from './podsOnNodes.ts';

test('a node that never had a pod has none', () => {
  const pods = new PodsOnNodes();
  expect(pods.of(3)).toEqual([]);
  expect(pods.lowestPriority()).toBe(Number.POSITIVE_INFINITY);
});

test("an update is a removal and an addition, as in upstream's NodeInfo", () => {
  const pods = new PodsOnNodes();
  for (const pod of [10, 11, 12]) pods.add(pod, 0, 0);
  pods.update(10, 0);
  expect(pods.of(0)).toEqual([12, 11, 10]);
  pods.update(11, 0);
  expect(pods.of(0)).toEqual([12, 10, 11]);
  pods.update(11, 0);
  expect(pods.of(0)).toEqual([12, 10, 11]);
});

test("pods stand in the order of upstream's NodeInfo, whichever come and go", () => {
  const step = fc.record({
    pod: fc.nat(400),
    node: fc.nat(5),
    priority: fc.constantFrom(-5, 0, 1000),
    isUpdate: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pods = new PodsOnNodes();
      const nodes = new Map<number, number[]>();
      const placed = new Map<number, { node: number; priority: number }>();
      const listed = (node: number) => nodes.get(node) ?? [];
      const without = (pod: number, node: number) => {
        const rows = [...listed(node)];
        rows[rows.indexOf(pod)] = rows.at(-1)!;
        return rows.slice(0, -1);
      };
      for (const { pod, node, priority, isUpdate } of steps) {
        const before = placed.get(pod);
        if (before === undefined) {
          pods.add(pod, node, priority);
          placed.set(pod, { node, priority });
          nodes.set(node, [...listed(node), pod]);
        } else if (isUpdate) {
          pods.update(pod, before.node);
          nodes.set(before.node, [...without(pod, before.node), pod]);
        } else {
          pods.remove(pod, before.node, before.priority);
          placed.delete(pod);
          nodes.set(before.node, without(pod, before.node));
        }
        for (const row of [node, before?.node ?? node]) expect(pods.of(row)).toEqual(listed(row));
        expect(pods.lowestPriority()).toBe(Math.min(...[...placed.values()].map((one) => one.priority)));
      }
    }),
  );
});

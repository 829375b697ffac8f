import { describe, expect, test } from 'vitest';
import { featureGates } from '../api/featureGates.ts';
import type { CompiledTemplate } from '../cluster/templateTable.ts';
import { Kernel } from '../kernel/kernel.ts';
import { MICROS_PER_SECOND } from '../kernel/time.ts';
import { ClusterEventKind, type EventRegistration } from './clusterEvent.ts';
import { PrioritySort } from './plugins/prioritySort.ts';
import { backoffMicros, SchedulingQueue } from './queue.ts';
import { TestCluster } from './testing.ts';

const { NodeAdd, AssignedPodDelete, NodeDelete, WaitingPodUpdateLabel, WaitingPodUpdateTolerations } = ClusterEventKind;
const FIT = 1;
const PICKY = 2;
/** FIT wants deletions and labels; PICKY tolerations, and additions of nodes: but its hint takes only pods of even number. */
const REGISTRATIONS: readonly (readonly EventRegistration[])[] = [
  [{ kinds: AssignedPodDelete }, { kinds: WaitingPodUpdateLabel }],
  [{ kinds: NodeAdd, hint: (_template, _event, pod) => pod % 2 === 0 }, { kinds: WaitingPodUpdateTolerations }],
];

function setUp(minorVersion = 37) {
  const kernel = new Kernel();
  const cluster = new TestCluster();
  const priorities = new Map<number, number>();
  const templates = new Map<number, CompiledTemplate>();
  const plain = cluster.template();
  const labelSets = new Map<number, number>();
  const gated = new Set<number>();
  const ready: number[] = [];
  const sort = new PrioritySort();
  const queue: SchedulingQueue = new SchedulingQueue({
    kernel,
    less: (queued, a, b) => sort.less(queued, a, b),
    preEnqueue: (pod) => !gated.has(pod),
    kindsOfInterest: AssignedPodDelete | NodeAdd,
    registrationsOf: () => REGISTRATIONS,
    templateOf: (pod) => templates.get(pod) ?? plain,
    priorityOf: (pod) => priorities.get(pod) ?? 0,
    labelSetOf: (pod) => labelSets.get(pod) ?? plain.labelSet,
    gates: featureGates({ minor: minorVersion }),
    onReady: () => ready.push(kernel.nowMicros / MICROS_PER_SECOND),
  });
  const at = kernel.register('test', (action) => actions[action]!());
  const actions: (() => void)[] = [];
  /** Does something at a time, in seconds. */
  const when = (seconds: number, action: () => void) =>
    kernel.scheduleAt(seconds * MICROS_PER_SECOND, at, actions.push(action) - 1);
  const failNext = (rejectors: number) => {
    const pod = queue.pop();
    queue.addUnschedulable(pod, rejectors);
    return pod;
  };
  /** The pod gets a toleration. */
  const tolerate = (pod: number) => {
    templates.set(pod, cluster.template({ spec: { tolerations: [{ operator: 'Exists' }] } }));
    queue.update(pod);
  };
  const relabel = (pod: number) => {
    labelSets.set(pod, cluster.cluster.labels.intern({ app: 'other' }));
    queue.update(pod);
  };
  return { kernel, queue, priorities, gated, ready, when, failNext, tolerate, relabel };
}

test('back-off doubles from 1 s to 10 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 60].map((count) => backoffMicros(count) / MICROS_PER_SECOND)).toEqual([
    0, 1, 2, 4, 8, 10, 10, 10,
  ]);
});

test('activeQ: by priority, then first come', () => {
  const { queue, priorities } = setUp();
  priorities.set(2, 100).set(3, 50);
  for (const pod of [0, 1, 2, 3, 4]) queue.add(pod);
  queue.delete(1);
  expect([queue.pop(), queue.pop(), queue.pop(), queue.pop(), queue.pop()]).toEqual([2, 3, 0, 4, -1]);
});

test('a gated pod enters when its gates are gone', () => {
  const { queue, gated } = setUp();
  gated.add(0);
  queue.add(0);
  expect([queue.pop(), queue.gatedCount]).toEqual([-1, 1]);
  queue.update(0);
  expect(queue.pop()).toBe(-1);
  gated.clear();
  queue.update(0);
  expect([queue.pop(), queue.gatedCount]).toEqual([0, 0]);
});

describe('a toleration', () => {
  test('wakes the pod that got it, if one of its rejectors asks for that', () => {
    const { queue, failNext, tolerate } = setUp();
    for (const pod of [0, 1, 2]) queue.add(pod);
    for (const rejector of [PICKY, FIT, PICKY]) failNext(rejector);
    tolerate(0);
    tolerate(1);
    expect([queue.readyCount, queue.unschedulableCount]).toEqual([1, 2]);
    expect(queue.pop()).toBe(0);
  });

  test('that comes during the cycle counts when the pod has failed', () => {
    const { queue, tolerate } = setUp();
    queue.add(0);
    queue.pop();
    tolerate(0);
    queue.addUnschedulable(0, PICKY);
    expect([queue.readyCount, queue.unschedulableCount]).toEqual([1, 0]);
  });

  test('is told apart from other labels', () => {
    const { queue, failNext, relabel } = setUp();
    for (const pod of [0, 1]) queue.add(pod);
    for (const rejector of [PICKY, FIT]) failNext(rejector);
    for (const pod of [0, 1]) relabel(pod);
    expect([queue.readyCount, queue.unschedulableCount]).toEqual([1, 1]);
    expect(queue.pop()).toBe(1);
  });

  test('is not news twice', () => {
    const { queue, tolerate, failNext } = setUp();
    queue.add(0);
    tolerate(0);
    failNext(PICKY);
    queue.update(0);
    expect([queue.readyCount, queue.unschedulableCount]).toEqual([0, 1]);
  });
});

describe('moves', () => {
  test('only events that the rejecting plugin registered wake a pod', () => {
    const { queue, failNext } = setUp();
    queue.add(0);
    failNext(FIT);
    queue.moveAll({ kinds: NodeAdd });
    queue.moveAll({ kinds: NodeDelete });
    expect(queue.unschedulableCount).toBe(1);
    queue.moveAll({ kinds: AssignedPodDelete });
    expect(queue.unschedulableCount).toBe(0);
    expect(queue.pop()).toBe(0);
  });

  test('hints are asked, from 1.32 on', () => {
    for (const { minor, woken } of [
      { minor: 37, woken: 1 },
      { minor: 31, woken: 2 },
    ]) {
      const { queue, failNext } = setUp(minor);
      queue.add(0);
      queue.add(1);
      failNext(PICKY);
      failNext(PICKY);
      queue.moveAll({ kinds: NodeAdd });
      expect(2 - queue.unschedulableCount).toBe(woken);
    }
  });

  test('a pod rejected by several plugins is woken by an event of any', () => {
    const { queue, failNext } = setUp();
    queue.add(1);
    failNext(FIT | PICKY);
    queue.moveAll({ kinds: AssignedPodDelete });
    expect(queue.pop()).toBe(1);
  });

  test('an event during the attempt is not lost', () => {
    const { queue } = setUp();
    queue.add(0);
    queue.pop();
    queue.moveAll({ kinds: AssignedPodDelete });
    queue.addUnschedulable(0, FIT);
    expect([queue.unschedulableCount, queue.backoffCount]).toEqual([0, 1]);
  });

  test('an event before the attempt is over for it', () => {
    const { queue, failNext } = setUp();
    queue.add(0);
    queue.moveAll({ kinds: AssignedPodDelete });
    failNext(FIT);
    expect(queue.unschedulableCount).toBe(1);
  });

  test('a pod that is deleted while waiting does not come back', () => {
    const { queue, failNext, kernel } = setUp();
    queue.add(0);
    failNext(FIT);
    queue.delete(0);
    queue.moveAll({ kinds: AssignedPodDelete });
    expect([queue.readyCount, kernel.pendingEvents]).toEqual([0, 0]);
  });
});

describe('back-off', () => {
  test('1.33 and later: an idle scheduler takes pods out of backoffQ at once', () => {
    const { queue, failNext, kernel } = setUp(33);
    queue.add(0);
    failNext(FIT);
    queue.moveAll({ kinds: AssignedPodDelete });
    expect([queue.readyCount, queue.backoffCount]).toEqual([1, 1]);
    expect(queue.pop()).toBe(0);
    expect(kernel.pendingEvents).toBe(0);
  });

  test('but pods of activeQ go first, whatever their priority', () => {
    const { queue, failNext, priorities } = setUp(33);
    priorities.set(0, 1000);
    queue.add(0);
    failNext(FIT);
    queue.moveAll({ kinds: AssignedPodDelete });
    queue.add(1);
    expect([queue.pop(), queue.pop()]).toEqual([1, 0]);
  });

  test('until 1.32 the pod waits', () => {
    const { queue, failNext, kernel, ready } = setUp(32);
    queue.add(0);
    failNext(FIT);
    queue.moveAll({ kinds: AssignedPodDelete });
    expect(queue.readyCount).toBe(0);
    expect(queue.pop()).toBe(-1);
    kernel.run();
    expect(ready).toEqual([1]);
    expect(queue.pop()).toBe(0);
  });

  test('a pod whose back-off ended while it was unschedulable goes to activeQ', () => {
    const { queue, failNext, kernel, when } = setUp(32);
    queue.add(0);
    failNext(FIT);
    when(1.5, () => queue.moveAll({ kinds: AssignedPodDelete }));
    kernel.run();
    expect([queue.readyCount, queue.backoffCount]).toEqual([1, 0]);
  });

  test('pods whose back-off ends within one second come by priority', () => {
    const { queue, failNext, kernel, priorities, when } = setUp(37);
    priorities.set(1, 10);
    when(0.1, () => queue.add(0));
    when(0.1, () => failNext(FIT));
    when(0.8, () => queue.add(1));
    when(0.8, () => failNext(FIT));
    when(0.9, () => queue.moveAll({ kinds: AssignedPodDelete }));
    kernel.run({ untilMicros: 0.95 * MICROS_PER_SECOND });
    expect([queue.pop(), queue.pop()]).toEqual([1, 0]);
  });

  test('the flush moves pods to activeQ a window after their back-off ended', () => {
    const { queue, failNext, kernel, ready, when } = setUp(37);
    when(0.1, () => queue.add(0));
    when(0.1, () => failNext(FIT));
    when(0.2, () => queue.moveAll({ kinds: AssignedPodDelete }));
    kernel.run();
    expect(ready).toEqual([2]);
    expect(queue.backoffCount).toBe(0);
  });
});

describe('pods left over in unschedulablePods', () => {
  test('are not retried where nothing changed: the run ends', () => {
    const { queue, failNext, kernel } = setUp();
    queue.add(0);
    failNext(FIT);
    expect(kernel.pendingEvents).toBe(0);
  });

  test('are retried after 5 minutes where something did', () => {
    const { queue, failNext, kernel, when, ready } = setUp();
    when(10, () => queue.add(0));
    when(10, () => failNext(FIT));
    when(20, () => queue.moveAll({ kinds: NodeDelete }));
    kernel.run();
    expect(ready).toEqual([330]);
    expect(queue.pop()).toBe(0);
    queue.addUnschedulable(0, FIT);
    expect(kernel.pendingEvents).toBe(0);
  });

  test('the timer goes with the pod', () => {
    const { queue, failNext, kernel } = setUp();
    queue.add(0);
    failNext(FIT);
    queue.moveAll({ kinds: NodeDelete });
    expect(kernel.pendingEvents).toBe(1);
    queue.delete(0);
    expect(kernel.pendingEvents).toBe(0);
  });
});

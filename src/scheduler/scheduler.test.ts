import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/types.ts';
import { POD_SUCCEEDED } from '../cluster/podTable.ts';
import { MICROS_PER_MILLI, MICROS_PER_SECOND } from '../kernel/time.ts';
import { CYCLE_MICROS, type NodeSketch, type PodSketch, REQUEST_MICROS, TestCluster, WATCH_MICROS } from './testing.ts';

const ONE_CPU: PodSketch = { requests: { cpu: '1' } };

/** A cluster with a scheduler that has seen its nodes. */
function setUp(nodes: Record<string, Parameters<TestCluster['createNode']>[1]>, minor = 37) {
  const cluster = new TestCluster();
  const scheduler = cluster.scheduler({ version: { minor } });
  for (const [name, sketch] of Object.entries(nodes)) cluster.createNode(name, sketch);
  cluster.kernel.run();
  const at = cluster.kernel.register('test', (action) => actions[action]!());
  const actions: (() => void)[] = [];
  /** Does something at a time, in ms. */
  const when = (millis: number, action: () => void) =>
    cluster.kernel.scheduleAt(millis * MICROS_PER_MILLI, at, actions.push(action) - 1);
  return { cluster, scheduler, when };
}

test('one pod at a time: watch, cycle, binding', () => {
  const { cluster, scheduler, when } = setUp({ a: { cpu: '8' } });
  when(10, () => {
    for (const name of ['p', 'q', 'r']) cluster.createPod(name, ONE_CPU);
  });
  cluster.kernel.run();
  const [watch, cycle, request] = [WATCH_MICROS, CYCLE_MICROS, REQUEST_MICROS].map((m) => m / MICROS_PER_MILLI);
  const times = [1, 2, 3].map((n) => 10 + watch! + n * cycle! + request!);
  expect(cluster.log).toEqual(['p', 'q', 'r'].map((name, i) => `${times[i]} scheduled ${name} on a`));
  expect([scheduler.attempts, scheduler.unschedulableAttempts]).toEqual([3, 0]);
});

test('assumed pods count before they are bound', () => {
  const { cluster, when } = setUp({ a: { cpu: '1' }, b: { cpu: '1' } });
  when(10, () => {
    cluster.createPod('p', ONE_CPU);
    cluster.createPod('q', ONE_CPU);
  });
  cluster.kernel.run();
  expect(cluster.log.map((line) => line.slice(-1)).sort()).toEqual(['a', 'b']);
});

test('a pod bears the condition that it fits nowhere until it has a node', () => {
  const { cluster, when } = setUp({ a: { cpu: '1' } });
  let [first, second] = [-1, -1];
  const seen: (string | undefined)[] = [];
  const look = () => seen.push(cluster.cluster.unschedulableCondition(second)?.message.split('. ')[0]);
  when(10, () => {
    first = cluster.createPod('first', ONE_CPU);
  });
  when(1_000, () => {
    second = cluster.createPod('second', ONE_CPU);
    look();
  });
  when(1_900, look);
  when(2_000, () => cluster.cluster.removePod(first));
  when(60_000, look);
  cluster.kernel.run();
  expect(seen).toEqual([undefined, '0/1 nodes are available: 1 Insufficient cpu', undefined]);
  expect(cluster.log.at(-1)).toMatch(/scheduled second on a$/);
});

describe('messages', () => {
  test('a full cluster', () => {
    const { cluster, when } = setUp({ a: { cpu: '2' }, b: { cpu: '2' }, c: { cpu: '2' } });
    when(10, () => {
      for (let i = 0; i < 6; i++) cluster.createPod(`filler${i}`, ONE_CPU);
      cluster.createPod('late', ONE_CPU);
    });
    cluster.kernel.run();
    expect(cluster.log.find((line) => line.includes('late'))).toMatch(
      /failed late: 0\/3 nodes are available: 3 Insufficient cpu\. preemption: 0\/3 nodes are available: 3 No preemption victims found for incoming pod\.$/,
    );
  });

  test('a mixed bag, sorted as text', () => {
    const { cluster, when } = setUp({
      small: { cpu: '500m' },
      tainted: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] },
      cordoned: { unschedulable: true },
      full: { pods: '0' },
    });
    when(10, () => cluster.createPod('p', ONE_CPU));
    cluster.kernel.run();
    expect(cluster.log[0]).toBe(
      '12 failed p: 0/4 nodes are available: 1 Insufficient cpu, 1 Too many pods, 1 node(s) had untolerated taint(s), ' +
        '1 node(s) were unschedulable. preemption: 0/4 nodes are available: 1 No preemption victims found for incoming ' +
        'pod, 3 Preemption is not helpful for scheduling.',
    );
  });

  test('until 1.33: the taint by name, and preemption is tried on too small nodes', () => {
    const { cluster, when } = setUp(
      { small: { cpu: '500m' }, tainted: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } },
      33,
    );
    when(10, () => cluster.createPod('p', ONE_CPU));
    cluster.kernel.run();
    expect(cluster.log[0]).toBe(
      '12 failed p: 0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {k: v}. preemption: ' +
        '0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    );
  });

  test('no nodes', () => {
    const { cluster, when } = setUp({});
    when(10, () => cluster.createPod('p', ONE_CPU));
    when(50, () => cluster.createNode('a'));
    cluster.kernel.run();
    expect(cluster.log).toEqual(['12 failed p: no nodes available to schedule pods', '54 scheduled p on a']);
  });
});

describe('a waiting pod is woken', () => {
  function setUpFull(minor?: number) {
    const context = setUp({ a: { cpu: '1' } }, minor);
    const { cluster, when } = context;
    const pods = { first: -1, second: -1 };
    when(10, () => {
      pods.first = cluster.createPod('first', ONE_CPU);
      pods.second = cluster.createPod('second', ONE_CPU);
    });
    return { ...context, pods };
  }

  const isSecondAt = (millis: number) => `${millis} scheduled second on a`;

  test('when a pod has gone, not when it begins to terminate', () => {
    const { cluster, when, pods } = setUpFull();
    when(100, () => cluster.cluster.deletePod(pods.first));
    when(200, () => cluster.cluster.removePod(pods.first));
    cluster.kernel.run();
    expect(cluster.log.filter((line) => line.includes('failed'))).toHaveLength(1);
    expect(cluster.log.at(-1)).toBe(isSecondAt(204));
  });

  test('when a pod has finished', () => {
    const { cluster, when, pods } = setUpFull();
    when(100, () => cluster.cluster.setPodFinished(pods.first, POD_SUCCEEDED));
    // Its removal frees nothing any more.
    when(200, () => cluster.cluster.removePod(pods.first));
    cluster.kernel.run();
    expect(cluster.log.at(-1)).toBe(isSecondAt(104));
    expect(cluster.cluster.nodes.podCount[0]).toBe(1);
  });

  test('when a node grows', () => {
    const { cluster, when } = setUpFull();
    when(100, () => cluster.updateNode('a', { cpu: '2' }));
    cluster.kernel.run();
    expect(cluster.log.at(-1)).toBe(isSecondAt(104));
  });

  test('when a node is added, cordoned ones not', () => {
    const { cluster, when } = setUpFull();
    when(100, () => cluster.createNode('b', { cpu: '2', unschedulable: true }));
    when(200, () => cluster.updateNode('b', { cpu: '2' }));
    cluster.kernel.run({ untilMicros: 60 * MICROS_PER_SECOND });
    expect(cluster.log.filter((line) => line.includes('failed'))).toHaveLength(2);
    expect(cluster.log.at(-1)).toBe('204 scheduled second on b');
  });

  test('until 1.32 after its back-off', () => {
    const { cluster, when, pods } = setUpFull(32);
    when(200, () => cluster.cluster.removePod(pods.first));
    cluster.kernel.run();
    expect(cluster.log.at(-1)).toBe(isSecondAt(2003));
  });

  test('by what happens during its attempt', () => {
    const { cluster, when, pods } = setUpFull();
    // The attempt of `second` lasts from 12 to 13 ms, its status patch 2 ms; the end of `first` is seen within the attempt.
    when(11.5, () => cluster.cluster.removePod(pods.first));
    cluster.kernel.run();
    expect(cluster.log.at(-1)).toBe(isSecondAt(18));
    expect(cluster.log).toHaveLength(2);
  });
});

test('a gated pod is not tried', () => {
  const { cluster, scheduler, when } = setUp({ a: {} });
  when(10, () => cluster.createPod('p', { spec: { schedulingGates: [{ name: 'wait' }] } }));
  cluster.kernel.run();
  expect([cluster.log.length, scheduler.attempts, scheduler.queue.gatedCount]).toEqual([0, 0, 1]);
});

describe('a pod that changes while it waits', () => {
  const TAINTED = { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] };
  const TOLERATIONS = [{ key: 'team', operator: 'Exists' }];

  /** Creates a pod at 10 ms, and changes its spec later. */
  function played(node: NodeSketch, from: JsonObject, to: JsonObject, at = 100, minor = 37) {
    const { cluster, scheduler, when } = setUp({ a: node }, minor);
    let pod = -1;
    when(10, () => {
      pod = cluster.createPod('p', { spec: from });
    });
    when(at, () => {
      const { manifest } = cluster.cluster.namedPod(pod)!;
      cluster.cluster.setPodSpec(pod, cluster.template({ spec: to }), manifest!);
    });
    cluster.kernel.run();
    return { log: cluster.log, attempts: scheduler.attempts };
  }

  test('is tried when its last gate is gone', () => {
    const gates = (...names: string[]) => ({ schedulingGates: names.map((name) => ({ name })) });
    expect(played({}, gates('a', 'b'), gates('b')).attempts).toBe(0);
    expect(played({}, gates('a', 'b'), gates()).log).toEqual(['104 scheduled p on a']);
  });

  test('is tried again at once with a toleration that it lacked', () => {
    expect(played(TAINTED, {}, { tolerations: TOLERATIONS }).log.slice(1)).toEqual(['104 scheduled p on a']);
    // Before 1.33 its back-off of 1 s is kept, and over when backoffQ is looked at, each second.
    expect(played(TAINTED, {}, { tolerations: TOLERATIONS }, 100, 32).log.slice(1)).toEqual(['2003 scheduled p on a']);
  });

  test('is not woken by one that does not help against what rejected it', () => {
    const all = [{ operator: 'Exists' }];
    expect(played({ unschedulable: true }, {}, { tolerations: all }).log.slice(1)).toEqual(['104 scheduled p on a']);
    const secondTry = ({ log }: { log: string[] }) => Number(log[1]!.split(' ')[0]);
    // Only the flush of those that have waited for five minutes has them tried again.
    expect(secondTry(played({ unschedulable: true }, {}, { tolerations: TOLERATIONS }))).toBeGreaterThan(300_000);
    const large = { overhead: { cpu: 1 } };
    expect(secondTry(played({ cpu: '0' }, large, { ...large, tolerations: all }))).toBeGreaterThan(300_000);
  });
});

test('pods of other schedulers are left alone', () => {
  const { cluster, scheduler, when } = setUp({ a: {} });
  when(10, () => cluster.createPod('p', { spec: { schedulerName: 'mine' } }));
  cluster.kernel.run();
  expect(scheduler.attempts).toBe(0);
});

test('a pod placed by somebody else counts, and is not scheduled', () => {
  const { cluster, scheduler, when } = setUp({ a: { cpu: '1' } });
  when(10, () => cluster.cluster.bindPod(cluster.createPod('p', { ...ONE_CPU, spec: { schedulerName: 'mine' } }), 0));
  when(20, () => cluster.createPod('q', ONE_CPU));
  cluster.kernel.run();
  expect(cluster.log[0]).toMatch(/failed q: 0\/1 nodes are available: 1 Insufficient cpu/);
  expect([scheduler.attempts, cluster.cluster.nodes.podCount[0]]).toEqual([1, 1]);
});

describe('a pod that is deleted', () => {
  // Seen at 11 ms, cycle until 12 ms, binding arrives at 14 ms.
  test.each([10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 15, 20])('at %d ms leaves nothing behind', (millis) => {
    const { cluster, when } = setUp({ a: { cpu: '1' } });
    let pod = -1;
    when(10, () => {
      pod = cluster.createPod('p', ONE_CPU);
    });
    when(millis, () => {
      cluster.cluster.deletePod(pod);
      if (cluster.cluster.pods.state[pod] !== 0) cluster.cluster.removePod(pod);
      // Takes the row as soon as it is free.
    });
    when(millis + 1, () => cluster.createPod('next', ONE_CPU));
    cluster.kernel.run();
    expect(cluster.log.at(-1)).toMatch(/scheduled next on a$/);
    expect(cluster.cluster.nodes.podCount[0]).toBe(1);
    expect(cluster.cluster.nodes.requestedCpuMilli[0]).toBe(1000);
  });
});

test('a failed attempt costs a request when it changes the condition', () => {
  const cluster = new TestCluster();
  cluster.scheduler({ client: cluster.client(1) });
  const steps = [
    () => cluster.createPod('p', { requests: { cpu: '9' } }),
    () => cluster.createNode('a', { cpu: '1' }),
    () => cluster.createNode('b', { cpu: '1' }),
    () => cluster.createNode('c', { cpu: '9' }),
  ];
  const step = cluster.kernel.register('test', (i) => steps[i]!());
  steps.forEach((_, i) => {
    cluster.kernel.scheduleAt((i + 1) * 10 * MICROS_PER_MILLI, step, i);
  });
  cluster.kernel.run();
  expect(cluster.log).toEqual([
    '12 failed p: no nodes available to schedule pods',
    '22 failed p: 0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    // Patches at 12 ms and 1012 ms: the binding has the third token. Node b was not worth a retry.
    '2014 scheduled p on c',
  ]);
});

test('nodes that leave are not used any more', () => {
  const { cluster, when } = setUp({ a: {}, b: { cpu: '1' } });
  when(10, () => cluster.deleteNode('a'));
  when(20, () => cluster.createPod('p', ONE_CPU));
  cluster.kernel.run();
  expect(cluster.log).toEqual(['24 scheduled p on b']);
});

test('higher priority goes first', () => {
  const { cluster, when } = setUp({ a: { cpu: '2' } });
  when(10, () => {
    cluster.createPod('running', ONE_CPU);
    cluster.createPod('low', ONE_CPU);
    cluster.createPod('high', { ...ONE_CPU, spec: { priority: 10 } });
  });
  cluster.kernel.run();
  expect(cluster.log.filter((line) => line.includes('scheduled')).map((line) => line.split(' ')[2])).toEqual([
    'running',
    'high',
  ]);
});

/** Creates and deletes pods at random; a node is never asked for more than it has. */
function churn(seed: number, sizes: readonly number[], lifetimes: readonly number[]) {
  const cluster = new TestCluster(seed);
  cluster.scheduler();
  const { nodes } = cluster.cluster;
  for (const [name, cpu] of Object.entries({ a: '2', b: '2', c: '1500m' }))
    cluster.createNode(name, { cpu, pods: '4' });
  const at = cluster.kernel.register('test', (pod, remove) => {
    if (remove === 0) {
      const row = cluster.createPod(`p${pod}`, { requests: { cpu: `${sizes[pod]!}m` } });
      rows.set(pod, row);
      cluster.kernel.schedule(lifetimes[pod]! * MICROS_PER_MILLI, at, pod, 1);
    } else {
      const row = rows.get(pod)!;
      cluster.cluster.deletePod(row);
      if (cluster.cluster.pods.state[row] !== 0) cluster.cluster.removePod(row);
    }
  });
  const rows = new Map<number, number>();
  sizes.forEach((_, pod) => {
    cluster.kernel.scheduleAt(pod * MICROS_PER_MILLI, at, pod, 0);
  });
  let isOver = false;
  cluster.cluster.observePods(() => {
    for (let row = 0; row < nodes.count; row++) {
      isOver ||= nodes.requestedCpuMilli[row]! > nodes.allocatableCpuMilli[row]! || nodes.podCount[row]! > 4;
    }
  });
  cluster.kernel.run();
  return { cluster, isOver };
}

const WORKLOAD = fc.array(fc.tuple(fc.integer({ min: 1, max: 1600 }), fc.integer({ min: 1, max: 60 })), {
  maxLength: 40,
});

test('no node is ever given more than it has, and nothing is left behind', () => {
  fc.assert(
    fc.property(fc.integer(), WORKLOAD, (seed, pods) => {
      const { cluster, isOver } = churn(
        seed,
        pods.map(([size]) => size),
        pods.map(([, lifetime]) => lifetime),
      );
      expect(isOver).toBe(false);
      const { nodes } = cluster.cluster;
      for (let row = 0; row < nodes.count; row++) {
        expect([nodes.podCount[row], nodes.requestedCpuMilli[row], nodes.nonZeroRequestedMemoryBytes[row]]).toEqual([
          0, 0, 0,
        ]);
      }
    }),
    { numRuns: 60 },
  );
});

test('the same seed gives the same run', () => {
  const sizes = Array.from({ length: 30 }, (_, i) => 100 + ((i * 37) % 700));
  const lifetimes = Array.from({ length: 30 }, (_, i) => 5 + ((i * 53) % 40));
  const logs = [7, 7, 8].map((seed) => churn(seed, sizes, lifetimes).cluster.log.join('\n'));
  expect(logs[0]).toBe(logs[1]);
  expect(logs[0]).not.toBe(logs[2]);
});

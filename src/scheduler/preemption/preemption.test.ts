/** Preemption from the failed attempt to the binding, as the scheduler carries it out. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { featureGates } from '../../api/featureGates.ts';
import type { JsonObject } from '../../api/types.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { POD_DISRUPTED, POD_TERMINATING } from '../../cluster/podTable.ts';
import { MICROS_PER_MILLI } from '../../kernel/time.ts';
import type { SchedulerOptions } from '../scheduler.ts';
import { TestCluster } from '../testing.ts';

const pod = (cpu: string, priority: number, more: JsonObject = {}) => ({
  requests: { cpu },
  spec: { priority, ...more },
});
const AT_ONCE = { terminationGracePeriodSeconds: 0 };

/** What a pod wants of others of its kind: not to share a node, or to be spread evenly. */
const RELATIONS: Readonly<Record<'none' | 'apart' | 'spread', JsonObject>> = {
  none: {},
  apart: {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { relation: 'apart' } } },
        ],
      },
    },
  },
  spread: {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { relation: 'spread' } },
      },
    ],
  },
};

/** A scheduler, nodes of 4 cpus, and a record of what becomes of pods. */
class Play {
  readonly test = new TestCluster();
  readonly cluster: Cluster = this.test.cluster;
  readonly events: string[] = [];
  readonly preempted: string[] = [];
  readonly scheduler;

  constructor(nodes: number, options: Partial<SchedulerOptions> = {}) {
    const { cluster } = this;
    this.scheduler = this.test.scheduler({
      onPreempted: (victim, preemptor) =>
        this.preempted.push(`${cluster.podName(victim)} for ${cluster.podName(preemptor)}`),
      ...options,
    });
    cluster.observeEvents(({ name, reason, message }) => this.events.push(`${name} ${reason} ${message}`));
    for (let i = 0; i < nodes; i++) this.test.createNode(`n${i}`);
  }

  /** Creates pods one after another and lets everything happen that follows. */
  create(sketches: Readonly<Record<string, ReturnType<typeof pod>>>): this {
    for (const [name, sketch] of Object.entries(sketches)) {
      this.test.createPod(name, sketch);
      this.test.kernel.run();
    }
    return this;
  }

  row(name: string): number {
    return this.cluster.findPod('default', name);
  }

  nodeOf(name: string): string {
    return this.test.nodeOf(this.row(name));
  }

  nominatedNodeOf(name: string): string {
    const node = this.cluster.nominatedNodeOf(this.row(name));
    return node === -1 ? '' : this.cluster.nodes.names[node]!;
  }

  /** The kubelet is done with a pod that terminates. */
  finish(name: string): this {
    this.cluster.removePod(this.row(name));
    this.test.kernel.run();
    return this;
  }

  /** What the scheduler has reported of a pod, without times. */
  reports(name: string): string[] {
    const about = new RegExp(` (failed|scheduled) ${name}[ :]`);
    return this.test.log.filter((line) => about.test(line)).map((line) => line.slice(line.indexOf(' ') + 1));
  }
}

describe('victims', () => {
  test('get the condition, an event and the deletion, and the preemptor waits for them to go', () => {
    const play = new Play(1).create({ low: pod('3', 10), vip: pod('3', 1000) });
    const low = play.row('low');
    expect(play.cluster.pods.state[low]! & (POD_DISRUPTED | POD_TERMINATING)).toBe(POD_DISRUPTED | POD_TERMINATING);
    expect(play.cluster.podDisruption(low)).toMatchObject({
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    const uid = play.cluster.pods.uid[play.row('vip')]!;
    expect(play.events).toEqual([`low Preempted Preempted by pod ${uid} on node n0`]);
    expect(play.preempted).toEqual(['low for vip']);
    expect(play.nominatedNodeOf('vip')).toBe('n0');
    expect(play.nodeOf('vip')).toBe('');
    play.finish('low');
    expect(play.nodeOf('vip')).toBe('n0');
    expect(play.nominatedNodeOf('vip')).toBe('');
    expect(play.scheduler.nominator.count).toBe(0);
  });

  test('that go at once let the preemptor in at once', () => {
    const play = new Play(1).create({ a: pod('2', 10, AT_ONCE), b: pod('2', 10, AT_ONCE), vip: pod('4', 1000) });
    expect(play.nodeOf('vip')).toBe('n0');
    expect(play.preempted).toEqual(['a for vip', 'b for vip']);
    expect(play.reports('vip')).toHaveLength(2);
  });

  test('are not deleted twice: with some of them still there, the preemptor fails and waits on', () => {
    const play = new Play(1).create({ a: pod('2', 10), b: pod('2', 10), vip: pod('4', 1000) }).finish('a');
    expect(play.preempted).toEqual(['a for vip', 'b for vip']);
    expect(play.reports('vip').at(-1)).toBe(
      'failed vip: 0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to a terminating pod on the nominated node.',
    );
    expect(play.nominatedNodeOf('vip')).toBe('n0');
    expect(play.finish('b').nodeOf('vip')).toBe('n0');
  });

  test('that others want too are not deleted for a second preemptor', () => {
    const play = new Play(1).create({ low: pod('4', 10), first: pod('4', 100), second: pod('4', 1000) });
    expect(play.preempted).toEqual(['low for first']);
    expect([play.nominatedNodeOf('first'), play.nominatedNodeOf('second')]).toEqual(['n0', 'n0']);
    expect(play.finish('low').nodeOf('second')).toBe('n0');
    expect(play.nodeOf('first')).toBe('');
  });
});

test('a pod that is bound to one node, as those of DaemonSets are, makes room there', () => {
  const nodeSelectorTerms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n1'] }] }];
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
  const play = new Play(2).create({ a: pod('4', 0), b: pod('4', 10), agent: pod('1', 1000, { affinity }) });
  expect(play.preempted).toEqual([`${play.nodeOf('a') === 'n1' ? 'a' : 'b'} for agent`]);
  expect(play.nominatedNodeOf('agent')).toBe('n1');
  expect(play.reports('agent')[0]).toContain(
    'preemption: found a potential placement for pod on node n1, preempting 1 victims',
  );
});

describe('a nominated pod', () => {
  test('keeps its room from pods of the same priority and from lower ones, not from higher ones', () => {
    const play = new Play(1).create({ low: pod('4', 10), vip: pod('3', 1000) });
    play.create({ equal: pod('2', 1000), higher: pod('1', 2000) });
    play.finish('low');
    expect([play.nodeOf('higher'), play.nodeOf('vip'), play.nodeOf('equal')]).toEqual(['n0', 'n0', '']);
  });

  test('takes another node that has room by then where its own has not', () => {
    const play = new Play(1).create({ low: pod('4', 10), vip: pod('3', 1000) });
    play.test.createNode('other');
    play.test.kernel.run();
    expect(play.nodeOf('vip')).toBe('other');
    expect(play.scheduler.nominator.count).toBe(0);
  });

  test('loses its hope to a pod of higher priority that makes room on the same node', () => {
    const play = new Play(1).create({ a: pod('2', 10), b: pod('2', 20), vip: pod('2', 100) });
    expect(play.nominatedNodeOf('vip')).toBe('n0');
    play.create({ higher: pod('4', 1000) });
    expect(play.preempted).toEqual(['a for vip', 'b for higher']);
    expect(play.scheduler.nominator.nodeOf(play.row('higher'))).toBe(0);
    // Taken back, it is tried again, and waits for the same victims.
    expect(play.reports('vip').length).toBeGreaterThan(1);
  });

  test('frees its room when it goes', () => {
    const play = new Play(1).create({ low: pod('4', 10), vip: pod('4', 1000), equal: pod('4', 1000) }).finish('low');
    expect(play.nodeOf('vip')).toBe('n0');
    const other = new Play(1).create({ low: pod('4', 10), vip: pod('4', 1000), equal: pod('4', 1000) });
    other.cluster.deletePod(other.row('vip'));
    other.test.kernel.run();
    expect(other.scheduler.nominator.podsOn(0)).toEqual([other.row('equal')]);
    expect(other.finish('low').nodeOf('equal')).toBe('n0');
  });

  test('that no preemption can help any more is nominated no longer', () => {
    const play = new Play(2).create({ a: pod('4', 10), b: pod('4', 1000), vip: pod('4', 1000) });
    expect(play.nominatedNodeOf('vip')).toBe('n0');
    play.test.updateNode('n0', { cpu: '1' });
    play.finish('a');
    expect(play.reports('vip').at(-1)).toContain('Preemption is not helpful for scheduling');
    expect(play.nominatedNodeOf('vip')).toBe('');
    expect(play.scheduler.nominator.count).toBe(0);
  });

  test('shows its node after the binding, too, before 1.35', () => {
    const test34 = new TestCluster(1, 34);
    test34.scheduler({ version: { minor: 34 } });
    test34.createNode('n0');
    for (const [name, sketch] of Object.entries({ low: pod('4', 10, AT_ONCE), vip: pod('4', 1000) })) {
      test34.createPod(name, sketch);
      test34.kernel.run();
    }
    const vip = test34.cluster.findPod('default', 'vip');
    expect([test34.nodeOf(vip), test34.cluster.nominatedNodeOf(vip)]).toEqual(['n0', 0]);
  });
});

test('what a nominated pod finds of its own node is not taken for what others find', () => {
  const apart = (cpu: string, priority: number) => ({
    ...pod(cpu, priority, RELATIONS.apart),
    labels: { relation: 'apart' },
  });
  const play = new Play(1).create({ low: apart('500m', 10), vip: apart('3', 1000) });
  expect(play.nominatedNodeOf('vip')).toBe('n0');
  play.test.createNode('tiny', { cpu: '100m' });
  play.test.kernel.run();
  expect(play.reports('vip')).toHaveLength(2);
  // The room is there, but is hoped for; the pod that both want to be apart from is looked at later.
  play.create({ equal: apart('3', 1000) });
  expect(play.reports('equal')[0]).toContain('0/2 nodes are available: 2 Insufficient cpu.');
});

describe('while victims are being deleted', () => {
  /** Two victims on one node, and a pod of lower priority that fits the other one and comes with the preemptor. */
  function reports(minor: number, options: Partial<SchedulerOptions> = {}): string[] {
    const play = new Play(1, { version: { minor }, ...options });
    play.test.createNode('small', { cpu: '1' });
    play.create({ a: pod('2', 10, AT_ONCE), b: pod('2', 10, AT_ONCE) });
    play.test.log.length = 0;
    const start = play.test.kernel.nowMicros / MICROS_PER_MILLI;
    play.test.createPod('vip', pod('4', 1000));
    play.test.createPod('next', pod('1', 100));
    play.test.kernel.run();
    return play.test.log.map((line) => {
      const [at, what, name] = line.split(/[ :]/);
      return `${Number(at) - start} ${what} ${name}`;
    });
  }

  test('the scheduler goes on, since 1.33', () => {
    // The pods are seen after 1 ms, a cycle takes 1 ms, a request 2 ms: the status patch is waited for. The victims go one after the other.
    expect(reports(37)).toEqual(['2 failed vip', '7 scheduled next', '14 scheduled vip']);
  });

  test('the scheduler waited before, and all victims went at once', () => {
    const [first, second, third] = reports(32);
    expect([first, second]).toEqual(['6 failed vip', '11 scheduled next']);
    expect(
      reports(37, { gates: featureGates({ minor: 37 }, { SchedulerAsyncPreemption: false }) }).slice(0, 2),
    ).toEqual([first, second]);
    // It sits out its back-off, to the next whole second.
    expect(third).toMatch(/^1[0-9]{3} scheduled vip$/);
  });
});

test('a run with what is remembered of nodes is the same as one without', () => {
  const sketch = fc.record({
    milli: fc.constantFrom(500, 1000, 2000, 3000),
    priority: fc.constantFrom(0, 10, 100, 1000),
    isSlow: fc.boolean(),
    waits: fc.boolean(),
    relation: fc.constantFrom('none', 'none', 'apart', 'spread'),
  });
  fc.assert(
    fc.property(fc.array(sketch, { minLength: 8, maxLength: 24 }), (sketches) => {
      const run = (isDirect: boolean) => {
        const play = new Play(4, { isDirect });
        const { kernel } = play.test;
        for (const [i, { milli, priority, isSlow, waits, relation }] of sketches.entries()) {
          const more = { ...(isSlow ? {} : AT_ONCE), ...RELATIONS[relation] };
          play.test.createPod(`p${i}`, { ...pod(`${milli}m`, priority, more), labels: { relation } });
          if (waits) kernel.run({ untilMicros: kernel.nowMicros + 5 * MICROS_PER_MILLI });
        }
        kernel.run();
        // Kubelets let go of the victims, one after the other.
        for (const name of play.preempted.map((line) => line.split(' ')[0]!))
          if (play.row(name) !== -1) play.finish(name);
        return [play.test.log, play.events, play.preempted];
      };
      expect(run(false)).toEqual(run(true));
    }),
    { numRuns: 100 },
  );
});

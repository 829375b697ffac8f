import { describe, expect, it } from 'vitest';
import { play } from '../../testing/play.ts';
import { Rig } from './testing/rig.ts';

const CPU4 = { allocatable: { cpu: '4', memory: '16Gi' } };
const POOL = { name: 'pool', ...CPU4, count: 1, autoscale: { min: 1, max: 3, provisioningDelay: '30s' } };

describe('scale-up', () => {
  it('asks at the next scan for as many nodes as the pods need, and says so on them', () => {
    const rig = new Rig([POOL]);
    rig.stand.run(1);
    for (const name of ['a', 'b', 'c', 'd']) rig.pod(name, '3');
    rig.stand.run(8.5);
    expect(rig.scaled).toEqual([]);
    rig.stand.run(1);
    // One has the node that is there, and the pool ends at three.
    expect(rig.scaled).toEqual([2]);
    const triggered = 'TriggeredScaleUp pod triggered scale-up: [{pool 1->3 (max: 3)}]';
    expect(rig.events()).toEqual([`b ${triggered}`, `c ${triggered}`]);
    rig.stand.run(29);
    expect(rig.nodes()).toEqual(['pool-0']);
    rig.stand.run(20);
    expect(rig.nodes()).toEqual(['pool-0', 'pool-1', 'pool-2']);
    expect(rig.stand.pods().filter(({ phase }) => phase === 'Running')).toHaveLength(3);
    // Which of them is left over is the scheduler's choice.
    const left = /^[bcd] NotTriggerScaleUp pod didn't trigger scale-up: 1 max node group size reached$/;
    expect(rig.events().at(-1)).toMatch(left);
    expect(rig.scaled).toEqual([2]);
  });

  it('tells in the words of the scheduler why no node would help', () => {
    const tainted = { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] };
    const rig = new Rig([POOL, { ...POOL, ...tainted, name: 'gpu' }]);
    rig.pod('big', '5');
    rig.pod('picky', '1', { nodeSelector: { disk: 'ssd' } });
    rig.stand.run(60);
    const reasons = (text: string) => `NotTriggerScaleUp pod didn't trigger scale-up: ${text}`;
    expect(rig.events()).toEqual([
      `big ${reasons('1 Insufficient cpu, 1 node(s) had untolerated taint {gpu: yes}')}`,
      `picky ${reasons("2 node(s) didn't match Pod's node affinity/selector")}`,
    ]);
    expect(rig.scaled).toEqual([]);
  });

  it('counts what DaemonSets take of a new node', () => {
    const rig = new Rig([{ ...POOL, count: 0, autoscale: { ...POOL.autoscale, min: 0 } }]);
    const template = {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'c', image: 'c:v1', resources: { requests: { cpu: '500m' } } }] },
    };
    const selector = { matchLabels: { app: 'agent' } };
    rig.stand.create({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { selector, template },
    });
    rig.pod('a', '2');
    rig.pod('b', '2');
    rig.stand.run(15);
    expect(rig.scaled).toEqual([2]);
  });

  it('gives pods that refuse each other a node each, and pods that spread over zones their zones', () => {
    const labelSelector = { matchLabels: { app: 'web' } };
    const apart = [{ topologyKey: 'kubernetes.io/hostname', labelSelector }];
    const alone = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: apart } } };
    const rig = new Rig([POOL]);
    for (const name of ['a', 'b', 'c']) rig.pod(name, '100m', alone, { app: 'web' });
    rig.stand.run(50);
    expect(rig.nodes()).toEqual(['pool-0', 'pool-1', 'pool-2']);

    const constraint = { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' };
    const spread = { topologySpreadConstraints: [{ ...constraint, labelSelector }] };
    const autoscale = { min: 0, max: 9, provisioningDelay: '30s' };
    const zoned = new Rig([{ ...POOL, count: 0, zones: ['x', 'y', 'z'], autoscale }]);
    for (const name of ['a', 'b', 'c']) zoned.pod(name, '3', spread, { app: 'web' });
    zoned.stand.run(200);
    expect(zoned.stand.pods().map(({ phase }) => phase)).toEqual(['Running', 'Running', 'Running']);
    expect(zoned.nodes().map((node) => node.split(' ')[1])).toEqual(expect.arrayContaining(['x', 'y', 'z']));
  });

  it('shares nodes out over zones that are as good as each other', () => {
    const rig = new Rig([
      { ...POOL, count: 1, zones: ['x', 'y'], autoscale: { min: 1, max: 9, provisioningDelay: 0 } },
    ]);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) rig.pod(name, '3');
    rig.stand.run(20);
    expect(rig.nodes()).toEqual(['pool-0 x', 'pool-1 y', 'pool-2 x', 'pool-3 y', 'pool-4 x', 'pool-5 y']);
  });

  it('picks the pool that leaves the least idle, or one by chance', () => {
    const autoscale = { min: 0, max: 3, provisioningDelay: '30s' };
    const pools = [2, 3, 8].map((cpu) => ({
      name: `cpu${cpu}`,
      allocatable: { cpu: String(cpu) },
      count: 0,
      autoscale,
    }));
    const picked = (flags: object, seed: number) => {
      const rig = new Rig(pools, { ...flags }, seed);
      rig.pod('a', '1500m');
      rig.stand.run(50);
      return rig.nodes().join();
    };
    expect(picked({}, 1)).toBe('cpu2-0');
    const seeds = Array.from({ length: 12 }, (_, seed) => seed);
    const byChance = seeds.map((seed) => picked({ expander: 'random' }, seed));
    expect(new Set(byChance).size).toBe(3);
    expect(seeds.map((seed) => picked({ expander: 'random' }, seed))).toEqual(byChance);
  });

  it('gives up a node that does not come, and tries elsewhere', () => {
    const never = {
      name: 'never',
      allocatable: { cpu: '2' },
      count: 0,
      autoscale: { min: 0, max: 3, provisioningDelay: 'never' },
    };
    const slow = {
      ...never,
      name: 'slow',
      allocatable: { cpu: '8' },
      autoscale: { min: 0, max: 3, provisioningDelay: '1m' },
    };
    const rig = new Rig([never, slow], { 'max-node-provision-time': '5m' });
    rig.pod('a', '2');
    rig.stand.run(300);
    expect(rig.scaled).toEqual([1]);
    rig.stand.run(90);
    expect(rig.scaled).toEqual([1, 1]);
    expect(rig.nodes()).toEqual(['slow-0']);
  });
});

describe('scale-down', () => {
  it('takes away nodes that have been empty for ten minutes, down to the fewest', () => {
    const rig = new Rig([{ ...POOL, count: 3 }]);
    rig.stand.run(5);
    rig.pod('a', '3', { nodeSelector: { 'kubernetes.io/hostname': 'pool-0' } });
    rig.stand.run(604);
    expect(rig.nodes()).toHaveLength(3);
    rig.stand.run(10);
    expect(rig.nodes()).toEqual(['pool-0']);
    expect(rig.events()).toEqual([
      'pool-1 ScaleDownEmpty Scale-down: removing empty node "pool-1"',
      'pool-2 ScaleDownEmpty Scale-down: removing empty node "pool-2"',
    ]);
    // The collector of what is left of nodes looks once more.
    rig.stand.run(30);
    expect(rig.stand.kernel.pendingEvents).toBe(0);
  });

  it('leaves nodes alone on which pods come in time, and any node where it is switched off', () => {
    const rig = new Rig([{ ...POOL, count: 2 }]);
    rig.stand.run(500);
    rig.pod('a', '3');
    rig.pod('b', '3');
    rig.stand.run(2000);
    expect(rig.nodes()).toHaveLength(2);
    const off = new Rig([{ ...POOL, count: 3 }], { 'scale-down-enabled': false });
    off.stand.run(2000);
    expect(off.nodes()).toHaveLength(3);
  });

  it('waits after a scale-up', () => {
    const rig = new Rig([{ ...POOL, count: 2 }], { 'scale-down-unneeded-time': '1m' });
    rig.pod('a', '3');
    rig.pod('b', '3');
    rig.stand.run(5);
    rig.pod('c', '3');
    rig.stand.run(95);
    expect(rig.nodes()).toHaveLength(3);
    rig.stand.delete('Pod', 'a');
    rig.stand.run(509);
    expect(rig.nodes()).toHaveLength(3);
    rig.stand.run(10);
    expect(rig.nodes()).toHaveLength(2);
  });
});

describe('a run', () => {
  const full = { count: 2, allocatable: { cpu: '4' }, autoscale: { min: 2, max: 4, provisioningDelay: '1m' } };

  it('ends when no node would help', () => {
    const { result } = play({ replicas: 2, requests: { cpu: '5' }, nodes: full, until: '10h' });
    expect(result.end).toBe('quiet');
    expect(result.nodeAutoscaling).toMatchObject({ scaleUps: 0, nodesMax: 2, nodesAtEnd: 2 });
  });

  it('ends with the last empty node', () => {
    const steps = { '5m': 'scale deployment/web --replicas=2' };
    const { result } = play({ replicas: 3, requests: { cpu: '3' }, nodes: full, steps, until: '10h' });
    expect(result.end).toBe('quiet');
    expect(result.nodeAutoscaling).toMatchObject({ scaleUps: 1, nodesRequested: 1, nodesMax: 3 });
  });

  it('says nothing of autoscaling where no pool has it', () => {
    expect(play({}).result).not.toHaveProperty('nodeAutoscaling');
  });

  it('draws how long a node takes by its name', () => {
    const provisioningDelay = { uniform: { min: '30s', max: '5m' } };
    const nodes = { ...full, autoscale: { ...full.autoscale, provisioningDelay } };
    const joined = (replicas: number) =>
      play({ replicas, requests: { cpu: '3' }, nodes, until: '10m' }).log.flatMap((line) =>
        line.kind === 'Node' && line.name === 'node-2' ? [line.t] : [],
      )[0];
    expect(joined(3)).toBeGreaterThan(30);
    expect(joined(4)).toBe(joined(3));
  });
});

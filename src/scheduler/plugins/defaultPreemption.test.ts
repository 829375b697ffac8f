import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import { TestCluster } from '../testing.ts';

const FULL = { requests: { cpu: '3' } };

function withPriority(priority: number, more: JsonObject = {}) {
  return { ...FULL, spec: { priority, ...more } };
}

/** One node of 4 cpus that a pod of priority 10 fills, and a scheduler. */
function fullNode(minor = 37): TestCluster {
  const cluster = new TestCluster();
  cluster.scheduler({ version: { minor } });
  cluster.createNode('n');
  cluster.createPod('victim', withPriority(10));
  cluster.kernel.run();
  cluster.log.length = 0;
  return cluster;
}

describe('what the failure says', () => {
  test('of nodes without pods of lower priority, and of those where removing pods cannot help', () => {
    const cluster = new TestCluster();
    cluster.scheduler();
    cluster.createNode('full', { cpu: '1' });
    cluster.createNode('small', { cpu: '100m' });
    cluster.createPod('first', { requests: { cpu: '1' } });
    cluster.kernel.run();
    cluster.log.length = 0;
    cluster.createPod('second', { requests: { cpu: '1' } });
    cluster.kernel.run();
    expect(cluster.log.map((line) => line.slice(line.indexOf('preemption')))).toEqual([
      'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.',
    ]);
  });

  test('of a node that is too full for the pod whoever of lower priority goes', () => {
    const cluster = new TestCluster();
    cluster.scheduler({ version: { minor: 33 } });
    cluster.createNode('n');
    cluster.createPod('equal', { requests: { cpu: '3' }, spec: { priority: 1000 } });
    cluster.createPod('low', { requests: { cpu: '1' }, spec: { priority: 10 } });
    cluster.kernel.run();
    cluster.log.length = 0;
    cluster.createPod('p', { requests: { cpu: '2' }, spec: { priority: 1000 } });
    cluster.kernel.run();
    expect(cluster.log.map((line) => line.slice(line.indexOf('preemption')))).toEqual([
      'preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    ]);
  });

  test('of a pod that may not preempt', () => {
    const cluster = fullNode();
    cluster.createPod('p', withPriority(1000, { preemptionPolicy: 'Never' }));
    cluster.kernel.run();
    expect(cluster.log.map((line) => line.slice(line.indexOf('0/1')))).toEqual([
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    ]);
    expect(cluster.nodeOf(cluster.cluster.findPod('default', 'victim'))).toBe('n');
  });

  test('where room is made: since 1.37 on which node and for how many', () => {
    const words = (minor: number) => {
      const cluster = fullNode(minor);
      cluster.createPod('p', withPriority(1000));
      cluster.kernel.run();
      return cluster.log[0]!.slice(cluster.log[0]!.indexOf('0/1'));
    };
    const success = 'preemption: found a potential placement for pod on node n, preempting 1 victims';
    expect(words(37)).toBe(`0/1 nodes are available: 1 Insufficient cpu. ${success}`);
    expect(words(36)).toBe('0/1 nodes are available: 1 Insufficient cpu.');
  });
});

import { expect, test } from 'vitest';
import { Diagnosis } from '../diagnosis.ts';
import { TestCluster } from '../testing.ts';
import { DefaultPreemption } from './defaultPreemption.ts';
import { NodeName } from './nodeName.ts';
import { NodePorts } from './nodePorts.ts';

test('tells nodes where removing pods could help from those where it could not', () => {
  const cluster = new TestCluster();
  const diagnosis = new Diagnosis([new NodeName(cluster.handle()), new NodePorts()]);
  const plugin = new DefaultPreemption();
  diagnosis.reset(4);
  diagnosis.reject(0, 0, 1);
  diagnosis.reject(1, 1, 1);
  expect(plugin.postFilter(cluster.cycle(), diagnosis)).toBe(
    'preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling.',
  );
  diagnosis.reset(2);
  diagnosis.reject(0, 1, 1);
  diagnosis.reject(1, 1, 1);
  expect(plugin.postFilter(cluster.cycle(), diagnosis)).toBe(
    'preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
  );
});

import { expect, test } from 'vitest';
import { ClusterEventKind } from '../clusterEvent.ts';
import { filterOne, TestCluster, wakes } from '../testing.ts';
import { NodePorts } from './nodePorts.ts';

function port(hostPort: number, protocol = 'TCP', hostIP = '') {
  return { ports: [{ containerPort: 80, hostPort, protocol, ...(hostIP === '' ? {} : { hostIP }) }] };
}

test.each([
  { used: port(80), wanted: port(80), conflict: true },
  { used: port(80), wanted: port(81), conflict: false },
  { used: port(80), wanted: port(80, 'UDP'), conflict: false },
  { used: port(80, 'TCP', '127.0.0.1'), wanted: port(80, 'TCP', '127.0.0.2'), conflict: false },
  { used: port(80, 'TCP', '127.0.0.1'), wanted: port(80, 'TCP', '127.0.0.1'), conflict: true },
  { used: port(80, 'TCP', '127.0.0.1'), wanted: port(80), conflict: true },
])('$used.ports and $wanted.ports conflict: $conflict', ({ used, wanted, conflict }) => {
  const cluster = new TestCluster();
  const plugin = new NodePorts();
  const node = cluster.cacheNode('n');
  plugin.podAdded(cluster.info(used), node);
  const reasons = filterOne(plugin, cluster.cycle(wanted), node);
  expect(reasons).toEqual(conflict ? ["node(s) didn't have free ports for the requested pod ports"] : undefined);
  plugin.podRemoved(cluster.info(used), node);
  expect(filterOne(plugin, cluster.cycle(wanted), node)).toBeUndefined();
});

test('skips pods without host ports', () => {
  const cluster = new TestCluster();
  expect(new NodePorts().preFilter(cluster.cycle()).code).toBe('Skip');
});

test('is woken by the end of a pod that had one of the ports', () => {
  const cluster = new TestCluster();
  const plugin = new NodePorts();
  const kinds = ClusterEventKind.AssignedPodDelete;
  const template = cluster.template(port(80));
  expect(wakes(plugin, template, { kinds, podTemplate: cluster.template(port(80)) })).toBe(true);
  expect(wakes(plugin, template, { kinds, podTemplate: cluster.template(port(81)) })).toBe(false);
  expect(wakes(plugin, template, { kinds, podTemplate: cluster.template() })).toBe(false);
});

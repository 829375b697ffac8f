import { expect, test } from 'vitest';
import { ApiServer } from '../cluster/apiServer.ts';
import { Kernel } from '../kernel/kernel.ts';
import { NodeClients } from './nodeClients.ts';

/** Times in ms at which updates, of which so many are sent at once from each of the nodes, are committed. */
function committed(nodes: readonly number[], updates: number, limits: { kubeApiQps: number; kubeApiBurst: number }) {
  const kernel = new Kernel();
  const clients = new NodeClients(kernel, new ApiServer(kernel, { latencyMicros: 0, serviceMicros: 0 }), limits);
  const times: string[] = [];
  const handler = kernel.register('test', (node, update) => times.push(`${node}.${update} ${kernel.nowMicros / 1000}`));
  for (let update = 0; update < updates; update++) for (const node of nodes) clients.send(node, handler, node, update);
  kernel.run();
  return times;
}

test('an update takes two requests, and each node has limits of its own', () => {
  const limits = { kubeApiQps: 50, kubeApiBurst: 4 };
  expect(committed([7], 4, limits)).toEqual(['7.0 0', '7.1 0', '7.2 40', '7.3 80']);
  expect(committed([0, 200], 3, limits)).toEqual(['0.0 0', '200.0 0', '0.1 0', '200.1 0', '0.2 40', '200.2 40']);
});

test('without limits nothing waits', () => {
  const limits = { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: Number.POSITIVE_INFINITY };
  expect(committed([0], 3, limits)).toEqual(['0.0 0', '0.1 0', '0.2 0']);
});

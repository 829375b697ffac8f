import { expect, test } from 'vitest';
import { play } from '../../testing/play.ts';

const LOOK = 'get nodes -o json';

interface NodeDocument {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** The annotation of a node in a cluster of so many that were there and one, `late-0`, that has joined. */
function ttlOf(name: string, count: number): string | undefined {
  const steps = { '5s': { addNodes: { name: 'late' } }, '20s': LOOK };
  const { result } = play({ objects: [], nodes: { count }, steps });
  const { items } = JSON.parse(result.steps.at(-1)!.out) as { items: NodeDocument[] };
  return items.find(({ metadata }) => metadata.name === name)!.metadata.annotations?.['node.alpha.kubernetes.io/ttl'];
}

test('nodes that join are told for how long they may keep secrets, by the size of the cluster', () => {
  expect(ttlOf('late-0', 1)).toBe('0');
  expect(ttlOf('late-0', 100)).toBe('15');
  expect(ttlOf('late-0', 600)).toBe('30');
  expect(ttlOf('node-0', 1)).toBeUndefined();
});

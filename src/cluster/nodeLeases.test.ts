import { describe, expect, test } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../kernel/time.ts';
import { NodeLeases } from './nodeLeases.ts';
import type { Node } from './objects.ts';

function node(name: string, creationSeconds: number): Node {
  return { meta: { name }, creationMicros: creationSeconds * SECOND } as unknown as Node;
}

describe('a lease', () => {
  const renewed = (leases: NodeLeases, one: Node, bySeconds: number) =>
    leases.renewedMicros(one, bySeconds * SECOND) / SECOND;

  test('is renewed every ten seconds from when its node came', () => {
    const leases = new NodeLeases();
    const late = node('late', 3);
    expect([0, 3, 12.9, 13, 40].map((second) => renewed(leases, late, second))).toEqual([3, 3, 3, 13, 33]);
    expect(leases.isRenewed('late')).toBe(true);
  });

  test('stays as it was while its kubelet is silent, and begins a new beat when that is back', () => {
    const leases = new NodeLeases();
    const seen: [string, boolean][] = [];
    leases.observe((name, isRenewed) => void seen.push([name, isRenewed]));
    const one = node('a', 0);
    leases.stop(one, 25 * SECOND);
    expect(leases.isRenewed('a')).toBe(false);
    expect([20, 30, 500].map((second) => renewed(leases, one, second))).toEqual([20, 20, 20]);
    leases.start('a', 503 * SECOND);
    expect([503, 512, 513].map((second) => renewed(leases, one, second))).toEqual([503, 503, 513]);
    leases.stop(one, 530 * SECOND);
    expect(renewed(leases, one, 600)).toBe(523);
    expect(seen).toEqual([
      ['a', false],
      ['a', true],
      ['a', false],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Kernel } from '../kernel/index.ts';
import { type BandwidthOptions, Transfers } from './transfers.ts';

interface Sketch {
  readonly at: number;
  readonly node: number;
  readonly bytes: number;
}

const UNLIMITED = Number.POSITIVE_INFINITY;

/** When each of the transfers ends, in microseconds. */
function ends(sketches: readonly Sketch[], options: Partial<BandwidthOptions>): number[] {
  const kernel = new Kernel();
  const ended: number[] = [];
  const limits = { nodeBytesPerSecond: UNLIMITED, registryBytesPerSecond: UNLIMITED, ...options };
  const transfers = new Transfers(kernel, limits, (id) => {
    ended[id] = kernel.nowMicros;
  });
  const begin = kernel.register('begin', (id) => transfers.begin(id, sketches[id]!.node, sketches[id]!.bytes));
  for (const [id, { at }] of sketches.entries()) kernel.scheduleAt(at, begin, id);
  kernel.run({});
  return ended;
}

/** The same by water filling over rational rates in small steps of events, without lanes. */
function slowEnds(
  sketches: readonly Sketch[],
  { nodeBytesPerSecond, registryBytesPerSecond }: BandwidthOptions,
): number[] {
  const left = sketches.map(({ bytes }) => BigInt(bytes) * 1_000_000n);
  const ended: number[] = sketches.map(() => -1);
  let now = 0;
  for (;;) {
    const active = sketches.map((_, id) => id).filter((id) => sketches[id]!.at <= now && ended[id] === -1);
    const rates = new Map<number, number>();
    const capOf = (id: number): number =>
      Math.floor(nodeBytesPerSecond / active.filter((other) => sketches[other]!.node === sketches[id]!.node).length);
    let room = registryBytesPerSecond;
    let waiting = [...active].sort((a, b) => capOf(a) - capOf(b));
    while (waiting.length > 0) {
      const cap = capOf(waiting[0]!);
      const alike = waiting.filter((id) => capOf(id) === cap);
      const rate = Math.max(1, Math.min(cap, Math.floor(room / waiting.length)));
      for (const id of alike) rates.set(id, rate);
      room -= rate * alike.length;
      waiting = waiting.filter((id) => capOf(id) !== cap);
    }
    const finish = active.map((id) => {
      const rate = BigInt(rates.get(id)!);
      return now + Number((left[id]! + rate - 1n) / rate);
    });
    const begins = sketches.map(({ at }) => at).filter((at) => at > now);
    const next = Math.min(...finish, ...begins);
    if (next === UNLIMITED) return ended;
    for (const id of active) {
      left[id]! -= BigInt(rates.get(id)!) * BigInt(next - now);
      if (left[id]! <= 0n) ended[id] = next;
    }
    now = next;
  }
}

describe('transfers', () => {
  test('alone take their bytes over what the node can take', () => {
    expect(ends([{ at: 0, node: 0, bytes: 300 }], { nodeBytesPerSecond: 100 })).toEqual([3_000_000]);
  });

  test('end in the first microsecond in which all is there', () => {
    expect(ends([{ at: 0, node: 0, bytes: 100 }], { nodeBytesPerSecond: 3 })).toEqual([33_333_334]);
  });

  test('of one node share it; what one leaves the other has', () => {
    const two = [
      { at: 0, node: 0, bytes: 100 },
      { at: 0, node: 0, bytes: 300 },
    ];
    expect(ends(two, { nodeBytesPerSecond: 100 })).toEqual([2_000_000, 4_000_000]);
  });

  test('of all nodes share the registry', () => {
    const three = [0, 1, 2].map((node) => ({ at: 0, node, bytes: 100 }));
    expect(ends(three, { nodeBytesPerSecond: 100, registryBytesPerSecond: 150 })).toEqual([
      2_000_000, 2_000_000, 2_000_000,
    ]);
  });

  test('that their node holds back leave their share of the registry to the others', () => {
    const transfers = [
      { at: 0, node: 0, bytes: 100 },
      { at: 0, node: 0, bytes: 100 },
      { at: 0, node: 1, bytes: 200 },
    ];
    // 50 and 50 on the first node; the second has 100 of the 200, not a third.
    expect(ends(transfers, { nodeBytesPerSecond: 100, registryBytesPerSecond: 200 })).toEqual([2e6, 2e6, 2e6]);
  });

  test('that begin later slow down those under way from then on only', () => {
    const two = [
      { at: 0, node: 0, bytes: 200 },
      { at: 1_000_000, node: 1, bytes: 100 },
    ];
    expect(ends(two, { registryBytesPerSecond: 100 })).toEqual([3_000_000, 3_000_000]);
  });

  test('end when a computation without lanes has them end', () => {
    const sketch = fc.record({
      at: fc.integer({ min: 0, max: 5_000_000 }),
      node: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ min: 1, max: 5_000_000_000 }),
    });
    const rate = fc.integer({ min: 1_000, max: 2_000_000_000 });
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 12 }), rate, rate, (sketches, node, registry) => {
        const options = { nodeBytesPerSecond: node, registryBytesPerSecond: registry };
        expect(ends(sketches, options)).toEqual(slowEnds(sketches, options));
      }),
      { numRuns: 300 },
    );
  });
});

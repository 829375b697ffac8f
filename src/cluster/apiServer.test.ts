import { describe, expect, test } from 'vitest';
import { Kernel } from '../kernel/index.ts';
import { ApiClient } from './apiClient.ts';
import { ApiServer } from './apiServer.ts';

const LATENCY = 5_000;
const SERVICE = 2_000;

function rig(limits: { qps: number; burst: number }, serviceMicros = 0) {
  const kernel = new Kernel();
  const server = new ApiServer(kernel, { latencyMicros: LATENCY, serviceMicros });
  const client = new ApiClient(kernel, server, { name: 'test', ...limits });
  const arrived: [number, number][] = [];
  const handler = kernel.register('arrive', (index) => arrived.push([kernel.nowMicros, index]));
  return { kernel, client, handler, arrived };
}

/** Sends writes at the given times; returns when each is answered. */
function answers(sentAtMicros: readonly number[], serviceMicros = SERVICE): number[] {
  const kernel = new Kernel();
  const server = new ApiServer(kernel, { latencyMicros: LATENCY, serviceMicros });
  const times: number[] = [];
  const answered = kernel.register('answered', (index) => {
    times[index] = kernel.nowMicros;
  });
  const send = kernel.register('send', (index) => server.send(answered, index, 0));
  for (const [index, at] of sentAtMicros.entries()) kernel.schedule(at, send, index);
  kernel.run();
  return times;
}

describe('the API server', () => {
  test('answers a write that is alone after its latency', () => {
    expect(answers([0])).toEqual([LATENCY]);
    expect(answers([0, 100_000])).toEqual([LATENCY, 100_000 + LATENCY]);
  });

  test('serves writes that come together together: all wait for the service of all', () => {
    expect(answers(Array(10).fill(0))).toEqual(Array(10).fill(10 * SERVICE + LATENCY - SERVICE));
  });

  test('shares its capacity with a write that comes later', () => {
    // Alone for the half of its service, then shared: the first needs 1 ms of it alone and 1 ms at half the speed.
    const [first, second] = answers([0, 1_000]);
    expect(first).toBe(1_000 + 2_000 + LATENCY - SERVICE);
    // By then the second has had 1 ms of service, and goes on alone.
    expect(second).toBe(1_000 + 2_000 + 1_000 + LATENCY - SERVICE);
  });

  test('answers in the order of arrival and does no more than its capacity', () => {
    const sent = Array.from({ length: 200 }, (_, index) => 700 * index);
    const times = answers(sent);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // Each time is rounded up to a microsecond.
    const last = times.at(-1)! - (200 * SERVICE + LATENCY - SERVICE);
    expect(last).toBeGreaterThanOrEqual(0);
    expect(last).toBeLessThan(200);
  });

  test('without a service time answers everything after its latency', () => {
    expect(answers(Array(50).fill(0), 0)).toEqual(Array(50).fill(LATENCY));
  });

  test('is loaded by writes that nobody waits for', () => {
    const kernel = new Kernel();
    const server = new ApiServer(kernel, { latencyMicros: LATENCY, serviceMicros: SERVICE });
    const times: number[] = [];
    server.load();
    server.send(
      kernel.register('answered', () => times.push(kernel.nowMicros)),
      0,
      0,
    );
    kernel.run();
    expect(times).toEqual([2 * SERVICE + LATENCY - SERVICE]);
  });
});

describe('a client', () => {
  test('sends a burst at once, and then at its rate, in the order of asking', () => {
    const { kernel, client, handler, arrived } = rig({ qps: 20, burst: 3 });
    for (let index = 0; index < 6; index++) client.send(handler, index, 0);
    kernel.run();
    expect(arrived).toEqual([
      [LATENCY, 0],
      [LATENCY, 1],
      [LATENCY, 2],
      [50_000 + LATENCY, 3],
      [100_000 + LATENCY, 4],
      [150_000 + LATENCY, 5],
    ]);
  });

  test('without a limit waits for the server alone', () => {
    const { kernel, client, handler, arrived } = rig({ qps: Number.POSITIVE_INFINITY, burst: 1 }, SERVICE);
    for (let index = 0; index < 18; index++) client.send(handler, index, 0);
    kernel.run();
    expect(arrived).toEqual(Array.from({ length: 18 }, (_, index) => [18 * SERVICE + LATENCY - SERVICE, index]));
  });

  test('sends again after a queue of its own has run dry', () => {
    const { kernel, client, handler, arrived } = rig({ qps: 20, burst: 1 });
    const again = kernel.register('again', () => client.send(handler, 9, 0));
    for (let index = 0; index < 3; index++) client.send(handler, index, 0);
    kernel.schedule(1_000_000, again);
    kernel.run();
    expect(arrived.at(-1)).toEqual([1_000_000 + LATENCY, 9]);
    expect(arrived).toHaveLength(4);
  });
});

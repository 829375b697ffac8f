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

describe('the API server', () => {
  test('answers after its latency, and takes 16 writes at once', () => {
    const server = new ApiServer(new Kernel(), { latencyMicros: LATENCY, serviceMicros: SERVICE });
    const times = Array.from({ length: 20 }, () => server.acceptMicros());
    expect(times.slice(0, 16)).toEqual(Array(16).fill(LATENCY));
    expect(times.slice(16)).toEqual([1, 2, 3, 4].map((n) => LATENCY + n * SERVICE));
  });

  test('catches up while nothing comes', () => {
    const kernel = new Kernel();
    const server = new ApiServer(kernel, { latencyMicros: LATENCY, serviceMicros: SERVICE });
    for (let i = 0; i < 16; i++) server.acceptMicros();
    const answers: number[] = [];
    const later = kernel.register('later', () => answers.push(server.acceptMicros() - kernel.nowMicros));
    // One write's time later there is room for one more, and no other.
    kernel.schedule(SERVICE, later);
    kernel.schedule(SERVICE, later);
    kernel.run();
    expect(answers).toEqual([LATENCY, LATENCY + SERVICE]);
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
    expect(arrived.map(([time]) => time)).toEqual([
      ...Array(16).fill(LATENCY),
      LATENCY + SERVICE,
      LATENCY + 2 * SERVICE,
    ]);
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

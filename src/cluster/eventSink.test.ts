import { describe, expect, test } from 'vitest';
import { Kernel } from '../kernel/kernel.ts';
import { ApiClient } from './apiClient.ts';
import { ApiServer } from './apiServer.ts';
import { EventSink } from './eventSink.ts';

const MILLI = 1_000;

/** A client with 20 requests a second and a burst of `burst`, and when its own requests are answered. */
function rig(burst: number) {
  const kernel = new Kernel();
  const server = new ApiServer(kernel, { latencyMicros: 5 * MILLI, serviceMicros: 0 });
  const client = new ApiClient(kernel, server, { name: 'controller', qps: 20, burst });
  const answers: number[] = [];
  const answered = kernel.register('answered', () => answers.push(kernel.nowMicros / MILLI));
  const sink = new EventSink(kernel, client);
  return { kernel, client, answered, answers, sink };
}

describe('an Event', () => {
  test('takes a token of its component, behind the requests that wait', () => {
    const { kernel, client, answered, answers, sink } = rig(2);
    for (let i = 0; i < 3; i++) client.send(answered, 0, 0);
    sink.send(1);
    client.send(answered, 0, 0);
    kernel.run();
    // Two at once, one 50 ms later, then the Event, then the last.
    expect(answers).toEqual([5, 5, 55, 155]);
  });

  test('waits until the one before is answered', () => {
    const { kernel, client, answered, answers, sink } = rig(1);
    for (let i = 0; i < 10; i++) sink.send(1);
    client.send(answered, 0, 0);
    kernel.run();
    // One Event had the first token; the other nine had not asked for one yet.
    expect(answers).toEqual([55]);
    expect(kernel.nowMicros / MILLI).toBe(505);
  });

  test('is not sent when 25 about the same object were', () => {
    const { kernel, sink } = rig(1);
    for (let i = 0; i < 100; i++) sink.send(1);
    kernel.run();
    expect(kernel.nowMicros / MILLI).toBe(24 * 50 + 5);
  });

  test('is dropped when a thousand wait', () => {
    const { kernel, sink } = rig(1);
    for (let uid = 0; uid < 2_000; uid++) sink.send(uid);
    kernel.run();
    expect(kernel.nowMicros / MILLI).toBe(1_000 * 50 + 5);
  });
});

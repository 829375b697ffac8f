import { describe, expect, test } from 'vitest';
import { featureGates } from '../api/featureGates.ts';
import { Cluster, call, type Process } from '../cluster/index.ts';
import { Kernel } from '../kernel/index.ts';
import { defaultControlPlane } from '../scenario/controlPlane.ts';
import { type ControllerContext, type SyncError, Workers } from './workers.ts';

const MILLI = 1_000;
const VERSION = { text: '1.37', minor: 37 };
const API_MICROS = 5 * MILLI;
const REFUSED: SyncError = { reason: 'Forbidden', message: 'no' };

/** Workers whose syncs are one request each; notes when each sync begins, in milliseconds. */
class Rig {
  readonly kernel = new Kernel();
  readonly begun: [number, number][] = [];
  readonly workers: Workers;
  private readonly failures: Map<number, number>;

  constructor(
    options: { concurrency?: number; maxRetries?: number; failures?: Record<number, number>; qps?: number } = {},
  ) {
    const { concurrency = 1, qps = Number.POSITIVE_INFINITY } = options;
    const apiServer = { latencyMicros: API_MICROS, serviceMicros: 0 };
    const { kernel } = this;
    const kubeControllerManager = { ...defaultControlPlane.kubeControllerManager, kubeApiQps: qps, kubeApiBurst: 1 };
    const context: ControllerContext = {
      kernel,
      cluster: new Cluster(kernel, { seed: 1, watchMicros: 0, apiServer }),
      controlPlane: { ...defaultControlPlane, kubeControllerManager },
      version: VERSION,
      gates: featureGates(VERSION),
    };
    this.failures = new Map(Object.entries(options.failures ?? {}).map(([key, count]) => [Number(key), count]));
    this.workers = new Workers(context, {
      name: 'test',
      concurrency,
      ...(options.maxRetries === undefined ? {} : { maxRetries: options.maxRetries }),
      sync: (key) => this.sync(key),
    });
  }

  private *sync(key: number): Process<SyncError> {
    this.begun.push([this.kernel.nowMicros / MILLI, key]);
    yield call(() => undefined);
    const left = this.failures.get(key) ?? 0;
    this.failures.set(key, left - 1);
    return left > 0 ? REFUSED : undefined;
  }

  run(...keys: number[]): [number, number][] {
    for (const key of keys) this.workers.queue.add(key);
    this.kernel.run();
    return this.begun;
  }
}

describe('workers', () => {
  test('take one key after the other, as many at once as there are workers', () => {
    expect(new Rig().run(1, 2, 3)).toEqual([
      [0, 1],
      [5, 2],
      [10, 3],
    ]);
    expect(new Rig({ concurrency: 2 }).run(1, 2, 3)).toEqual([
      [0, 1],
      [0, 2],
      [5, 3],
    ]);
  });

  test('never sync a key twice at once: what comes meanwhile is taken up once, afterwards', () => {
    const rig = new Rig({ concurrency: 2 });
    rig.workers.queue.add(1);
    const again = rig.kernel.register('again', () => rig.workers.queue.add(1));
    rig.kernel.schedule(1 * MILLI, again);
    rig.kernel.schedule(2 * MILLI, again);
    rig.kernel.run();
    expect(rig.begun).toEqual([
      [0, 1],
      [5, 1],
    ]);
  });

  test('take up a failed key after 5 ms, 10 ms, 20 ms …, and forget its failures with the first success', () => {
    const rig = new Rig({ failures: { 1: 3 } });
    expect(rig.run(1).map(([time]) => time)).toEqual([0, 10, 25, 50]);
    expect(rig.workers.queue.numRequeues(1)).toBe(0);
  });

  test('give a key up after so many retries, until its next event', () => {
    const rig = new Rig({ failures: { 1: 100 }, maxRetries: 3 });
    expect(rig.run(1)).toHaveLength(1 + 3);
    expect(rig.workers.queue.numRequeues(1)).toBe(0);
    expect(rig.run(1)).toHaveLength(2 * (1 + 3));
  });

  test('wait for their common client, which keeps them busy', () => {
    expect(new Rig({ qps: 10, concurrency: 1 }).run(1, 2, 3).map(([time]) => time)).toEqual([0, 5, 105]);
  });
});

import { describe, expect, it } from 'vitest';
import { POD_BOUND, POD_EXISTS, POD_READY, POD_RUNNING, POD_TERMINATING } from '../cluster/podTable.ts';
import { Unavailability } from './unavailability.ts';

const SECOND = 1_000_000;
const READY = POD_EXISTS | POD_BOUND | POD_RUNNING | POD_READY;
const RUNNING = POD_EXISTS | POD_BOUND | POD_RUNNING;

function change(spans: Unavailability, place: string, pod: number, after: number, atSeconds: number, minSeconds = 0) {
  spans.change(place, pod, after, { micros: atSeconds * SECOND, minSeconds }, atSeconds * SECOND);
}

describe('Unavailability', () => {
  it('is the time from the old pod ceasing to the new one being available', () => {
    const spans = new Unavailability();
    change(spans, 'db-0', 1, READY, 1);
    spans.restart(10 * SECOND);
    change(spans, 'db-0', 1, READY | POD_TERMINATING, 12);
    change(spans, 'db-0', 1, 0, 15);
    change(spans, 'db-0', 2, RUNNING, 15);
    change(spans, 'db-0', 2, READY, 20);
    expect(spans.finish(true, 30 * SECOND)).toEqual([{ place: 'db-0', fromSeconds: 12, toSeconds: 20 }]);
  });

  it('counts minReadySeconds', () => {
    const spans = new Unavailability();
    spans.restart(0);
    change(spans, 'db-0', 1, READY, 5, 10);
    expect(spans.finish(true, 30 * SECOND)).toEqual([{ place: 'db-0', fromSeconds: 5, toSeconds: 15 }]);
  });

  it('is nothing while a second pod of the place is available', () => {
    const spans = new Unavailability();
    change(spans, 'node-0', 1, READY, 1);
    spans.restart(10 * SECOND);
    change(spans, 'node-0', 2, READY, 12);
    change(spans, 'node-0', 1, 0, 13);
    expect(spans.finish(true, 30 * SECOND)).toEqual([]);
  });

  it('begins anew with a rollout, with what is away already', () => {
    const spans = new Unavailability();
    change(spans, 'db-0', 1, RUNNING, 1);
    spans.restart(10 * SECOND);
    change(spans, 'db-0', 1, READY, 14);
    expect(spans.finish(true, 30 * SECOND)).toEqual([{ place: 'db-0', fromSeconds: 10, toSeconds: 14 }]);
  });

  it('misses a place without a pod only if the rollout did not complete', () => {
    const gone = () => {
      const spans = new Unavailability();
      change(spans, 'db-4', 1, READY, 1);
      spans.restart(10 * SECOND);
      change(spans, 'db-4', 1, 0, 12);
      return spans;
    };
    expect(gone().finish(true, 30 * SECOND)).toEqual([]);
    expect(gone().finish(false, 30 * SECOND)).toEqual([{ place: 'db-4', fromSeconds: 12, toSeconds: 30 }]);
  });
});

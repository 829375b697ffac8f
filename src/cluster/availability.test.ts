import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { AvailabilityClock, availableAtMicros, truncateToSecond } from './availability.ts';

const SECOND = 1_000_000;

describe('the moment from which a pod is available', () => {
  test('is the one in which it became ready, without minReadySeconds', () => {
    expect(availableAtMicros(1_999_999, 0)).toBe(1_999_999);
  });

  test('counts from the whole second in which it became ready, with them', () => {
    expect(availableAtMicros(1_999_999, 3)).toBe(4 * SECOND);
    expect(truncateToSecond(1_999_999)).toBe(SECOND);
    expect(truncateToSecond(2 * SECOND)).toBe(2 * SECOND);
  });
});

/** What can happen to the pods 0 … 5, some time after the last thing that happened. */
const happening = fc.record({
  pod: fc.integer({ min: 0, max: 5 }),
  afterMicros: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * SECOND })),
  /** Comes in with a readiness of this long ago, as adopted pods do; mostly none. */
  readyForMicros: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 9 * SECOND })),
  isAskedForNext: fc.boolean(),
});

describe('AvailabilityClock', () => {
  test.prop([fc.integer({ min: 0, max: 4 }), fc.array(happening, { maxLength: 60 })], { numRuns: 300 })(
    'counts as one who looks at every pod each time',
    (minReadySeconds, happenings) => {
      const clock = new AvailabilityClock(minReadySeconds);
      const readySince = new Map<number, number>();
      let now = 10 * SECOND;
      for (const { pod, afterMicros, readyForMicros, isAskedForNext } of happenings) {
        now += afterMicros;
        if (readySince.delete(pod)) clock.remove(pod);
        else {
          readySince.set(pod, now - readyForMicros);
          clock.add(pod, now - readyForMicros);
        }
        const times = [...readySince.values()].map((since) => availableAtMicros(since, minReadySeconds));
        expect(clock.available(now)).toBe(times.filter((time) => time <= now).length);
        if (!isAskedForNext) continue;
        const later = times.filter((time) => time > now);
        expect(clock.nextChangeMicros()).toBe(Math.min(...later, Number.POSITIVE_INFINITY));
      }
    },
  );

  test('a pod that came in late but has been ready for longer is available first', () => {
    const clock = new AvailabilityClock(100);
    clock.add(1, 51 * SECOND);
    clock.add(2, 1 * SECOND);
    expect(clock.nextChangeMicros()).toBe(101 * SECOND);
    expect(clock.available(101 * SECOND)).toBe(1);
    expect(clock.nextChangeMicros()).toBe(151 * SECOND);
  });

  test('goes on from change to change', () => {
    const clock = new AvailabilityClock(1);
    clock.add(1, 0);
    clock.add(2, 2 * SECOND);
    clock.advance();
    expect(clock.nextChangeMicros()).toBe(3 * SECOND);
    clock.advance();
    expect([clock.available(3 * SECOND), clock.nextChangeMicros()]).toEqual([2, Number.POSITIVE_INFINITY]);
  });
});

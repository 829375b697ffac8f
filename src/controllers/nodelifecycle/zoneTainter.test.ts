import { describe, expect, test } from 'vitest';
import { MICROS_PER_SECOND as SECOND } from '../../kernel/time.ts';
import { computeZoneState } from './zoneState.ts';
import { ZoneTainter } from './zoneTainter.ts';

describe('a zone', () => {
  test.each([
    [0, 0, 'Normal'],
    [3, 0, 'Normal'],
    [0, 1, 'FullDisruption'],
    // Two are too few, whatever their share.
    [1, 2, 'Normal'],
    [2, 3, 'PartialDisruption'],
    [5, 6, 'Normal'],
    [9, 11, 'PartialDisruption'],
  ])('with %i ready nodes and %i others is %s', (ready, notReady, state) => {
    expect(computeZoneState({ ready, notReady }, 0.55)).toBe(state);
  });
});

describe('nodes of a zone', () => {
  test('are handed out one at once, and then one each ten seconds', () => {
    const zone = new ZoneTainter(0.1);
    for (const name of ['a', 'b', 'c']) expect(zone.add(name)).toBe(true);
    const handed: [string, number][] = [];
    for (let second = 0; second < 30; second++) {
      while (zone.head !== undefined && zone.tryAccept(second * SECOND)) {
        handed.push([zone.head, second]);
        zone.shift();
      }
    }
    expect(handed).toEqual([
      ['a', 0],
      ['b', 10],
      ['c', 20],
    ]);
    // One that was handed out comes again only when it was forgotten.
    expect(zone.add('a')).toBe(false);
    expect(zone.remove('a')).toBe(true);
    expect(zone.add('a')).toBe(true);
  });

  test('wait while there is no rate, and for a whole interval once there is one again', () => {
    const zone = new ZoneTainter(0.1);
    zone.add('a');
    zone.swapLimiter(0, 0);
    expect(zone.dueMicros).toBe(Number.POSITIVE_INFINITY);
    expect(zone.tryAccept(100 * SECOND)).toBe(false);
    zone.swapLimiter(0.1, 200 * SECOND);
    expect(zone.dueMicros).toBe(210 * SECOND);
  });

  test('keep the token that there is when the rate changes', () => {
    const zone = new ZoneTainter(0.1);
    zone.add('a');
    zone.swapLimiter(0.01, 5 * SECOND);
    expect(zone.tryAccept(5 * SECOND)).toBe(true);
    expect(zone.tryAccept(104 * SECOND)).toBe(false);
    expect(zone.tryAccept(105 * SECOND)).toBe(true);
  });
});

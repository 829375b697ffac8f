import { describe, expect, it } from 'vitest';
import { AffinityBed, type AffinityBedOptions, affinity, HOSTNAME, on, prefer, preferNot, ZONE } from './testing.ts';

function threeNodes(options: AffinityBedOptions = {}): AffinityBed {
  const bed = new AffinityBed(options);
  bed.node('a1', { [ZONE]: 'a' });
  bed.node('b1', { [ZONE]: 'b' });
  bed.node('none');
  return bed;
}

const WEB = { labels: { app: 'web' } };

describe('own preferences', () => {
  it('add the weight for each pod that matches in the domain', () => {
    const bed = threeNodes();
    bed.pod('a1', WEB);
    bed.pod('a1', WEB);
    bed.pod('b1', WEB);
    // 2 x 7, 7 and nothing.
    expect(bed.rawScores({ spec: prefer(7, on(ZONE, { app: 'web' })) })).toEqual({ a1: 14, b1: 7, none: 0 });
  });

  it('take it away for anti-affinity', () => {
    const bed = threeNodes();
    bed.pod('a1', WEB);
    bed.pod('b1', WEB);
    bed.pod('b1', WEB);
    expect(bed.rawScores({ spec: preferNot(5, on(HOSTNAME, { app: 'web' })) })).toEqual({ a1: -5, b1: -10, none: 0 });
  });

  it('count pods that terminate', () => {
    const bed = threeNodes();
    bed.pod('a1', { ...WEB, isTerminating: true });
    expect(bed.rawScores({ spec: prefer(7, on(ZONE, { app: 'web' })) })).toEqual({ a1: 7, b1: 0, none: 0 });
  });

  it('are added up over the terms', () => {
    const bed = threeNodes();
    bed.pod('a1', { labels: { app: 'cache' } });
    bed.pod('b1', WEB);
    const spec = {
      affinity: {
        ...prefer(29, on(ZONE, { app: 'cache' })).affinity,
        ...preferNot(86, on(HOSTNAME, { app: 'web' })).affinity,
      },
    };
    expect(bed.rawScores({ spec })).toEqual({ a1: 29, b1: -86, none: 0 });
    // (29 + 86) / 115, 0 / 115 and 86 / 115 = 0.747…
    expect(bed.scores({ spec })).toEqual({ a1: 100, b1: 0, none: 74 });
  });
});

describe('preferences of existing pods', () => {
  it('weigh for the pod that they select, on both sides of the sign', () => {
    const bed = threeNodes();
    bed.pod('a1', { spec: prefer(10, on(ZONE, { app: 'web' })) });
    bed.pod('b1', { spec: preferNot(4, on(HOSTNAME, { app: 'web' })) });
    expect(bed.rawScores(WEB)).toEqual({ a1: 10, b1: -4, none: 0 });
    expect(bed.rawScores({ labels: { app: 'db' } })).toBe('skip');
  });

  it('weigh as much as there are such pods', () => {
    const bed = threeNodes();
    bed.pod('a1', { spec: prefer(10, on(ZONE, { app: 'web' })) });
    bed.pod('a1', { spec: prefer(10, on(ZONE, { app: 'web' })) });
    bed.pod('a1', { spec: prefer(3, on(ZONE, { app: 'web' })) });
    expect(bed.rawScores(WEB)).toEqual({ a1: 23, b1: 0, none: 0 });
  });

  it('meet the own ones of the pod', () => {
    const bed = threeNodes();
    bed.pod('a1', { ...WEB, spec: prefer(10, on(ZONE, { app: 'web' })) });
    expect(bed.rawScores({ ...WEB, spec: prefer(10, on(ZONE, { app: 'web' })) })).toEqual({ a1: 20, b1: 0, none: 0 });
  });
});

describe('required affinity of existing pods', () => {
  const existing = { ...WEB, spec: affinity(on(ZONE, { app: 'web' })) };

  it.each([
    [undefined, { a1: 1, b1: 0, none: 0 }],
    [100, { a1: 100, b1: 0, none: 0 }],
    [0, 'skip'],
  ])('weighs hardPodAffinityWeight: %s', (hardPodAffinityWeight, expected) => {
    const bed = threeNodes({ args: hardPodAffinityWeight === undefined ? {} : { hardPodAffinityWeight } });
    bed.pod('a1', existing);
    expect(bed.rawScores(WEB)).toEqual(expected);
  });

  it('counts each of the terms', () => {
    const bed = threeNodes();
    bed.pod('a1', { spec: affinity(on(ZONE, { app: 'web' }), on(HOSTNAME, { app: 'web' })) });
    expect(bed.rawScores(WEB)).toEqual({ a1: 2, b1: 0, none: 0 });
  });
});

describe('ignorePreferredTermsOfExistingPods', () => {
  const args = { ignorePreferredTermsOfExistingPods: true };

  it('skips pods without preferences of their own', () => {
    const bed = threeNodes({ args });
    bed.pod('a1', { ...WEB, spec: prefer(10, on(ZONE, { app: 'web' })) });
    bed.pod('a1', { ...WEB, spec: affinity(on(ZONE, { app: 'web' })) });
    expect(bed.rawScores(WEB)).toBe('skip');
    expect(bed.rawScores({ ...WEB, spec: affinity(on(ZONE, { app: 'web' })) })).toBe('skip');
  });

  it('changes nothing for the others', () => {
    const bed = threeNodes({ args });
    bed.pod('a1', { ...WEB, spec: prefer(10, on(ZONE, { app: 'web' })) });
    expect(bed.rawScores({ ...WEB, spec: preferNot(1, on(ZONE, { app: 'web' })) })).toEqual({ a1: 9, b1: 0, none: 0 });
  });
});

describe('whether there is something to score', () => {
  it('is nothing without any affinity', () => {
    const bed = threeNodes();
    bed.pod('a1', WEB);
    expect(bed.rawScores(WEB)).toBe('skip');
  });

  it('is nothing where own terms select nobody, or only pods on nodes without the label', () => {
    const bed = threeNodes();
    bed.pod('none', WEB);
    expect(bed.rawScores({ spec: prefer(7, on(ZONE, { app: 'web' })) })).toBe('skip');
    expect(bed.rawScores({ spec: prefer(7, on(HOSTNAME, { app: 'db' })) })).toBe('skip');
  });

  it('is something where weights cancel each other out', () => {
    const bed = threeNodes();
    bed.pod('a1', { ...WEB, spec: preferNot(7, on(ZONE, { app: 'web' })) });
    const pod = { ...WEB, spec: prefer(7, on(ZONE, { app: 'web' })) };
    expect(bed.rawScores(pod)).toEqual({ a1: 0, b1: 0, none: 0 });
    expect(bed.scores(pod)).toEqual({ a1: 0, b1: 0, none: 0 });
  });
});

describe('normalisation', () => {
  /** One node for each raw score, brought about by one pod with such a preference. */
  const normalise = (raw: readonly number[]) => {
    const bed = new AffinityBed();
    raw.forEach((weight, i) => {
      bed.node(`n${i}`);
      const term = on(HOSTNAME, { app: 'web' });
      if (weight > 0) bed.pod(`n${i}`, { spec: prefer(weight, term) });
      if (weight < 0) bed.pod(`n${i}`, { spec: preferNot(-weight, term) });
    });
    return Object.values(bed.scores(WEB));
  };

  it.each([
    [
      [10, 5, 0],
      [100, 50, 0],
    ],
    // 100 x 3/7 = 42.857…
    [
      [7, 3, 0],
      [100, 42, 0],
    ],
    [
      [-10, -5, 0],
      [0, 50, 100],
    ],
    [
      [20, -20, 7],
      [100, 0, 67],
    ],
    [
      [5, 5, 5],
      [0, 0, 0],
    ],
    [
      [8, 9, 10],
      [0, 50, 100],
    ],
    // 29/100 comes first, which times 100 is a little less than 29.
    [
      [100, 29, 0],
      [100, 28, 0],
    ],
    [
      [100, 57, 0],
      [100, 56, 0],
    ],
  ])('%j becomes %j', (raw, expected) => {
    expect(normalise(raw)).toEqual(expected);
  });
});

import { type Distribution, sampleMicros } from './distribution.ts';
import type { RandomStream } from './randomStreams.ts';
import type { Micros } from './time.ts';

/** How long something takes that takes another time whenever it is asked. */
export type Latency = () => Micros;

/** Draws from `distribution`; the draws of several that share a stream depend on each other's number. */
export function latencyOf(distribution: Distribution, stream: RandomStream): Latency {
  const source = () => stream;
  let draws = 0;
  return () => sampleMicros(distribution, source, draws++);
}

/** Where one duration has to stand for all: the median, or the mean or the scale where that is what is given. */
export function typicalMicros(distribution: Distribution): Micros {
  switch (distribution.kind) {
    case 'constant':
      return distribution.micros;
    case 'never':
      return Number.POSITIVE_INFINITY;
    case 'uniform':
      return Math.round((distribution.minMicros + distribution.maxMicros) / 2);
    case 'logNormal':
      return distribution.medianMicros;
    case 'weibull':
      return distribution.scaleMicros;
    case 'normal':
    case 'exponential':
      return distribution.meanMicros;
    case 'sequence':
    case 'empirical':
      return Math.round(distribution.micros.reduce((sum, micros) => sum + micros, 0) / distribution.micros.length);
  }
}

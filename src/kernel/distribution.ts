import { randomExponential, randomLogNormal, randomNormal, randomWeibull } from 'd3-random';
import type { RandomStream } from './randomStreams.ts';
import type { Micros } from './time.ts';

/** The duration of what does not happen at all. */
export const NEVER = Number.POSITIVE_INFINITY;

/** The standard normal distribution's 99th percentile. */
const NORMAL_P99 = 2.3263478740408408;

/** With a mean of at least 0 a draw is negative at most every other time: so many in a row are a chance of 2^-64. */
const NORMAL_TRIES = 64;

/** How long something takes. */
export type Distribution =
  | { kind: 'constant'; micros: Micros }
  | { kind: 'never' }
  /** Dealt out in order, and again from the start. An element may be `NEVER`. */
  | { kind: 'sequence'; micros: readonly Micros[] }
  /** Every whole microsecond from the least to the most, both included. */
  | { kind: 'uniform'; minMicros: Micros; maxMicros: Micros }
  /** Truncated at 0: negative draws are drawn again. The mean and deviation are those before truncation. */
  | { kind: 'normal'; meanMicros: Micros; standardDeviationMicros: Micros }
  | { kind: 'logNormal'; medianMicros: Micros; p99Micros: Micros }
  | { kind: 'exponential'; meanMicros: Micros }
  | { kind: 'weibull'; shape: number; scaleMicros: Micros }
  /** One of the observed values, each equally likely. An element may be `NEVER`. */
  | { kind: 'empirical'; micros: readonly Micros[] };

export const AT_ONCE: Distribution = { kind: 'constant', micros: 0 };
export const NOT_AT_ALL: Distribution = { kind: 'never' };

/** True when draws need a random stream. */
export function isRandom(distribution: Distribution): boolean {
  return !(distribution.kind === 'constant' || distribution.kind === 'never' || distribution.kind === 'sequence');
}

/**
 * Draws a duration: a whole number of microseconds from 0, or `NEVER`. Rounding to microseconds also hides the last
 * bits in which `Math.log` and its kin may differ between JavaScript engines.
 *
 * @param stream called once when the distribution is random, and not at all otherwise
 * @param index which draw this is, from 0; `sequence` alone looks at it
 * @throws RangeError when a parameter makes no sense: negative, NaN, an empty list, a p99 below the median
 */
export function sampleMicros(distribution: Distribution, stream: () => RandomStream, index: number): Micros {
  const micros = Math.round(draw(distribution, stream, index));
  // An absurdly long draw that numbers can no longer count exactly is as good as never.
  if (micros > Number.MAX_SAFE_INTEGER) return NEVER;
  if (!(micros >= 0)) throw badDistribution(distribution, index);
  return micros;
}

/** The draw before rounding; NaN when the parameters make no sense. */
function draw(distribution: Distribution, stream: () => RandomStream, index: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.micros;
    case 'never':
      return NEVER;
    case 'sequence':
      return distribution.micros[index % distribution.micros.length] ?? Number.NaN;
    case 'empirical':
      if (distribution.micros.length === 0) return Number.NaN;
      return distribution.micros[stream().integer(distribution.micros.length)]!;
    case 'uniform':
      return drawUniform(distribution.minMicros, distribution.maxMicros, stream());
    case 'normal':
      return drawNormal(distribution.meanMicros, distribution.standardDeviationMicros, stream());
    case 'logNormal':
      return drawLogNormal(distribution.medianMicros, distribution.p99Micros, stream());
    case 'exponential':
      if (!(distribution.meanMicros >= 0)) return Number.NaN;
      return distribution.meanMicros * randomExponential.source(sourceOf(stream()))(1)();
    case 'weibull':
      if (!(distribution.shape > 0 && distribution.scaleMicros >= 0)) return Number.NaN;
      return randomWeibull.source(sourceOf(stream()))(distribution.shape, 0, distribution.scaleMicros)();
  }
}

function drawUniform(minMicros: Micros, maxMicros: Micros, stream: RandomStream): number {
  const least = Math.ceil(minMicros);
  const choices = Math.floor(maxMicros) - least + 1;
  return choices >= 1 ? least + stream.integer(choices) : Number.NaN;
}

function drawNormal(meanMicros: Micros, standardDeviationMicros: Micros, stream: RandomStream): number {
  if (!(meanMicros >= 0 && standardDeviationMicros >= 0)) return Number.NaN;
  const next = randomNormal.source(sourceOf(stream))(meanMicros, standardDeviationMicros);
  for (let tries = 0; tries < NORMAL_TRIES; tries++) {
    const micros = next();
    if (micros >= 0) return micros;
  }
  return 0;
}

function drawLogNormal(medianMicros: Micros, p99Micros: Micros, stream: RandomStream): number {
  if (!(medianMicros > 0 && p99Micros >= medianMicros)) return Number.NaN;
  const sigma = Math.log(p99Micros / medianMicros) / NORMAL_P99;
  return medianMicros * randomLogNormal.source(sourceOf(stream))(0, sigma)();
}

function sourceOf(stream: RandomStream): () => number {
  return () => stream.uniform();
}

function badDistribution(distribution: Distribution, index: number): RangeError {
  return new RangeError(`Unexpected distribution: ${JSON.stringify(distribution)} at draw ${index}`);
}

/**
 * The log-normal distribution that durations most likely came from.
 *
 * @param micros at least one, all above 0
 */
export function fitLogNormal(micros: readonly Micros[]): { readonly medianMicros: number; readonly p99Micros: number } {
  const logs = micros.map((value) => Math.log(value));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) * (log - mean), 0) / logs.length;
  return { medianMicros: Math.exp(mean), p99Micros: Math.exp(mean + NORMAL_P99 * Math.sqrt(variance)) };
}

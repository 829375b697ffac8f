import type { SpeedComparison } from '../runner/decide/speed.ts';
import { counted, formatSeconds } from './units.ts';

/**
 * `A is 1.8 ± 0.1 times as fast as B (10 seeds, each against itself).` No verdict from one seed, nor where an interval has
 * both faster and slower in it. Behind ± stands the farther end of the 95 % interval of the median.
 */
export function speedSentence(name: string, other: string, speed: SpeedComparison): string {
  const { pairs, timesFaster, interval, savedSeconds, verdict } = speed;
  if (verdict === 'oneSeed') return `Against ${other}: one seed, no verdict; --seeds 10 tells.`;
  const seeds = counted(pairs, 'seed');
  if (verdict === 'alike') return `${name} is as fast as ${other} (${seeds}).`;
  if (verdict === 'unclear') {
    const few = interval === null ? '; fewer than 5 seeds tell nothing' : '';
    const range = interval === null ? '' : `, ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)} times as fast`;
    return `${name} is not clearly faster or slower than ${other} (${seeds}${range}${few}).`;
  }
  const isFaster = verdict === 'faster';
  const factor = isFaster ? timesFaster : 1 / timesFaster;
  const ends = interval && (isFaster ? [interval.low, interval.high] : [1 / interval.high, 1 / interval.low]);
  const margin = ends === null ? 0 : Math.max(factor - ends[0]!, ends[1]! - factor);
  const decimals = factor < 10 ? 2 : 1;
  // A lopsided interval would seem to reach beyond 1 with ±.
  const range =
    ends !== null && factor - margin <= 1
      ? ` (${ends[0]!.toFixed(decimals)} to ${ends[1]!.toFixed(decimals)})`
      : undefined;
  const plusMinus = range ?? (Number(margin.toFixed(decimals)) === 0 ? '' : ` ± ${margin.toFixed(decimals)}`);
  const word = isFaster ? 'faster' : 'slower';
  const difference = `${formatSeconds(Math.abs(savedSeconds))} ${isFaster ? 'less' : 'more'}`;
  return `${name} is ${factor.toFixed(decimals)}${plusMinus} times ${word} than ${other} (${difference}; ${seeds}, each against itself).`;
}

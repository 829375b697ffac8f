/** Ranges of values: `1..5`, `10%..50%:10%`, `0.5s..2s:0.5s`, `1..64:x2`. */
import { InputError, type SourcePlace } from '../api/errors.ts';

/** Beyond this a range is a typing error. */
const LONGEST_RANGE = 10_000;

const EXAMPLES = 'as in 1..5, 10..50:10, 10%..50%:10% or 1..64:x2';

const NUMBER = '-?[0-9]+(?:\\.[0-9]+)?';
const UNIT = '[A-Za-z%]*';
/** First, unit, last with the same unit, and behind a colon (or two dots) a step with it or without, or a factor. */
const RANGE = new RegExp(`^(${NUMBER})(${UNIT})\\.\\.(${NUMBER})\\2(?:(?::|\\.\\.)(?:x([0-9]+)|(${NUMBER})\\2?))?$`);

/** Whether the text means to be a range. */
export function looksLikeRange(text: string): boolean {
  return new RegExp(`^${NUMBER}${UNIT}\\.\\.`).test(text);
}

/**
 * The values of a range as text, from the first on, as far as the last is not passed. Without a step it is 1, of ends with
 * decimals one of the last decimal, so that `1.30..1.37` are eight versions; `x2` doubles.
 *
 * @throws InputError for what is no range, counts down, never ends or has more than ten thousand values
 */
export function expandRange(text: string, place: SourcePlace): string[] {
  const match = RANGE.exec(text);
  if (match === null) throw new InputError(`${text} is not a range`, place, EXAMPLES);
  const [, firstText, unit, lastText, factorText, stepText] = match;
  const decimals = Math.max(...[firstText!, lastText!, stepText ?? ''].map(decimalsOf));
  // Counted in the last decimal, since sums of 0.1 would drift away from what they are called.
  const unitsOfOne = Number(`1e${decimals}`);
  const scaled = (number: string): number => Math.round(Number(number) * unitsOfOne);
  const [first, last] = [scaled(firstText!), scaled(lastText!)];
  if (last < first) throw new InputError(`${text} counts down`, place);
  const numbers =
    factorText === undefined
      ? evenly(text, first, last, stepText === undefined ? 1 : scaled(stepText), place)
      : byFactor(text, first, last, Number(factorText), place);
  const areWrittenAlike = decimalsOf(firstText!) === decimalsOf(lastText!);
  return numbers.map((number) => {
    const value = number / unitsOfOne;
    return `${areWrittenAlike ? value.toFixed(decimals) : value}${unit}`;
  });
}

function evenly(text: string, first: number, last: number, step: number, place: SourcePlace): number[] {
  if (step === 0) throw new InputError(`${text} has a step of 0`, place);
  if (step < 0) throw new InputError(`${text} has a step below 0`, place);
  const count = Math.floor((last - first) / step) + 1;
  if (count > LONGEST_RANGE) {
    throw new InputError(`${text} has ${count} values, at most ${LONGEST_RANGE} are tried`, place);
  }
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function byFactor(text: string, first: number, last: number, factor: number, place: SourcePlace): number[] {
  if (factor < 2) throw new InputError(`${text} has a factor below 2`, place);
  if (first <= 0) throw new InputError(`${text} has a factor, and does not begin above 0`, place);
  const numbers: number[] = [];
  for (let number = first; number <= last; number *= factor) numbers.push(number);
  return numbers;
}

function decimalsOf(number: string): number {
  return number.split('.')[1]?.length ?? 0;
}

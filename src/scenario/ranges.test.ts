import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { expandRange, looksLikeRange } from './ranges.ts';

const place = { file: 'flag' };

describe('a range', () => {
  it.each([
    ['1..4', '1 2 3 4'],
    ['10..100:30', '10 40 70 100'],
    ['10..100..30', '10 40 70 100'],
    ['10..45:10', '10 20 30 40'],
    ['5%..20%:5%', '5% 10% 15% 20%'],
    ['5%..20%:5', '5% 10% 15% 20%'],
    ['0.1..0.4:0.1', '0.1 0.2 0.3 0.4'],
    ['0.5s..2s:0.5s', '0.5s 1s 1.5s 2s'],
    ['1.9..2.1', '1.9 2.0 2.1'],
    ['1.30..1.33', '1.30 1.31 1.32 1.33'],
    ['-1..1', '-1 0 1'],
    ['7..7', '7'],
    ['1..64:x2', '1 2 4 8 16 32 64'],
    ['10Mi..2000Mi:x10', '10Mi 100Mi 1000Mi'],
  ])('%s has the values %s', (text, values) => expect(expandRange(text, place).join(' ')).toBe(values));

  it.each([
    ['5..1', 'counts down'],
    ['1..9:0', 'step of 0'],
    ['1..9:-1', 'step below 0'],
    ['1..5s', 'is not a range'],
    ['1s..5s:1m', 'is not a range'],
    ['1..', 'is not a range'],
    ['0..64:x2', 'does not begin above 0'],
    ['1..64:x1', 'factor below 2'],
    ['1..99999999', '99999999 values'],
  ])('%s is refused: it %s', (text, reason) => {
    expect(() => expandRange(text, place)).toThrow(InputError);
    expect(() => expandRange(text, place)).toThrow(reason);
  });

  it.each(['25%', 'web:v1..2', 'a..b', '{min: 1..2}'])('%s does not mean to be one', (text) => {
    expect(looksLikeRange(text)).toBe(false);
  });
});

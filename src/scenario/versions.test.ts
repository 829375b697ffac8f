import { describe, expect, it } from 'vitest';
import { defaultVersion, parseVersion } from './versions.ts';

describe('parseVersion', () => {
  it.each([
    ['1.37', '1.37', 37],
    ['1.37.2', '1.37', 37],
    ['v1.30.0', '1.30', 30],
    [1.31, '1.31', 31],
  ])('reads %j', (value, text, minor) => {
    expect(parseVersion(value)).toEqual({ text, minor });
  });

  it.each([
    ['1.29', '"1.29" is not simulated: the versions are 1.30, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37'],
    ['1.370', '"1.370" is not simulated: the versions are'],
    ['1,37', '"1,37" is not simulated (did you mean "1.37"?)'],
    ['latest', '"latest" is not simulated: the versions are'],
    [1.3, '1.3 is not simulated (quote it: "1.30")'],
    [['1.37'], 'expected a version such as "1.37", got ["1.37"]'],
  ])('refuses %j', (value, message) => {
    expect(() => parseVersion(value)).toThrow(message);
  });

  it('keeps a patch that decides otherwise than the newest', () => {
    expect(parseVersion('1.35.2')).toEqual({ text: '1.35.2', minor: 35, patch: 2 });
    expect(parseVersion('1.35.4')).toEqual({ text: '1.35', minor: 35 });
  });

  it('plays the newest version by default', () => {
    expect(defaultVersion).toEqual({ text: '1.37', minor: 37 });
  });
});

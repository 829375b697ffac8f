import { describe, expect, it } from 'vitest';
import { formatBytes, formatColumn, formatSeconds } from './units.ts';

describe('a column', () => {
  it('has the same decimals everywhere', () => {
    expect(formatColumn('seconds', [9, 123.456, null])).toEqual(['9.0s', '123.5s', '-']);
    expect(formatColumn('seconds', [0.004, 1.5])).toEqual(['0.00s', '1.50s']);
    expect(formatColumn('podSeconds', [12345.6])).toEqual(['12346']);
  });
  it('shows whole pods as such', () => {
    expect(formatColumn('pods', [9, 12])).toEqual(['9', '12']);
    expect(formatColumn('pods', [9.5, 12])).toEqual(['9.5', '12.0']);
  });
  it('shows memory as Kubernetes does', () => {
    expect(formatColumn('bytes', [1.5 * 2 ** 30, 512 * 2 ** 20])).toEqual(['1.5Gi', '512Mi']);
  });
});

it('formats single numbers', () => {
  expect(formatSeconds(31.25)).toBe('31.3 s');
  expect(formatBytes(1000)).toBe('1000');
  expect(formatBytes(0)).toBe('0');
});

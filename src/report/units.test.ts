import { describe, expect, it } from 'vitest';
import { formatBytes, formatColumn, formatSeconds } from './units.ts';

describe('a column', () => {
  it('has the same decimals everywhere', () => {
    expect(formatColumn('seconds', [9, 123.456, null], 'withUnit')).toEqual(['9.0s', '123.5s', '-']);
    expect(formatColumn('seconds', [0.004, 1.5], 'bare')).toEqual(['0.00', '1.50']);
    expect(formatColumn('seconds', [12345.6], 'bare')).toEqual(['12346']);
  });
  it('shows whole pods as such', () => {
    expect(formatColumn('pods', [9, 12], 'withUnit')).toEqual(['9', '12']);
    expect(formatColumn('pods', [9.5, 12], 'withUnit')).toEqual(['9.5', '12.0']);
  });
  it('shows memory as Kubernetes does, or in mebibytes', () => {
    expect(formatColumn('bytes', [1.5 * 2 ** 30, 512 * 2 ** 20], 'withUnit')).toEqual(['1.5Gi', '512Mi']);
    expect(formatColumn('bytes', [1.5 * 2 ** 30], 'bare')).toEqual(['1536']);
  });
});

it('formats single numbers', () => {
  expect(formatSeconds(31.25)).toBe('31.3 s');
  expect(formatBytes(1000)).toBe('1000');
  expect(formatBytes(0)).toBe('0');
});

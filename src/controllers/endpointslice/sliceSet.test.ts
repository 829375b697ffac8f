import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../cluster/index.ts';
import { isSameEndpoint } from './endpoint.ts';
import { SliceSet } from './sliceSet.ts';

function endpoint(podUid: number, ready = true): Endpoint {
  return { pod: podUid, podUid, podName: `web-${podUid}`, dnsName: '', ready, serving: ready, terminating: false };
}

function fill(slices: SliceSet, count: number): void {
  for (let uid = 0; uid < count; uid++) slices.put(uid, endpoint(uid), isSameEndpoint);
}

function writeAll(slices: SliceSet): number[] {
  const numbers = slices.changed();
  for (const number of numbers) slices.written(number, 1000 + number);
  return numbers;
}

describe('SliceSet', () => {
  it('puts a hundred endpoints into a slice, and begins another for the next', () => {
    const slices = new SliceSet();
    fill(slices, 101);
    expect(slices.changed()).toEqual([0, 1]);
    expect(slices.slice(0).endpoints).toHaveLength(100);
    expect(slices.slice(1).endpoints).toHaveLength(1);
  });

  it('writes only the slice in which something changed', () => {
    const slices = new SliceSet();
    fill(slices, 250);
    expect(writeAll(slices)).toEqual([0, 1, 2]);
    slices.put(150, endpoint(150, false), isSameEndpoint);
    expect(writeAll(slices)).toEqual([1]);
    slices.put(150, endpoint(150, false), isSameEndpoint);
    expect(writeAll(slices)).toEqual([]);
  });

  it('fills the room that a pod left', () => {
    const slices = new SliceSet();
    fill(slices, 200);
    writeAll(slices);
    slices.put(7, undefined, isSameEndpoint);
    slices.put(900, endpoint(900), isSameEndpoint);
    expect(writeAll(slices)).toEqual([0]);
    expect(slices.slice(0).endpoints).toHaveLength(100);
    expect(slices.endpoints().map(({ podUid }) => podUid)).toContain(900);
  });

  it('takes no notice of a pod that never was an endpoint', () => {
    const slices = new SliceSet();
    slices.put(1, undefined, isSameEndpoint);
    expect(slices.changed()).toEqual([]);
  });
});

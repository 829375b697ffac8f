import { describe, expect, test } from 'vitest';
import {
  isActive,
  isActiveAndReady,
  isTerminating,
  POD_BOUND,
  POD_EXISTS,
  POD_FAILED,
  POD_READY,
  POD_ROW_BYTES,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
  PodTable,
} from './podTable.ts';

/** All columns of a table. */
function columns(table: PodTable): [string, ArrayBufferView & { BYTES_PER_ELEMENT: number; length: number }][] {
  return Object.entries(table).filter(([, value]) => ArrayBuffer.isView(value));
}

describe('a pod row', () => {
  test('takes at most 200 bytes, as many as it says', () => {
    const bytes = columns(new PodTable()).reduce((sum, [, column]) => sum + column.BYTES_PER_ELEMENT, 0);
    expect(POD_ROW_BYTES).toBe(bytes);
    expect(bytes).toBeLessThanOrEqual(200);
  });

  test('is used again once it was given back, and is blank then', () => {
    const table = new PodTable();
    const [first, second] = [table.allocate(), table.allocate()];
    table.state[first!] = POD_EXISTS;
    table.node[first!] = 7;
    table.readyMicros[first!] = 5;
    table.release(first!);
    expect([table.count, table.rowCount]).toEqual([1, 2]);
    expect(table.allocate()).toBe(first);
    expect([table.state[first!], table.node[first!], table.readyMicros[first!]]).toEqual([0, -1, -1]);
    expect(table.allocate()).toBe(second! + 1);
  });

  test('keeps what is in it when the table grows', () => {
    const table = new PodTable();
    for (let pod = 0; pod < 1000; pod++) {
      expect(table.allocate()).toBe(pod);
      table.uid[pod] = pod;
      table.createdMicros[pod] = pod * 1e9;
    }
    for (const [name, column] of columns(table)) expect(column.length, name).toBe(1024);
    expect([table.uid[3], table.uid[999], table.createdMicros[999]]).toEqual([3, 999, 999e9]);
  });
});

describe('a pod is', () => {
  const running = POD_EXISTS | POD_BOUND | POD_RUNNING;

  test.each([
    ['gone', 0, '---'],
    ['new', POD_EXISTS, 'a--'],
    ['running', running, 'a--'],
    ['ready', running | POD_READY, 'ar-'],
    ['ready and terminating', running | POD_READY | POD_TERMINATING, '--t'],
    ['succeeded', POD_EXISTS | POD_BOUND | POD_SUCCEEDED, '---'],
    ['failed and terminating', POD_EXISTS | POD_BOUND | POD_FAILED | POD_TERMINATING, '---'],
  ])('%s: active, ready, terminating?', (_name, state, expected) => {
    const letters = [
      isActive(state) ? 'a' : '-',
      isActiveAndReady(state) ? 'r' : '-',
      isTerminating(state) ? 't' : '-',
    ];
    expect(letters.join('')).toBe(expected);
  });
});

import { fc, test } from '@fast-check/vitest';
import { expect, test as plainTest } from 'vitest';
import { PodHeap } from './podHeap.ts';
import { QueuedPods } from './queuedPods.ts';

/** A heap of pods that are ordered by their keys, held against a sorted list. */
class Rig {
  readonly keys: number[] = [];
  private readonly queued = new QueuedPods();
  private readonly heap = new PodHeap(this.queued, (a, b) => this.keys[a]! - this.keys[b]! < 0);
  private readonly inside: number[] = [];

  push(key: number): void {
    // Equal keys would leave the order open.
    const pod = this.keys.push(key + this.keys.length / 1e6) - 1;
    this.queued.ensure(pod);
    this.heap.push(pod);
    this.inside.push(pod);
    this.inside.sort((a, b) => this.keys[a]! - this.keys[b]!);
  }

  pop(): void {
    expect(this.heap.pop()).toBe(this.inside.shift() ?? -1);
  }

  remove(which: number): void {
    if (this.inside.length === 0) return;
    const [pod] = this.inside.splice(which % this.inside.length, 1);
    this.heap.remove(pod!);
  }

  check(): void {
    expect(this.heap.size).toBe(this.inside.length);
    expect(this.heap.peek()).toBe(this.inside[0] ?? -1);
  }
}

const act = fc.oneof(
  fc.nat(5).map((key) => (rig: Rig) => rig.push(key)),
  // Mostly in order, as pods come.
  fc.nat(2).map((key) => (rig: Rig) => rig.push(rig.keys.length + key)),
  fc.constant((rig: Rig) => rig.pop()),
  fc.nat(100).map((which) => (rig: Rig) => rig.remove(which)),
);

test.prop([fc.array(act, { maxLength: 200 })])('is a sorted list', (acts) => {
  const rig = new Rig();
  for (const each of acts) {
    each(rig);
    rig.check();
  }
});

plainTest('stays one when thousands have been taken', () => {
  const rig = new Rig();
  for (let key = 0; key < 4000; key++) rig.push(key % 7 === 0 ? key - 100 : key);
  for (let i = 0; i < 2500; i++) {
    if (i % 5 === 0) rig.remove(i * 31);
    else rig.pop();
    rig.check();
  }
  rig.push(0);
  rig.push(9000);
  for (let i = 0; i < 1600; i++) rig.pop();
  rig.check();
});

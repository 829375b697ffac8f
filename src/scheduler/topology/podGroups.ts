import { widened } from '../../cluster/columns.ts';

/** Number of slots of the hash table at first; a power of two. */
const INITIAL_SLOTS = 256;

/**
 * The pods that count on nodes, in groups of pods that no counter can tell apart: of one template, with the same labels,
 * in the same namespace, all terminating or none. A group's pods are linked by columns, so that they can be gone through
 * and nothing is allocated for a pod.
 */
export class PodGroups {
  /** Groups so far; a group stays when its pods have gone. */
  count = 0;
  /** By group. */
  template = new Int32Array(0);
  labelSet = new Int32Array(0);
  namespace = new Int32Array(0);
  terminating = new Uint8Array(0);
  /** By group: the first of its pods, -1 for none. */
  firstPod = new Int32Array(0);
  /** By pod row: the next pod of its group, -1 for none. */
  nextPod = new Int32Array(0);
  /** By pod row: its group, -1 for pods that count nowhere. */
  groupOf = new Int32Array(0);
  /** By pod row: the node on which it counts. */
  nodeOf = new Int32Array(0);
  private previousPod = new Int32Array(0);
  /** By group: another one with the same labels, -1 for none. */
  private nextOfLabelSet = new Int32Array(0);
  private firstOfLabelSet = new Int32Array(0);
  /** Open addressing: groups by their identity, -1 for free slots. */
  private slots = new Int32Array(INITIAL_SLOTS).fill(-1);
  /** By template * 2 + terminating: the group that was last found. */
  private lastFound = new Int32Array(0);

  /** @returns the group, -1 when there is none yet */
  find(template: number, labelSet: number, namespace: number, terminating: 0 | 1): number {
    const place = template * 2 + terminating;
    if (place < this.lastFound.length) {
      const group = this.lastFound[place]!;
      if (group !== -1 && this.labelSet[group] === labelSet && this.namespace[group] === namespace) return group;
    }
    const group = this.slots[this.slotOf(template, labelSet, namespace, terminating)]!;
    if (group !== -1) this.remember(place, group);
    return group;
  }

  /** A new group, of an identity that has none. */
  add(template: number, labelSet: number, namespace: number, terminating: 0 | 1): number {
    if (this.count === this.template.length) this.growGroups();
    const group = this.count++;
    this.template[group] = template;
    this.labelSet[group] = labelSet;
    this.namespace[group] = namespace;
    this.terminating[group] = terminating;
    this.firstPod[group] = -1;
    this.linkToLabelSet(group, labelSet);
    if (this.count * 2 > this.slots.length) this.rehash();
    else this.slots[this.slotOf(template, labelSet, namespace, terminating)] = group;
    return group;
  }

  /** First group with these labels, -1 for none. */
  firstWithLabels(labelSet: number): number {
    return labelSet < this.firstOfLabelSet.length ? this.firstOfLabelSet[labelSet]! : -1;
  }

  /** The next group with the same labels, -1 for none. */
  nextWithLabels(group: number): number {
    return this.nextOfLabelSet[group]!;
  }

  /** Puts a pod, which is in no group, into one. */
  link(pod: number, group: number, node: number): void {
    if (pod >= this.groupOf.length) this.growPods(pod);
    const next = this.firstPod[group]!;
    this.groupOf[pod] = group;
    this.nodeOf[pod] = node;
    this.nextPod[pod] = next;
    this.previousPod[pod] = -1;
    if (next !== -1) this.previousPod[next] = pod;
    this.firstPod[group] = pod;
  }

  /** Takes a pod out of its group. */
  unlink(pod: number): void {
    const next = this.nextPod[pod]!;
    const previous = this.previousPod[pod]!;
    if (previous === -1) this.firstPod[this.groupOf[pod]!] = next;
    else this.nextPod[previous] = next;
    if (next !== -1) this.previousPod[next] = previous;
    this.groupOf[pod] = -1;
  }

  private linkToLabelSet(group: number, labelSet: number): void {
    const length = this.firstOfLabelSet.length;
    if (labelSet >= length) {
      this.firstOfLabelSet = widened(this.firstOfLabelSet, Math.max(labelSet + 1, 64, length * 2)).fill(-1, length);
    }
    this.nextOfLabelSet[group] = this.firstOfLabelSet[labelSet]!;
    this.firstOfLabelSet[labelSet] = group;
  }

  private remember(place: number, group: number): void {
    const length = this.lastFound.length;
    if (place >= length) this.lastFound = widened(this.lastFound, Math.max(place + 1, 64, length * 2)).fill(-1, length);
    this.lastFound[place] = group;
  }

  /** The slot that has the group of this identity, or the free one for it. */
  private slotOf(template: number, labelSet: number, namespace: number, terminating: number): number {
    const mask = this.slots.length - 1;
    let hash = Math.imul(labelSet, 0x9e3779b1) ^ Math.imul(template * 2 + terminating, 0x85ebca6b);
    hash ^= Math.imul(namespace, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const group = this.slots[slot]!;
      if (group === -1) return slot;
      if (
        this.labelSet[group] === labelSet &&
        this.template[group] === template &&
        this.namespace[group] === namespace &&
        this.terminating[group] === terminating
      ) {
        return slot;
      }
    }
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1);
    for (let group = 0; group < this.count; group++) {
      const { template, labelSet, namespace, terminating } = this;
      const slot = this.slotOf(template[group]!, labelSet[group]!, namespace[group]!, terminating[group]!);
      this.slots[slot] = group;
    }
  }

  private growGroups(): void {
    const capacity = Math.max(64, this.count * 2);
    this.template = widened(this.template, capacity);
    this.labelSet = widened(this.labelSet, capacity);
    this.namespace = widened(this.namespace, capacity);
    this.terminating = widened(this.terminating, capacity);
    this.firstPod = widened(this.firstPod, capacity);
    this.nextOfLabelSet = widened(this.nextOfLabelSet, capacity);
  }

  private growPods(pod: number): void {
    const { length } = this.groupOf;
    const capacity = Math.max(pod + 1, 256, length * 2);
    this.groupOf = widened(this.groupOf, capacity).fill(-1, length);
    this.nodeOf = widened(this.nodeOf, capacity);
    this.nextPod = widened(this.nextPod, capacity);
    this.previousPod = widened(this.previousPod, capacity);
  }
}

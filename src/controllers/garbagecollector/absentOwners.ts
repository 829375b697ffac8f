/** Upstream's size of its `absentOwnerCache`. */
const MOST_OWNERS = 500;

/** Owners that were found to be gone, for dependents that come later (upstream's `ReferenceCache`): the last ones asked for. */
export class AbsentOwners {
  /** Uids, those that were asked for last at the end. */
  private readonly uids = new Set<number>();

  has(uid: number): boolean {
    const isAbsent = this.uids.delete(uid);
    if (isAbsent) this.uids.add(uid);
    return isAbsent;
  }

  add(uid: number): void {
    this.uids.add(uid);
    if (this.uids.size > MOST_OWNERS) this.uids.delete(this.uids.values().next().value!);
  }
}

/** Counts what of the dump told nothing, and why: a distribution of half the pods is not that of all. */
export class LeftOut {
  private readonly counts = new Map<string, number>();

  /** @param reason what was left out and why, as it stands behind a number of pods */
  add(reason: string): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  /** `3 pods: not ready`, the most frequent first. */
  sentences(): string[] {
    const sorted = [...this.counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    return sorted.map(([reason, count]) => `${count} ${count === 1 ? 'pod' : 'pods'}: ${reason}`);
  }
}

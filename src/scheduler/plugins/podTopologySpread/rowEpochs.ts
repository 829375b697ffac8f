import type { SpreadConstraint } from './constraints.ts';

interface Epoch {
  constraints: readonly SpreadConstraint[];
  /** By constraint: how many matching pods a domain may have. */
  readonly limits: number[];
  number: number;
}

/**
 * Tells how long the filter's answers hold for rows that don't change, where each node is a domain of its own, as with
 * `kubernetes.io/hostname`: the pods of the domain are the row's, and the other side of the comparison changes seldom, when
 * the last domain with the fewest pods gets one more, or one gets fewer.
 */
export class RowEpochs {
  private readonly ofTemplate: (Epoch | undefined)[] = [];
  private last = 0;

  /**
   * @param limitOf how many matching pods a domain may have for the pod to keep to the constraint there
   * @returns the number of the epoch, -1 where answers depend on other nodes
   */
  of(
    template: number,
    constraints: readonly SpreadConstraint[],
    limitOf: (constraint: SpreadConstraint) => number,
  ): number {
    for (let i = 0; i < constraints.length; i++) if (constraints[i]!.domains.sharedCount > 0) return -1;
    const epoch = (this.ofTemplate[template] ??= { constraints, limits: [], number: ++this.last });
    if (epoch.constraints !== constraints) {
      // Pods of one template that differ in labels or namespace.
      if (!areAlike(epoch.constraints, constraints)) return -1;
      epoch.constraints = constraints;
    }
    let isSame = true;
    for (let i = 0; i < constraints.length; i++) {
      const limit = limitOf(constraints[i]!);
      if (epoch.limits[i] === limit) continue;
      epoch.limits[i] = limit;
      isSame = false;
    }
    if (!isSame) epoch.number = ++this.last;
    return epoch.number;
  }
}

/** Whether the same pods count in the same domains; what else a constraint has comes from the template or into the limit. */
function areAlike(a: readonly SpreadConstraint[], b: readonly SpreadConstraint[]): boolean {
  return a.length === b.length && a.every(({ counts }, i) => counts === b[i]!.counts);
}

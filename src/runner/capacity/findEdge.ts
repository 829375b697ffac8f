/** Where to look, in whole steps. */
export interface SearchRange {
  readonly least: number;
  readonly most: number;
  /** Looked at first: the answer is expected near it. */
  readonly start: number;
}

/** Looks at a size; may be asked again, and answers the same. */
export interface Probe {
  holds(size: number): boolean;
  /** Whether nothing larger can help, as far as looking at this size tells. */
  isHopeless(size: number): boolean;
}

/** How far from the edge both sides are looked at. */
const NEIGHBOURS = 2;

/**
 * Finds the smallest size that holds: doubling or halving from the start, then by halves between one that does not hold and
 * one that does. Then it looks at the neighbours on both sides, and at every size below that is looked at anyway; if one
 * below holds after all, it goes on from there.
 *
 * @returns null if none holds
 */
export function findEdge(probe: Probe, { least, most, start }: SearchRange): number | null {
  const upper = firstAbove(probe, Math.min(Math.max(start, least), most), most);
  if (upper === null) return null;
  let edge = between(probe, lastBelow(probe, upper, least), upper);
  for (;;) {
    for (let size = edge + 1; size <= Math.min(edge + NEIGHBOURS, most); size++) probe.holds(size);
    const lower = neighbours(edge, least).find((size) => probe.holds(size));
    if (lower === undefined) return edge;
    edge = lower;
  }
}

/** Below the edge, the smallest first. */
function neighbours(edge: number, least: number): number[] {
  return Array.from({ length: NEIGHBOURS }, (_, index) => edge - NEIGHBOURS + index).filter((size) => size >= least);
}

function firstAbove(probe: Probe, start: number, most: number): number | null {
  for (let size = start; ; size = Math.min(size === 0 ? 1 : size * 2, most)) {
    if (probe.holds(size)) return size;
    if (size >= most || probe.isHopeless(size)) return null;
  }
}

/** A size below that does not hold, or one less than the least. */
function lastBelow(probe: Probe, upper: number, least: number): number {
  let size = upper;
  while (size > least) {
    size = Math.max(Math.floor(size / 2), least);
    if (!probe.holds(size)) return size;
  }
  return least - 1;
}

function between(probe: Probe, fails: number, holds: number): number {
  let [low, high] = [fails, holds];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (probe.holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

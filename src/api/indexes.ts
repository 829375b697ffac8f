/** Sets of indexes as an Indexed Job's `completedIndexes` and `succeededIndexes` write them: `0-2,5`. */

/** A set is kept as a list; upstream, which keeps intervals, knows no such limit. */
const MOST_INDEXES = 10_000_000;

/**
 * The indexes in ascending order; none for an empty text.
 *
 * @param completions each index must be below it.
 * @throws RangeError worded as upstream's `validateIndexesFormat`.
 */
export function parseIndexes(text: string, completions: number): number[] {
  const indexes: number[] = [];
  if (text === '') return indexes;
  for (const part of text.split(',')) {
    const [first, last] = parseInterval(part, completions);
    const previous = indexes.at(-1);
    if (previous !== undefined && previous >= first) throw notIncreasing(previous, first);
    if (indexes.length + last - first >= MOST_INDEXES) throw new RangeError(`more than ${MOST_INDEXES} indexes`);
    for (let index = first; index <= last; index++) indexes.push(index);
  }
  return indexes;
}

/** Runs of three or more become `a-b`, two neighbours `a,b`: `0,1,3-5`. */
export function formatIndexes(sorted: readonly number[]): string {
  const parts: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end + 1 < sorted.length && sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(end - start > 1 ? `${sorted[start]}-${sorted[end]}` : sorted.slice(start, end + 1).join(','));
    start = end + 1;
  }
  return parts.join(',');
}

function parseInterval(text: string, completions: number): [first: number, last: number] {
  const limits = text.split('-');
  if (limits.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    throw new RangeError(`the fragment ${JSON.stringify(text)} ${rule}`);
  }
  const first = parseIndex(limits[0]!, completions);
  if (limits.length === 1) return [first, first];
  const last = parseIndex(limits[1]!, completions);
  if (first >= last) throw notIncreasing(first, last);
  return [first, last];
}

function parseIndex(text: string, completions: number): number {
  const shown = JSON.stringify(text);
  if (!/^\+?[0-9]+$/.test(text)) throw new RangeError(`cannot convert string to integer for index: ${shown}`);
  const index = Number(text);
  if (index >= completions) throw new RangeError(`too large index: ${shown}`);
  return index;
}

function notIncreasing(previous: number, current: number): RangeError {
  return new RangeError(`non-increasing order, previous: ${previous}, current: ${current}`);
}

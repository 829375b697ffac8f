import type { JobSpec } from '../../api/types.ts';
import type { IndexSet } from './indexed.ts';

/**
 * Number of the first rule of a `successPolicy` that the succeeded indexes satisfy, -1 for none (upstream's
 * `matchSuccessPolicy`): all of the indexes that it names, or as many of them, or of all, as it asks for.
 */
export function matchSuccessPolicy(rules: JobSpec['successPolicy'], completions: number, succeeded: IndexSet): number {
  if (rules === undefined || succeeded.size === 0) return -1;
  return rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    // Completions may have been lowered since; a rule of which nothing is left never matches.
    const required = succeededIndexes.filter((index) => index < completions);
    const matched = required.filter((index) => succeeded.has(index)).length;
    if (required.length === 0) return false;
    return matched === required.length || (succeededCount !== undefined && matched >= succeededCount);
  });
}

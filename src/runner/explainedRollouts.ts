import { nearest } from '../api/nearest.ts';
import type { RolloutResult } from '../metrics/result.ts';
import { ExplainError } from './decisions/podSelection.ts';

/** How many names a complaint lists. */
const MOST_NAMED = 5;

/**
 * Checks what a user wants explained.
 *
 * @param names of workloads, with `NAMESPACE/` in front where the user has it
 * @throws ExplainError for a name that no workload with a rollout has
 */
export function refuseUnknownRollouts(names: readonly string[], rollouts: readonly RolloutResult[]): void {
  const known = [...new Set(rollouts.map(({ workload }) => nameOf(workload)))];
  for (const name of names) {
    if (known.some((one) => one === name || one.endsWith(`/${name}`) || `default/${one}` === name)) continue;
    throw new ExplainError(`rollout/${name}: ${complaint(name, known)}`);
  }
}

function complaint(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'nothing rolls out in this run';
  const meant = nearest(name, known);
  if (meant !== undefined) return `this run has no such rollout (did you mean "${meant}"?)`;
  const more = known.length > MOST_NAMED ? ` and ${known.length - MOST_NAMED} more` : '';
  return `this run has no such rollout; it has ${known.slice(0, MOST_NAMED).join(', ')}${more}`;
}

/** `shop/deployment/web` → `shop/web` */
function nameOf(workload: string): string {
  const words = workload.split('/');
  return words.length > 2 ? `${words[0]}/${words.at(-1)}` : words.at(-1)!;
}

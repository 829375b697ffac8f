import { type Comparison, type Entry, ofKind, show, showTime } from '../comparison.ts';

/** Commands whose answer holds no generated name. */
const COMPARED_COMMANDS = [
  'rollout history',
  'rollout undo',
  'rollout pause',
  'rollout resume',
  'rollout restart',
  'rollout status',
  'set ',
  'scale ',
  'apply ',
  'label ',
  'annotate ',
  'patch ',
  'cordon',
  'uncordon',
  'taint',
];

/** What kubectl printed, and whether it failed. */
export function kubectlAnswers(comparison: Comparison): string[] {
  const recorded = comparedSteps(comparison.recorded);
  const simulated = comparedSteps(comparison.simulated);
  const differences = recorded.slice(0, simulated.length).flatMap((step, index) => {
    const a = answer(step);
    const b = answer(simulated[index]!);
    return a === b ? [] : [`kubectl step ${index + 1} at ${showTime(step.t)}: recorded ${a}, simulated ${b}`];
  });
  if (recorded.length !== simulated.length) {
    differences.push(`kubectl steps: recorded ${recorded.length}, simulated ${simulated.length}`);
  }
  return differences;
}

function comparedSteps(entries: readonly Entry[]): Entry[] {
  return ofKind(entries, 'Step').filter(({ run, began, t }) => {
    if (typeof run !== 'string' || !COMPARED_COMMANDS.some((command) => run.startsWith(command))) return false;
    // The first apply brings the scenario's own objects and is no step of it.
    return !(run === 'apply -f -' && ((began as number | undefined) ?? t) < 0.01);
  });
}

function answer({ run, out, error }: Entry): string {
  return `${show(run)} -> ${show(String(out ?? '').trim())}${error ? ', failed' : ''}`;
}

import type { LogLine } from '../../metrics/log/logLine.ts';
import { type Comparison, entriesOf, firstStepSeconds, type Rule } from './comparison.ts';
import { autoscalerDecisions } from './rules/autoscaler.ts';
import { fewestAvailable, settleTimes } from './rules/availability.ts';
import { finalFields } from './rules/finalFields.ts';
import { kubectlAnswers } from './rules/kubectlAnswers.ts';
import { namedPodOrder } from './rules/namedPods.ts';
import { placements, stoppedPods } from './rules/placements.ts';
import { mostPodsAtOnce, podsPerImage, podsPerOwner } from './rules/pods.ts';
import { progressingReasons } from './rules/progressingReasons.ts';
import { revisions } from './rules/revisions.ts';
import { deletedReplicaSets, scaleDecisions } from './rules/scaleDecisions.ts';
import { scalingEvents } from './rules/scalingEvents.ts';

export interface CompareOptions {
  /** `exact` of the recording's header. */
  readonly exact: boolean;
  /** `placement: true` in the header: hold every pod's node, and nothing else. */
  readonly placement?: boolean;
}

const RULES: readonly Rule[] = [
  kubectlAnswers,
  scaleDecisions,
  progressingReasons,
  deletedReplicaSets,
  scalingEvents,
  podsPerImage,
  podsPerOwner,
  mostPodsAtOnce,
  namedPodOrder,
  finalFields,
  revisions,
  fewestAvailable,
  settleTimes,
  autoscalerDecisions,
];

const PLACEMENT_RULES: readonly Rule[] = [placements, stoppedPods];

/**
 * Holds a simulated event log against a recorded one. Each difference is one line that says what differs, what was
 * recorded, what was simulated and when. None: they agree.
 */
export function compareRecordings(
  recorded: readonly LogLine[],
  simulated: readonly LogLine[],
  options: CompareOptions,
): string[] {
  const recordedEntries = entriesOf(recorded);
  const comparison: Comparison = {
    recorded: recordedEntries,
    simulated: entriesOf(simulated),
    isExact: options.exact,
    firstStepSeconds: firstStepSeconds(recordedEntries),
  };
  const rules = options.placement === true ? PLACEMENT_RULES : RULES;
  return rules.flatMap((rule) => rule(comparison));
}

import { type Diagnosis, formatReasons } from '../diagnosis.ts';
import type { CycleState, PostFilterPlugin, PostFilterResult } from '../framework.ts';

const NO_VICTIMS = 'No preemption victims found for incoming pod';
const NOT_HELPFUL = 'Preemption is not helpful for scheduling';

/**
 * Says why preemption gives the pod no node either. Victims are not looked for yet: the words are upstream's for a
 * cluster in which no pod of lower priority runs.
 */
export class DefaultPreemption implements PostFilterPlugin {
  readonly name = 'DefaultPreemption';

  postFilter(_state: CycleState, diagnosis: Diagnosis): PostFilterResult {
    const { nodeCount } = diagnosis;
    const resolvable = diagnosis.resolvableNodes().length;
    const histogram = new Map<string, number>();
    if (resolvable > 0) histogram.set(NO_VICTIMS, resolvable);
    if (nodeCount > resolvable) histogram.set(NOT_HELPFUL, nodeCount - resolvable);
    const message = `preemption: 0/${nodeCount} nodes are available: ${formatReasons(histogram)}.`;
    return { message, nominatedNode: -1 };
  }
}

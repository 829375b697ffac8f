import { referenceTo } from '../api/reference.ts';
import { type Cluster, findCondition } from '../cluster/index.ts';

const HINT = 'behavior in a Scenario says with usage and load what pods use';

/** One sentence for each autoscaler that can do nothing at the end of the run. */
export function idleAutoscalers({ tables }: Cluster): string[] {
  return tables.HorizontalPodAutoscaler.list().flatMap(({ meta, status }) => {
    const failed = ['AbleToScale', 'ScalingActive'].flatMap((type) => findCondition(status.conditions, type) ?? []);
    const condition = failed.find((one) => one.status === 'False' && one.reason !== 'ScalingDisabled');
    if (condition === undefined) return [];
    const hint = condition.message.endsWith('no metrics returned from resource metrics API') ? ` (${HINT})` : '';
    return [`${referenceTo('HorizontalPodAutoscaler', meta)} scales nothing: ${condition.message}${hint}`];
  });
}

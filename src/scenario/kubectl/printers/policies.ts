/** Columns of budgets, quotas, limits and priority classes. */
import type { IntOrPercent } from '../../../api/types.ts';
import type { ResourceQuota } from '../../../cluster/objects.ts';
import { formatAmount } from '../amounts.ts';
import { timestamp } from '../timestamps.ts';
import { ageOf, type Columns, columnsOf } from './columns.ts';

export const podDisruptionBudgetColumns: Columns = columnsOf(
  'PodDisruptionBudget',
  ['MIN AVAILABLE', 'MAX UNAVAILABLE', 'ALLOWED DISRUPTIONS', 'AGE'],
  [],
  ({ spec, status, creationMicros }, cluster) => [
    formatLimit(spec.minAvailable),
    formatLimit(spec.maxUnavailable),
    String(status.disruptionsAllowed),
    ageOf(cluster, creationMicros),
  ],
);

function formatLimit(limit: IntOrPercent | undefined): string {
  if (limit === undefined) return 'N/A';
  return limit.isPercent ? `${limit.value}%` : String(limit.value);
}

export const resourceQuotaColumns: Columns = columnsOf(
  'ResourceQuota',
  ['REQUEST', 'LIMIT', 'AGE'],
  [],
  (quota, cluster) => [
    usage(quota, (resource) => !resource.startsWith('limits')),
    usage(quota, (resource) => resource.startsWith('limits')),
    ageOf(cluster, quota.creationMicros),
  ],
);

/** `pods: 2/10, requests.cpu: 500m/2`, as far as the controller has seen the quota. */
function usage({ status }: ResourceQuota, isWanted: (resource: string) => boolean): string {
  const describe = (resource: string) => {
    const used = formatAmount(resource, status.used.get(resource) ?? 0);
    return `${resource}: ${used}/${formatAmount(resource, status.hard.get(resource)!)}`;
  };
  return [...status.hard.keys()].filter(isWanted).sort().map(describe).join(', ');
}

export const priorityClassColumns: Columns = columnsOf(
  'PriorityClass',
  ['VALUE', 'GLOBAL-DEFAULT', 'AGE', 'PREEMPTIONPOLICY'],
  [],
  ({ spec, creationMicros }, cluster) => [
    String(spec.value),
    String(spec.globalDefault),
    ageOf(cluster, creationMicros),
    spec.preemptionPolicy,
  ],
);

export const limitRangeColumns: Columns = columnsOf('LimitRange', ['CREATED AT'], [], ({ creationMicros }) => [
  timestamp(creationMicros),
]);

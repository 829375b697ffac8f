/** Columns of nodes. */
import type { StringMap } from '../../../api/types.ts';
import { ageOf, type Columns, columnsOf, NONE, UNKNOWN } from './columns.ts';

/** Addresses and versions are not simulated. */
export const nodeColumns: Columns = columnsOf(
  'Node',
  ['STATUS', 'ROLES', 'AGE', 'VERSION'],
  ['INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'],
  ({ unschedulable, creationMicros, meta }, cluster) => [
    `Ready${unschedulable ? ',SchedulingDisabled' : ''}`,
    rolesOf(meta.labels),
    ageOf(cluster, creationMicros),
    UNKNOWN,
    NONE,
    NONE,
    UNKNOWN,
    UNKNOWN,
    UNKNOWN,
  ],
);

function rolesOf(labels: StringMap): string {
  const roles = Object.keys(labels).flatMap((key) => {
    if (key === 'kubernetes.io/role') return labels[key]! === '' ? [] : [labels[key]!];
    const role = /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1];
    return role === undefined ? [] : [role];
  });
  return [...new Set(roles)].sort().join(',') || NONE;
}

/** Columns of nodes. */
import type { JsonObject, StringMap } from '../../../api/types.ts';
import { readyCondition, readyStatus } from '../../../cluster/nodeReadiness.ts';
import type { Node } from '../../../cluster/objects.ts';
import { timestamp } from '../timestamps.ts';
import { ageOf, type Columns, columnsOf, NONE, UNKNOWN } from './columns.ts';

/** Addresses and versions are not simulated. */
export const nodeColumns: Columns = columnsOf(
  'Node',
  ['STATUS', 'ROLES', 'AGE', 'VERSION'],
  ['INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'],
  (node, cluster) => [
    `${readyStatus(node) === 'True' ? 'Ready' : 'NotReady'}${node.unschedulable ? ',SchedulingDisabled' : ''}`,
    rolesOf(node.meta.labels),
    ageOf(cluster, node.creationMicros),
    UNKNOWN,
    NONE,
    NONE,
    UNKNOWN,
    UNKNOWN,
    UNKNOWN,
  ],
);

/** What the manifest says of it, with the one condition that is simulated. */
export function nodeStatus(node: Node): JsonObject {
  const { status, reason, message, sinceMicros } = readyCondition(node);
  const ready = { type: 'Ready', status, reason, message, lastTransitionTime: timestamp(sinceMicros) };
  const images = node.images.map(({ names, sizeBytes }) => ({ names: [...names], sizeBytes }));
  return {
    ...(node.manifest.status as JsonObject | undefined),
    ...(images.length > 0 && { images }),
    conditions: [ready],
  };
}

function rolesOf(labels: StringMap): string {
  const roles = Object.keys(labels).flatMap((key) => {
    if (key === 'kubernetes.io/role') return labels[key]! === '' ? [] : [labels[key]!];
    const role = /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1];
    return role === undefined ? [] : [role];
  });
  return [...new Set(roles)].sort().join(',') || NONE;
}

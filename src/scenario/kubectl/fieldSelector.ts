/** kubectl's `--field-selector`, for the fields that the API server offers. */
import type { Cluster } from '../../cluster/cluster.ts';
import { POD_FAILED, POD_RUNNING, POD_SUCCEEDED } from '../../cluster/podTable.ts';
import type { Target } from './objects.ts';
import { UsageError } from './usageError.ts';

interface FieldRequirement {
  readonly field: string;
  readonly value: string;
  readonly isEqual: boolean;
}

export type FieldSelector = readonly FieldRequirement[];

const FIELDS: readonly string[] = ['metadata.name', 'metadata.namespace', 'spec.nodeName', 'status.phase'];

/** @throws UsageError for a field that is not offered, or a wrong form. */
export function parseFieldSelector(text: string | undefined): FieldSelector {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const match = /^\s*([^=!\s]+)\s*(!=|==|=)\s*(.*?)\s*$/.exec(part);
    if (match === null) throw new UsageError(`invalid field selector ${JSON.stringify(part)}`);
    const [, field = '', operator, value = ''] = match;
    if (!FIELDS.includes(field)) {
      throw new UsageError(
        `field selector ${JSON.stringify(field)} is not supported yet`,
        `known: ${FIELDS.join(', ')}`,
      );
    }
    return { field, value, isEqual: operator !== '!=' };
  });
}

/** Fields that a kind does not have are empty. */
export function matchesFields(cluster: Cluster, target: Target, selector: FieldSelector): boolean {
  return selector.every(({ field, value, isEqual }) => (fieldOf(cluster, target, field) === value) === isEqual);
}

function fieldOf(cluster: Cluster, target: Target, field: string): string {
  if (field === 'metadata.name') return target.name;
  if (field === 'metadata.namespace') return target.namespace;
  if (target.kind.kind !== 'Pod') return '';
  if (field === 'status.phase') return phaseOf(cluster.pods.state[target.key]!);
  const node = cluster.pods.node[target.key]!;
  return node === -1 ? '' : cluster.nodes.names[node]!;
}

/** `status.phase`. */
export function phaseOf(state: number): 'Pending' | 'Running' | 'Succeeded' | 'Failed' {
  if ((state & POD_SUCCEEDED) !== 0) return 'Succeeded';
  if ((state & POD_FAILED) !== 0) return 'Failed';
  return (state & POD_RUNNING) !== 0 ? 'Running' : 'Pending';
}

/** Which nodes a step or a failure is about: by name, a zone, a pool. */
import { isJsonObject } from '../api/canonical.ts';
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import type { Cluster } from '../cluster/cluster.ts';

export type NodeSelection =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'pool'; readonly pool: string };

const FORMS = 'a name, a list of names, {zone: NAME} or {pool: NAME}';

/**
 * Reads a selection.
 *
 * @throws InputError for what is none.
 */
export function readNodeSelection(context: DecodeContext, path: FieldPath, value: JsonValue): NodeSelection {
  const isName = (one: unknown): one is string => typeof one === 'string' && one !== '';
  if (isName(value)) return { kind: 'names', names: [value] };
  if (Array.isArray(value) && value.length > 0 && value.every(isName)) return { kind: 'names', names: value };
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  if (entries.length === 1) {
    const [field, name] = entries[0]!;
    if (field === 'zone' && isName(name)) return { kind: 'zone', zone: name };
    if (field === 'pool' && isName(name)) return { kind: 'pool', pool: name };
  }
  return failAt(context, path, `expected ${FORMS}`);
}

/** For people and for names of random streams. */
export function formatSelection(selection: NodeSelection | undefined): string {
  if (selection === undefined) return 'all nodes';
  if (selection.kind === 'names') return selection.names.join(', ');
  return selection.kind === 'zone' ? `zone ${selection.zone}` : `pool ${selection.pool}`;
}

/** Rows of the nodes that are or were there and are meant, in the order in which they came; undefined: all. */
export function selectNodes({ nodes }: Cluster, selection: NodeSelection | undefined): number[] {
  const rows: number[] = [];
  for (let row = 0; row < nodes.count; row++) {
    if (selection === undefined || isMeant(selection, nodes.names[row]!, nodes.zones[row]!)) rows.push(row);
  }
  return rows;
}

/** Whether a node of that name and zone is meant. */
export function isMeant(selection: NodeSelection, name: string, zone: string): boolean {
  if (selection.kind === 'names') return selection.names.includes(name);
  if (selection.kind === 'zone') return selection.zone === zone;
  return name.startsWith(`${selection.pool}-`) && /^\d+$/.test(name.slice(selection.pool.length + 1));
}

/** What the tables of all kinds are made of. */
import type { PodSpec, StringMap } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import type { StoredByKind, StoredKind } from '../../../cluster/objects.ts';
import type { Micros } from '../../../kernel/time.ts';
import type { Target } from '../objects.ts';
import { humanAge } from '../timestamps.ts';

export const NONE = '<none>';
export const UNSET = '<unset>';
export const UNKNOWN = '<unknown>';

/** One kind's columns behind NAME. */
export interface Columns {
  readonly names: readonly string[];
  /** Of `-o wide`, behind the others. */
  readonly wideNames: readonly string[];
  /** What stands behind the object's name in its own column. */
  readonly nameSuffix?: (cluster: Cluster, target: Target) => string;
  /** One for each name, the wide ones included. */
  readonly cells: (cluster: Cluster, target: Target) => readonly string[];
}

/** The columns of a stored kind, from the object itself. */
export function columnsOf<K extends StoredKind>(
  kind: K,
  names: readonly string[],
  wideNames: readonly string[],
  cells: (object: StoredByKind[K], cluster: Cluster) => readonly string[],
): Columns {
  return {
    names,
    wideNames,
    cells: (cluster, target) => cells(cluster.tables[kind].get(target.key) as StoredByKind[K], cluster),
  };
}

/** CONTAINERS and IMAGES. */
export function containerCells({ containers }: PodSpec): [string, string] {
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image).join(',')];
}

export function ageOf(cluster: Cluster, creationMicros: Micros): string {
  return humanAge(cluster.kernel.nowMicros - creationMicros);
}

/** `a=1,b=2` */
export function formatMap(map: StringMap): string {
  const pairs = Object.keys(map).map((key) => `${key}=${map[key]}`);
  return pairs.sort().join(',') || NONE;
}

/** The first three of a list, and how many more there are. */
export function firstThree(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(',');
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}

/** `storage.k8s.io/v1` CSINode, of which only how many volumes of each driver a node can have is of account. */
import type { JsonObject } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { objectAt, objectsAt, readMeta, stringAt } from './read.ts';
import { invalid } from './refusals.ts';
import { checkShape } from './schema.ts';
import { csiNodeShape } from './storageShapes.ts';

const API_VERSION = 'storage.k8s.io/v1';

export interface CsiNode {
  /** The node's name. */
  readonly name: string;
  /** Most volumes by name of the driver; a driver that is missing, or has none, sets no limit. */
  readonly volumeLimits: ReadonlyMap<string, number>;
}

/** @throws InputError for another apiVersion, an unknown field, or what upstream's validation refuses. */
export function readCsiNode(context: DecodeContext, document: JsonObject): CsiNode {
  if (document.apiVersion !== API_VERSION) {
    failAt(context, ['apiVersion'], `expected ${JSON.stringify(API_VERSION)} for kind CSINode`);
  }
  checkShape(context, 'CSINode', document, csiNodeShape);
  const { name } = readMeta(context, document, false);
  const seen = new Set<string>();
  const volumeLimits = new Map<string, number>();
  for (const [index, driver] of objectsAt(objectAt(document, 'spec'), 'drivers').entries()) {
    const path = ['spec', 'drivers', index];
    const driverName = stringAt(driver, 'name');
    if (driverName === '') failAt(context, [...path, 'name'], 'Required value');
    if (seen.has(driverName)) failAt(context, [...path, 'name'], `Duplicate value: ${JSON.stringify(driverName)}`);
    seen.add(driverName);
    if (stringAt(driver, 'nodeID') === '') failAt(context, [...path, 'nodeID'], 'Required value');
    const { count } = objectAt(driver, 'allocatable');
    if (typeof count !== 'number') continue;
    if (count < 0) {
      invalid(context, [...path, 'allocatable', 'count'], count, 'must be greater than or equal to 0');
    }
    volumeLimits.set(driverName, count);
  }
  return { name, volumeLimits };
}

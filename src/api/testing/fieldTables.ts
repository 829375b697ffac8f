/** Tables of all fields of an API type, to hold shapes against. */
import type { PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1.js';
import type { Shape } from '../decode/schema.ts';

/** Every field of an API type. The compiler refuses a table that misses one, or has one too many. */
export type AllFields<T> = Record<keyof Required<T>, 1>;

/** Of claims and of templates of claims. */
export const claimSpec: AllFields<PersistentVolumeClaimSpec> = {
  accessModes: 1,
  dataSource: 1,
  dataSourceRef: 1,
  resources: 1,
  selector: 1,
  storageClassName: 1,
  volumeAttributesClassName: 1,
  volumeMode: 1,
  volumeName: 1,
};

/** The shape behind a path; list items are stepped into by themselves. */
export function shapeAt(shape: Shape, path: readonly string[]): Shape {
  let current = shape;
  for (const name of path) {
    if (typeof current === 'object' && 'list' in current) current = current.list;
    if (typeof current !== 'object' || !('fields' in current)) throw new Error(`no fields above ${name}`);
    current = { ...current.fields.inert, ...current.fields.simulated }[name] ?? 'any';
  }
  return typeof current === 'object' && 'list' in current ? current.list : current;
}

/** Simulated or not. */
export function knownFields(shape: Shape): string[] {
  if (typeof shape !== 'object' || !('fields' in shape)) throw new Error('no fields here');
  return [...Object.keys(shape.fields.simulated), ...Object.keys(shape.fields.inert)];
}

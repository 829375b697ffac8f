import { expect, test } from 'vitest';
import { isJsonObject } from '../../api/canonical.ts';
import { serviceShape } from '../../api/decode/otherShapes.ts';
import { podSpec } from '../../api/decode/podShapes.ts';
import type { Shape } from '../../api/decode/schema.ts';
import {
  PERSISTENT_VOLUME_SOURCES,
  persistentVolumeClaimShape,
  persistentVolumeShape,
  storageClassShape,
} from '../../api/decode/storageShapes.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { cleanObject } from './cleanObjects.ts';

/** A value with all fields that change something in a simulation, and no others. */
function exampleOf(shape: Shape): JsonValue {
  if (typeof shape === 'string') {
    if (shape === 'integer' || shape === 'long') return 7;
    if (shape === 'boolean') return true;
    return shape === 'stringMap' || shape === 'quantityMap' || shape === 'any' ? { a: '1' } : '1';
  }
  if ('list' in shape) return [exampleOf(shape.list)];
  if ('simulatedValues' in shape) return shape.simulatedValues[0]!;
  const entries = Object.entries(shape.fields.simulated);
  return Object.fromEntries(entries.map(([name, field]) => [name, exampleOf(field)]));
}

/** Paths of what one value has and the other lacks. */
function lost(before: JsonValue, after: JsonValue | undefined, path = ''): string[] {
  if (after === undefined) return [path];
  if (Array.isArray(before)) {
    return before.flatMap((item, index) => lost(item, (after as JsonValue[])[index], path));
  }
  if (!isJsonObject(before)) return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
  return Object.entries(before).flatMap(([name, value]) => lost(value, (after as JsonObject)[name], `${path}.${name}`));
}

function document(kind: string, shape: Shape): JsonObject {
  return { ...(exampleOf(shape) as JsonObject), apiVersion: 'v1', kind };
}

/** What probes ask, which decides nothing; annotations of the user's; an address; where a volume's bytes are. */
const MEANT = /^\.metadata\.annotations$|Probe\.(exec$|httpGet\.(path|host|httpHeaders)$)|^\.spec\.clusterIP$/;
const SOURCES = new Set(PERSISTENT_VOLUME_SOURCES.map((source) => `.spec.${source}`));

test.each([
  { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: exampleOf(podSpec) },
  document('Service', serviceShape),
  document('PersistentVolumeClaim', persistentVolumeClaimShape),
  document('PersistentVolume', persistentVolumeShape),
  document('StorageClass', storageClassShape),
])('what counts of a $kind is kept', (whole) => {
  const paths = lost(whole, cleanObject(whole)).map((path) => path.replace(/\.a$/, ''));
  expect(paths.filter((path) => !MEANT.test(path) && !SOURCES.has(path))).toEqual([]);
});

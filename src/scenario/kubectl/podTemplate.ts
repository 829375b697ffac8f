/** The pod template inside the document of a Deployment or ReplicaSet. */
import { isJsonObject } from '../../api/canonical.ts';
import type { JsonObject, JsonValue } from '../../api/types.ts';
import { objectIn } from './objects.ts';

export function templateIn(document: JsonObject): JsonObject {
  return objectIn(objectIn(document, 'spec'), 'template');
}

/** Containers, or init containers, of the template; not copies. */
export function containersIn(document: JsonObject, field: 'containers' | 'initContainers'): JsonObject[] {
  const found = objectIn(templateIn(document), 'spec')[field];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}

export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** kubectl's `-c`: a name with `*` for any characters. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

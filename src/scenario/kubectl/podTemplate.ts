/** The pod template inside the document of what makes pods. */
import { isJsonObject } from '../../api/canonical.ts';
import type { JsonObject } from '../../api/types.ts';
import { kinds, type ResourceKind } from './kinds.ts';
import { objectIn } from './objects.ts';

/** Kinds on which `kubectl set` works. */
export const TEMPLATE_KINDS: readonly ResourceKind[] = [
  kinds.Deployment,
  kinds.ReplicaSet,
  kinds.ReplicationController,
  kinds.StatefulSet,
  kinds.DaemonSet,
  kinds.Job,
  kinds.CronJob,
  kinds.Pod,
];

/** A pod is its own template. */
export function templateIn(document: JsonObject): JsonObject {
  if (document.kind === 'Pod') return document;
  const spec = objectIn(document, 'spec');
  return objectIn(document.kind === 'CronJob' ? objectIn(objectIn(spec, 'jobTemplate'), 'spec') : spec, 'template');
}

/** Containers, or init containers, of the template; not copies. */
export function containersIn(document: JsonObject, field: 'containers' | 'initContainers'): JsonObject[] {
  const found = objectIn(templateIn(document), 'spec')[field];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}

/** kubectl's `-c`: a name with `*` for any characters. */
export function matchesWildcard(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

/** Volumes of a pod, and what its containers mount of them. */
import { isJsonObject } from '../canonical.ts';
import { dnsLabelProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import { parseQuantity } from '../quantity.ts';
import type { JsonObject, Volume } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';
import { objectAt, objectsAt, refuse, stringAt } from './read.ts';

/**
 * @param path of the pod spec.
 * @throws InputError for a missing, invalid or repeated name, a second source, or a claim without a name.
 */
export function readVolumes(context: DecodeContext, path: FieldPath, spec: JsonObject): Volume[] {
  const seen = new Set<string>();
  return objectsAt(spec, 'volumes').map((item, index) => {
    const volume = readVolume(context, [...path, 'volumes', index], item);
    if (seen.has(volume.name)) {
      failAt(context, [...path, 'volumes', index, 'name'], `Duplicate value: ${JSON.stringify(volume.name)}`);
    }
    seen.add(volume.name);
    return volume;
  });
}

/**
 * The names of the volumes that a container mounts.
 *
 * @throws InputError for a volume that the pod does not have, and for two mounts at one path.
 */
export function readVolumeMounts(
  context: DecodeContext,
  path: FieldPath,
  container: JsonObject,
  volumeNames: ReadonlySet<string>,
): string[] {
  const mountPaths = new Set<string>();
  return objectsAt(container, 'volumeMounts').map((mount, index) => {
    const mountAt = [...path, 'volumeMounts', index];
    const name = stringAt(mount, 'name');
    if (name === '') failAt(context, [...mountAt, 'name'], 'Required value');
    if (!volumeNames.has(name)) failAt(context, [...mountAt, 'name'], `Not found: ${JSON.stringify(name)}`);
    const mountPath = stringAt(mount, 'mountPath');
    if (mountPath === '') failAt(context, [...mountAt, 'mountPath'], 'Required value');
    refuse(context, [...mountAt, 'mountPath'], mountPath, mountPaths.has(mountPath) ? 'must be unique' : undefined);
    mountPaths.add(mountPath);
    return name;
  });
}

function readVolume(context: DecodeContext, path: FieldPath, item: JsonObject): Volume {
  const name = stringAt(item, 'name');
  if (name === '') failAt(context, [...path, 'name'], 'Required value');
  refuse(context, [...path, 'name'], name, dnsLabelProblem(name));
  const [, second] = Object.keys(item).filter((key) => key !== 'name');
  if (second !== undefined) failAt(context, [...path, second], 'Forbidden: may not specify more than 1 volume type');
  const isClaim = isJsonObject(item.persistentVolumeClaim);
  const claimName = stringAt(objectAt(item, 'persistentVolumeClaim'), 'claimName');
  if (isClaim && claimName === '') {
    failAt(context, [...path, 'persistentVolumeClaim', 'claimName'], 'Required value');
  }
  refuseSizeLimit(context, path, objectAt(item, 'emptyDir'));
  return {
    name,
    claimName: isClaim ? claimName : undefined,
    isEmptyDir: isJsonObject(item.emptyDir),
    image: stringAt(objectAt(item, 'image'), 'reference') || undefined,
  };
}

/** The limit is not enforced, but templates are compared by it. */
function refuseSizeLimit(context: DecodeContext, path: FieldPath, { sizeLimit }: JsonObject): void {
  if (typeof sizeLimit !== 'string' && typeof sizeLimit !== 'number') return;
  const limitPath = [...path, 'emptyDir', 'sizeLimit'];
  const limit = parseAt(context, limitPath, () => parseQuantity(sizeLimit));
  if (limit >= 0) return;
  failAt(context, limitPath, 'Forbidden: SizeLimit field must be a valid resource quantity');
}

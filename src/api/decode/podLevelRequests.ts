/** `spec.resources` of a pod as a whole. */
import { isJsonObject } from '../canonical.ts';
import type { FieldPath } from '../path.ts';
import { type PodContainers, sumOverLife } from '../podRequests.ts';
import { formatBytes, formatCpu } from '../quantity.ts';
import type { JsonObject, JsonValue, PodLevelRequests, ResourceAmounts } from '../types.ts';
import { type DecodeContext, unsupported } from './context.ts';
import { objectAt } from './read.ts';
import { invalid } from './refusals.ts';
import { readAmounts, readRequests } from './resources.ts';

const HUGEPAGES = 'hugepages-';
const SUPPORTED = ['cpu', HUGEPAGES, 'memory'];

/**
 * The requests that a pod has as a whole. Where it has limits as a whole, requests that it does not name follow from its
 * containers, and from the limits where no container names any (upstream's `defaultPodRequests`).
 *
 * @param path of `value`, which may be absent.
 * @throws InputError for a resource that a pod as a whole cannot ask for, or less of it than its containers do.
 */
export function readPodLevelRequests(
  context: DecodeContext,
  path: FieldPath,
  value: JsonValue | undefined,
  pod: PodContainers,
): PodLevelRequests | undefined {
  const resources = isJsonObject(value) ? value : {};
  const [requests, limits] = [objectAt(resources, 'requests'), objectAt(resources, 'limits')];
  for (const [field, quantities] of [
    ['requests', requests],
    ['limits', limits],
  ] as const) {
    const unknown = Object.keys(quantities).find((name) => !isSupported(name));
    if (unknown !== undefined) unsupported(context, [...path, field, unknown], unknown, SUPPORTED);
  }
  if (Object.keys(requests).length + Object.keys(limits).length === 0) return undefined;
  readRequests(context, path, resources);
  const asked = readAmounts(context, [...path, 'requests'], requests);
  const ofContainers = sumOverLife(pod, (container) => container.requests);
  refuseLess(context, [...path, 'requests'], requests, asked, ofContainers);
  const limited = readAmounts(context, [...path, 'limits'], limits);
  return defaulted({ requests, limits }, asked, limited, pod, ofContainers);
}

function isSupported(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith(HUGEPAGES);
}

function defaulted(
  given: { readonly requests: JsonObject; readonly limits: JsonObject },
  asked: ResourceAmounts,
  limited: ResourceAmounts,
  pod: PodContainers,
  ofContainers: ResourceAmounts,
): PodLevelRequests | undefined {
  const { requests, limits } = given;
  const containers = [...pod.containers, ...pod.initContainers];
  // What containers have of huge pages becomes a limit of the pod's.
  const hasLimits = Object.keys(limits).length > 0 || [...ofContainers.extended.keys()].some(isSupported);
  const found: { cpuMilli?: number; memoryBytes?: number; hugepages?: Map<string, number> } = {};
  for (const [name, field, isRequested] of [
    ['cpu', 'cpuMilli', containers.some((container) => container.isCpuRequested)],
    ['memory', 'memoryBytes', containers.some((container) => container.isMemoryRequested)],
  ] as const) {
    if (requests[name] !== undefined) found[field] = asked[field];
    else if (hasLimits && isRequested) found[field] = ofContainers[field];
    else if (limits[name] !== undefined) found[field] = limited[field];
  }
  const hugepages = new Map([...limited.extended, ...asked.extended]);
  if (hugepages.size > 0) found.hugepages = hugepages;
  return Object.keys(found).length === 0 ? undefined : found;
}

function refuseLess(
  context: DecodeContext,
  path: FieldPath,
  requests: JsonObject,
  asked: ResourceAmounts,
  ofContainers: ResourceAmounts,
): void {
  const amountOf = (amounts: ResourceAmounts, name: string): number => {
    if (name === 'cpu') return amounts.cpuMilli;
    return name === 'memory' ? amounts.memoryBytes : (amounts.extended.get(name) ?? 0);
  };
  for (const name of Object.keys(requests)) {
    const aggregate = amountOf(ofContainers, name);
    if (aggregate <= amountOf(asked, name)) continue;
    const text = name === 'cpu' ? formatCpu(aggregate) : formatBytes(aggregate);
    const message = `must be greater than or equal to aggregate container requests of ${text}`;
    invalid(context, [...path, name], requests[name]!, message);
  }
}

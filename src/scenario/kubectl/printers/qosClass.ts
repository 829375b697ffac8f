import { isJsonObject } from '../../../api/canonical.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type { JsonObject, JsonValue } from '../../../api/types.ts';

const COUNTED = ['cpu', 'memory'] as const;

/** Sums over the containers, by resource; what nobody names, or all name as zero, is left out. */
type Sums = ReadonlyMap<string, number>;

/**
 * `status.qosClass`, as the API server sets it once for all (upstream's `ComputePodQOS`): BestEffort where nothing of cpu and
 * memory is asked for, Guaranteed where all containers have limits of both that equal the requests, else Burstable.
 *
 * @param spec of a pod that the API server has taken, or of a template of it
 */
export function qosClassOf(spec: JsonObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const ofPod = isJsonObject(spec.resources) ? [spec] : undefined;
  const holders = ofPod ?? [...objectsOf(spec.initContainers), ...objectsOf(spec.containers)];
  const limits = sumsOf(holders, 'limits');
  const requests = sumsOf(holders, 'requests');
  if (limits.size === 0 && requests.size === 0) return 'BestEffort';
  const areAllLimited = holders.every((holder) => COUNTED.every((name) => amountOf(holder, 'limits', name) > 0));
  const areEqual = COUNTED.every((name) => limits.get(name) === requests.get(name));
  return areAllLimited && areEqual ? 'Guaranteed' : 'Burstable';
}

function sumsOf(holders: readonly JsonObject[], part: 'limits' | 'requests'): Sums {
  const sums = new Map<string, number>();
  for (const holder of holders) {
    for (const name of COUNTED) {
      const amount = amountOf(holder, part, name);
      if (amount > 0) sums.set(name, (sums.get(name) ?? 0) + amount);
    }
  }
  return sums;
}

/** Limits stand in for requests that are not there. */
function amountOf(holder: JsonObject, part: 'limits' | 'requests', name: string): number {
  const resources = isJsonObject(holder.resources) ? holder.resources : {};
  const limits = isJsonObject(resources.limits) ? resources.limits : {};
  const requests = isJsonObject(resources.requests) ? resources.requests : {};
  const written = part === 'limits' ? limits[name] : (requests[name] ?? limits[name]);
  return written === undefined || written === null ? 0 : parseQuantity(written as string | number);
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

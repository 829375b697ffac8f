/** `resources` of a container or a pod, `overhead`, and a node's `allocatable`. */
import { isJsonObject } from '../canonical.ts';
import type { FieldPath } from '../path.ts';
import { canonicalQuantity, parseCpuMilli, parseQuantity, parseWhole } from '../quantity.ts';
import type { JsonObject, JsonValue, ResourceAmounts } from '../types.ts';
import { type DecodeContext, failAt, parseAt } from './context.ts';
import { objectAt } from './read.ts';
import { invalid } from './refusals.ts';

/** What a container can ask for. */
export const CONTAINER_RESOURCES: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/** @throws InputError for a bad or negative quantity, or a fraction of an extended resource. */
export function readAmounts(context: DecodeContext, path: FieldPath, value: JsonValue | undefined): ResourceAmounts {
  const amounts = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0 };
  const extended = new Map<string, number>();
  const quantities = isJsonObject(value) ? value : {};
  for (const name of Object.keys(quantities).sort()) {
    const quantity = quantities[name] as string | number;
    const amount = readAmount(context, [...path, name], name, quantity);
    if (name === 'cpu') amounts.cpuMilli = amount;
    else if (name === 'memory') amounts.memoryBytes = amount;
    else if (name === 'ephemeral-storage') amounts.ephemeralStorageBytes = amount;
    else extended.set(name, amount);
  }
  return { ...amounts, extended };
}

/**
 * The requests of a container; limits stand in for requests that are missing, as the API server's defaults for pods do.
 *
 * @throws InputError also for a request above its limit, and for one of a device without an equal limit.
 */
export function readRequests(context: DecodeContext, path: FieldPath, resources: JsonObject): ResourceAmounts {
  const requests = objectAt(resources, 'requests');
  const limits = objectAt(resources, 'limits');
  readAmounts(context, [...path, 'limits'], limits);
  const amounts = readAmounts(context, [...path, 'requests'], { ...limits, ...requests });
  for (const name of Object.keys(requests)) refuseBeyondLimit(context, path, name, requests, limits);
  const names = [...Object.keys(requests), ...Object.keys(limits)];
  if (names.some(isHugepages) && !names.includes('cpu') && !names.includes('memory')) {
    failAt(context, path, 'Forbidden: HugePages require cpu or memory', undefined, 'key');
  }
  return amounts;
}

function refuseBeyondLimit(
  context: DecodeContext,
  path: FieldPath,
  name: string,
  requests: JsonObject,
  limits: JsonObject,
): void {
  const limit = limits[name] as string | number | undefined;
  const request = requests[name] as string | number;
  const canBeOvercommitted = isOvercommitAllowed(name);
  if (limit === undefined) {
    if (canBeOvercommitted) return;
    const message = `Required value: Limit must be set for non overcommitable resources`;
    failAt(context, [...path, 'limits'], message, `limits: {${name}: ${request}}`);
  }
  const [asked, most] = [parseQuantity(request), parseQuantity(limit)];
  if (asked > most && canBeOvercommitted) {
    const message = `must be less than or equal to ${name} limit of ${limit}`;
    invalid(context, [...path, 'requests', name], request, message);
  }
  if (asked === most || canBeOvercommitted) return;
  invalid(context, [...path, 'requests', name], request, `must be equal to ${name} limit of ${limit}`);
}

function isHugepages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** Of Kubernetes' own resources, all but huge pages. */
function isOvercommitAllowed(name: string): boolean {
  return (!name.includes('/') || name.includes('kubernetes.io/')) && !isHugepages(name);
}

/**
 * Other resources have a domain in their name, but for the pages `hugepages-2Mi` and so on.
 *
 * @throws InputError for a name without one that is not among the known ones.
 */
export function refuseUnknownResources(
  context: DecodeContext,
  path: FieldPath,
  quantities: JsonValue | undefined,
  known: readonly string[] = CONTAINER_RESOURCES,
): void {
  if (!isJsonObject(quantities)) return;
  const isKnown = (name: string): boolean =>
    name.includes('/') || name.startsWith('hugepages-') || known.includes(name);
  const unknown = Object.keys(quantities).find((name) => !isKnown(name));
  if (unknown === undefined) return;
  const message = `Invalid value: ${JSON.stringify(unknown)}: must be a standard resource type or fully qualified`;
  failAt(context, [...path, unknown], message, `${known.join(', ')}, or as in nvidia.com/gpu`, 'key');
}

/** Rewrites quantities so that equal amounts are equal text. */
export function canonicalQuantities(quantities: JsonValue | undefined): void {
  if (!isJsonObject(quantities)) return;
  for (const name of Object.keys(quantities)) {
    quantities[name] = canonicalQuantity(quantities[name] as string | number);
  }
}

function readAmount(context: DecodeContext, path: FieldPath, name: string, quantity: string | number): number {
  const amount = parseAt(context, path, () => (name === 'cpu' ? parseCpuMilli(quantity) : parseWhole(quantity)));
  if (amount < 0) failAt(context, path, 'must be greater than or equal to 0');
  if (name.includes('/') && parseQuantity(quantity) !== amount) failAt(context, path, 'must be an integer');
  return amount;
}

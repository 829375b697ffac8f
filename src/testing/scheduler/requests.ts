import type { Container, PodSpec } from '../../api/types.ts';

/** Amounts by resource name: cpu in milli-cores, memory in bytes. */
export type Amounts = ReadonlyMap<string, number>;

const DEFAULT_CPU_MILLI = 100;
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

function amountsOf(amounts: Container['requests']): Map<string, number> {
  return new Map([
    ['cpu', amounts.cpuMilli],
    ['memory', amounts.memoryBytes],
    ['ephemeral-storage', amounts.ephemeralStorageBytes],
    ...amounts.extended,
  ]);
}

function plain(container: Container): Map<string, number> {
  return amountsOf(container.requests);
}

/** A container that names no cpu, or no memory, is taken to use some. */
function withDefaults(container: Container): Map<string, number> {
  const amounts = plain(container);
  if (!container.isCpuRequested) amounts.set('cpu', DEFAULT_CPU_MILLI);
  if (!container.isMemoryRequested) amounts.set('memory', DEFAULT_MEMORY_BYTES);
  return amounts;
}

function sum(all: readonly Amounts[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const amounts of all) for (const [name, amount] of amounts) total.set(name, (total.get(name) ?? 0) + amount);
  return total;
}

function raise(total: Map<string, number>, amounts: Amounts): void {
  for (const [name, amount] of amounts) total.set(name, Math.max(total.get(name) ?? 0, amount));
}

function podAmounts(spec: PodSpec, ofContainer: (container: Container) => Amounts): Map<string, number> {
  const { initContainers, containers } = spec;
  const sidecars = initContainers.filter((container) => container.isSidecar);
  const total = sum([...containers, ...sidecars].map(ofContainer));
  for (const [i, container] of initContainers.entries()) {
    const sidecarsBefore = initContainers.slice(0, i).filter((other) => other.isSidecar);
    raise(total, sum([...sidecarsBefore, container].map(ofContainer)));
  }
  if (spec.podRequests?.cpuMilli !== undefined) total.set('cpu', spec.podRequests.cpuMilli);
  if (spec.podRequests?.memoryBytes !== undefined) total.set('memory', spec.podRequests.memoryBytes);
  return spec.overhead === undefined ? total : sum([total, amountsOf(spec.overhead)]);
}

/**
 * What a pod asks of a node: the sum over its containers and sidecars, or what some init container needs together with
 * the sidecars declared before it, whichever is more; pod-level requests instead; and the overhead on top.
 */
export function requestsOf(spec: PodSpec): Amounts {
  return podAmounts(spec, plain);
}

/** The same as scores of used cpu and memory see it. */
export function nonZeroRequestsOf(spec: PodSpec): Amounts {
  return podAmounts(spec, withDefaults);
}

/** What a node offers, `pods` left out. */
export function offeredBy(allocatable: Container['requests']): Amounts {
  return amountsOf(allocatable);
}

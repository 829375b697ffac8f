/** What a pod takes of a node, as upstream counts it (`component-helpers/resource/helpers.go`). */
import type { Container, PodLevelRequests, PodSpec, ResourceAmounts } from './types.ts';

/** What the scheduler's scores assume for a container that asks for no cpu or no memory. */
export const DEFAULT_CPU_MILLI = 100;
export const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

/** Of the resources of which scores assume something where nothing is said. */
export interface NonZeroRequests {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

export const noResources: ResourceAmounts = {
  cpuMilli: 0,
  memoryBytes: 0,
  ephemeralStorageBytes: 0,
  extended: new Map(),
};

/**
 * The request that filters use: the larger of what runs side by side (app containers and all sidecars) and of what any
 * step of the start needs (an init container and the sidecars declared before it); then pod-level requests replace
 * cpu and memory, then the overhead is added.
 */
export function podRequests(spec: PodSpec): ResourceAmounts {
  return finish(
    spec,
    sumOverLife(spec, (container) => container.requests),
  );
}

/**
 * The request that scores use: as {@link podRequests}, with 100m and 200Mi for each container that names none. A zero
 * that is written stays one.
 */
export function nonZeroRequests(spec: PodSpec): NonZeroRequests {
  const { cpuMilli, memoryBytes } = finish(spec, sumOverLife(spec, withScoringDefaults));
  return { cpuMilli, memoryBytes };
}

/**
 * What the pod counts for in the scores of later pods, once it is on a node. It is as {@link nonZeroRequests}, but that
 * for a pod with requests as a whole nothing is assumed of a resource that anything in the pod names
 * (`PodInfo.calculateResource` against `resourceAllocationScorer.calculatePodResourceRequest`).
 */
export function nonZeroRequestsOnNode(spec: PodSpec): NonZeroRequests {
  const assumed = nonZeroRequests(spec);
  if (spec.podRequests === undefined) return assumed;
  const named = podRequests(spec);
  const containers = [...spec.containers, ...spec.initContainers];
  const isCpuNamed = named.cpuMilli > 0 || containers.some((container) => container.isCpuRequested);
  const isMemoryNamed = named.memoryBytes > 0 || containers.some((container) => container.isMemoryRequested);
  return {
    cpuMilli: isCpuNamed ? named.cpuMilli : assumed.cpuMilli,
    memoryBytes: isMemoryNamed ? named.memoryBytes : assumed.memoryBytes,
  };
}

function withScoringDefaults({ requests, isCpuRequested, isMemoryRequested }: Container): ResourceAmounts {
  return {
    ...requests,
    cpuMilli: isCpuRequested ? requests.cpuMilli : DEFAULT_CPU_MILLI,
    memoryBytes: isMemoryRequested ? requests.memoryBytes : DEFAULT_MEMORY_BYTES,
  };
}

/** The containers of a pod, which is all that their sum takes. */
export type PodContainers = Pick<PodSpec, 'containers' | 'initContainers'>;

/** What runs side by side, or any step of the start, needs at most, per resource. */
export function sumOverLife(
  spec: PodContainers,
  requestsOf: (container: Container) => ResourceAmounts,
): ResourceAmounts {
  let sidecars = noResources;
  let atStart = noResources;
  for (const container of spec.initContainers) {
    const withThis = add(sidecars, requestsOf(container));
    atStart = largerOf(atStart, withThis);
    if (container.isSidecar) sidecars = withThis;
  }
  const running = spec.containers.reduce((sum, container) => add(sum, requestsOf(container)), sidecars);
  return largerOf(running, atStart);
}

function finish(spec: PodSpec, requests: ResourceAmounts): ResourceAmounts {
  const replaced = spec.podRequests === undefined ? requests : replace(requests, spec.podRequests);
  return spec.overhead === undefined ? replaced : add(replaced, spec.overhead);
}

function replace(requests: ResourceAmounts, by: PodLevelRequests): ResourceAmounts {
  const { cpuMilli = requests.cpuMilli, memoryBytes = requests.memoryBytes, hugepages } = by;
  if (hugepages === undefined) return { ...requests, cpuMilli, memoryBytes };
  const extended = new Map([...requests.extended, ...hugepages].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...requests, cpuMilli, memoryBytes, extended };
}

function add(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  return combine(a, b, (left, right) => left + right);
}

function largerOf(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  return combine(a, b, Math.max);
}

function combine(
  a: ResourceAmounts,
  b: ResourceAmounts,
  operation: (left: number, right: number) => number,
): ResourceAmounts {
  return {
    cpuMilli: operation(a.cpuMilli, b.cpuMilli),
    memoryBytes: operation(a.memoryBytes, b.memoryBytes),
    ephemeralStorageBytes: operation(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
    extended: combineExtended(a.extended, b.extended, operation),
  };
}

function combineExtended(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  operation: (left: number, right: number) => number,
): ReadonlyMap<string, number> {
  if (a.size === 0 && b.size === 0) return noResources.extended;
  const names = [...new Set([...a.keys(), ...b.keys()])].sort();
  return new Map(names.map((name) => [name, operation(a.get(name) ?? 0, b.get(name) ?? 0)]));
}

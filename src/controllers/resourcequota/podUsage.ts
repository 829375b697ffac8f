import type { JsonObject } from '../../api/types.ts';
import type { CompiledTemplate } from '../../cluster/index.ts';
import { type Amount, ONE, readAmount, type Usage } from './usage.ts';

/** What a pod uses while it is not at its end; `count/pods` comes on top of it for as long as the object exists. */
export interface PodUsage {
  readonly usage: Usage;
  /** By resource: containers that say nothing about it, where a quota on it asks all of them to; sorted. */
  readonly unspecified: ReadonlyMap<string, readonly string[]>;
}

/** Resources that every container has to name once a quota limits them (upstream's `validationSet`), sorted. */
const TO_BE_SPECIFIED = ['cpu', 'limits.cpu', 'limits.memory', 'memory', 'requests.cpu', 'requests.memory'] as const;
/** Resources that a quota may also name without the prefix `requests.`. */
const WITHOUT_PREFIX: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
const LIMITED: ReadonlySet<string> = WITHOUT_PREFIX;

type Amounts = ReadonlyMap<string, Amount>;

const NO_RESOURCES: Resources = { requests: new Map(), limits: new Map() };

/** What containers or a pod ask for and may have, by resource. Limits stand in for requests that are missing. */
interface Resources {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** The use of pods of a template, computed once each (upstream's `podEvaluator`). */
export class PodUsages {
  private readonly byTemplate: PodUsage[] = [];

  of(template: CompiledTemplate): PodUsage {
    let known = this.byTemplate[template.id];
    if (known === undefined) {
      known = podUsage(template.manifest.spec as JsonObject, template.spec.podRequests !== undefined);
      this.byTemplate[template.id] = known;
    }
    return known;
  }
}

function podUsage(spec: JsonObject, hasPodLevel: boolean): PodUsage {
  const podLevel = hasPodLevel ? readPodLevel(spec) : NO_RESOURCES;
  const overhead = readAmounts(spec.overhead);
  const requests = sum(override(overLife(spec, 'requests'), podLevel.requests), overhead);
  const limits = override(overLife(spec, 'limits'), podLevel.limits);
  // Overhead raises only limits that there are.
  const limited = new Map([...overhead].filter(([name]) => (limits.get(name)?.value ?? 0) > 0));
  return {
    usage: new Map([['pods', ONE], ...usageOf({ requests, limits: sum(limits, limited) })]),
    unspecified: unspecifiedIn(spec, usageOf(podLevel)),
  };
}

/** Upstream's `podComputeUsageHelper` without the pod itself. */
function usageOf({ requests, limits }: Resources): Map<string, Amount> {
  const usage = new Map<string, Amount>();
  for (const [name, amount] of requests) {
    if (WITHOUT_PREFIX.has(name) || name.startsWith('hugepages-')) usage.set(name, amount);
    usage.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of limits) {
    if (LIMITED.has(name)) usage.set(`limits.${name}`, amount);
  }
  return usage;
}

/** Pod-level resources (KEP-2837) speak for all containers. */
function unspecifiedIn(spec: JsonObject, podLevel: Amounts): Map<string, readonly string[]> {
  const containers = [...objects(spec.containers), ...objects(spec.initContainers)];
  const unspecified = new Map<string, readonly string[]>();
  for (const resource of TO_BE_SPECIFIED) {
    if (podLevel.has(resource)) continue;
    const silent = containers.filter((container) => !usageOf(readResources(container)).has(resource));
    if (silent.length > 0) unspecified.set(resource, silent.map(({ name }) => String(name)).sort());
  }
  return unspecified;
}

/** The larger of what runs side by side and of what any step of the start needs, per resource. */
function overLife(spec: JsonObject, field: keyof Resources): Map<string, Amount> {
  let sidecars: Amounts = new Map();
  let atStart: Amounts = new Map();
  for (const container of objects(spec.initContainers)) {
    const withThis = sum(sidecars, readResources(container)[field]);
    atStart = combine(atStart, withThis, Math.max);
    if (container.restartPolicy === 'Always') sidecars = withThis;
  }
  const running = objects(spec.containers).reduce(
    (total: Amounts, container) => sum(total, readResources(container)[field]),
    sidecars,
  );
  return combine(running, atStart, Math.max);
}

/** Limits stand in only for requests that no container names (upstream's `defaultPodRequests`). */
function readPodLevel(spec: JsonObject): Resources {
  const { requests, limits } = readResources(spec);
  const ofContainers = overLife(spec, 'requests');
  const given = readAmounts((spec.resources as JsonObject | undefined)?.requests);
  const defaulted = [...requests].map(([name, amount]) => [name, given.get(name) ?? ofContainers.get(name) ?? amount]);
  return { requests: new Map(defaulted as [string, Amount][]), limits };
}

function readResources({ resources }: JsonObject): Resources {
  const { requests, limits } = (resources ?? {}) as JsonObject;
  const read = { requests: readAmounts(requests), limits: readAmounts(limits) };
  return { ...read, requests: override(read.limits, read.requests) };
}

function readAmounts(quantities: unknown): Amounts {
  const entries = Object.entries((quantities ?? {}) as Record<string, string | number>);
  return new Map(entries.map(([name, quantity]) => [name, readAmount(name, quantity)]));
}

function override(amounts: Amounts, by: Amounts): Map<string, Amount> {
  return new Map([...amounts, ...by]);
}

function sum(a: Amounts, b: Amounts): Map<string, Amount> {
  return combine(a, b, (left, right) => left + right);
}

/** The notation is the left one's, if that is not zero, as in upstream's `Quantity.Add`. */
function combine(a: Amounts, b: Amounts, operation: (left: number, right: number) => number): Map<string, Amount> {
  const combined = new Map(a);
  for (const [name, right] of b) {
    const left = combined.get(name);
    const notation = left === undefined || left.value === 0 ? right.notation : left.notation;
    combined.set(name, { value: left === undefined ? right.value : operation(left.value, right.value), notation });
  }
  return combined;
}

function objects(value: unknown): JsonObject[] {
  return (value ?? []) as JsonObject[];
}

/** What LimitRanges allow, in upstream's words (`plugin/pkg/admission/limitranger`). */
import { objectAt, objectsAt, stringAt } from '../api/decode/read.ts';
import { parseQuantity } from '../api/quantity.ts';
import { displayAmount, displayQuantity, notationOf } from '../api/quantityNotation.ts';
import type { JsonObject, LimitRangeItem, Quantities } from '../api/types.ts';
import type { LimitRange } from './objects.ts';

/** Why a pod of this spec, which has all defaults, may not be; undefined: it may. The first range that refuses counts. */
export function podProblem(ranges: readonly LimitRange[], spec: JsonObject): string | undefined {
  const containers = [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')];
  for (const { spec: range } of ranges) {
    const problems = range.limits.flatMap((item) => {
      if (item.type === 'Container') return containers.flatMap((container) => problemsOf(item, resourcesOf(container)));
      return item.type === 'Pod' ? problemsOf(item, resourcesOfPod(spec)) : [];
    });
    if (problems.length > 0) return aggregate(problems);
  }
  return undefined;
}

/** Why a claim of so much storage may not be; undefined: it may. */
export function claimProblem(ranges: readonly LimitRange[], storage: string | number): string | undefined {
  for (const { spec } of ranges) {
    const problems = spec.limits.flatMap((item) => {
      return item.type === 'PersistentVolumeClaim' ? claimProblems(item, { storage }) : [];
    });
    if (problems.length > 0) return aggregate(problems);
  }
  return undefined;
}

interface Resources {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

function problemsOf(item: LimitRangeItem, { requests, limits }: Resources): string[] {
  return [
    ...namesOf(item.min).flatMap((name) => minimumProblem(item, name, requests[name], limits[name]) ?? []),
    ...namesOf(item.max).flatMap((name) => maximumProblem(item, name, requests[name], limits[name]) ?? []),
    ...namesOf(item.maxLimitRequestRatio).flatMap(
      (name) => ratioProblem(item, name, requests[name], limits[name]) ?? [],
    ),
  ];
}

type Amount = string | number | undefined;

function minimumProblem(item: LimitRangeItem, name: string, request: Amount, limit: Amount): string | undefined {
  const least = item.min[name]!;
  const usage = `minimum ${name} usage per ${item.type} is ${displayQuantity(least)}`;
  if (request === undefined) return `${usage}.  No request is specified`;
  if (isLess(request, least)) return `${usage}, but request is ${displayQuantity(request)}`;
  return limit !== undefined && isLess(limit, least) ? `${usage}, but limit is ${displayQuantity(limit)}` : undefined;
}

function maximumProblem(item: LimitRangeItem, name: string, request: Amount, limit: Amount): string | undefined {
  const most = item.max[name]!;
  const usage = `maximum ${name} usage per ${item.type} is ${displayQuantity(most)}`;
  if (limit === undefined) return `${usage}.  No limit is specified`;
  if (isLess(most, limit)) return `${usage}, but limit is ${displayQuantity(limit)}`;
  return request !== undefined && isLess(most, request)
    ? `${usage}, but request is ${displayQuantity(request)}`
    : undefined;
}

function ratioProblem(item: LimitRangeItem, name: string, request: Amount, limit: Amount): string | undefined {
  const most = item.maxLimitRequestRatio[name]!;
  const rule = `${name} max limit to request ratio per ${item.type} is ${displayQuantity(most)}`;
  const [asked, allowed] = [request ?? 0, limit ?? 0].map(parseQuantity) as [number, number];
  if (asked === 0) return `${rule}, but no request is specified or request is 0`;
  if (allowed === 0) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = allowed / asked;
  return ratio > parseQuantity(most) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

function claimProblems(item: LimitRangeItem, requests: Quantities): string[] {
  const problems = namesOf(item.min).flatMap((name) => minimumProblem(item, name, requests[name], undefined) ?? []);
  for (const name of namesOf(item.max)) {
    const [most, request] = [item.max[name]!, requests[name]];
    const usage = `maximum ${name} usage per ${item.type} is ${displayQuantity(most)}`;
    if (request === undefined) problems.push(`${usage}.  No request is specified`);
    else if (isLess(most, request)) problems.push(`${usage}, but request is ${displayQuantity(request)}`);
  }
  return problems;
}

function resourcesOf(container: JsonObject): Resources {
  const resources = objectAt(container, 'resources');
  return {
    requests: objectAt(resources, 'requests') as Quantities,
    limits: objectAt(resources, 'limits') as Quantities,
  };
}

/** As the scheduler counts them: what runs side by side, or what a step of the start needs, without overhead. */
function resourcesOfPod(spec: JsonObject): Resources {
  return { requests: sumOverLife(spec, 'requests'), limits: sumOverLife(spec, 'limits') };
}

function sumOverLife(spec: JsonObject, field: keyof Resources): Quantities {
  let sidecars: Quantities = {};
  let atStart: Quantities = {};
  for (const container of objectsAt(spec, 'initContainers')) {
    const withThis = combine(sidecars, resourcesOf(container)[field], (a, b) => a + b);
    atStart = combine(atStart, withThis, Math.max);
    if (stringAt(container, 'restartPolicy') === 'Always') sidecars = withThis;
  }
  let running = sidecars;
  for (const container of objectsAt(spec, 'containers')) {
    running = combine(running, resourcesOf(container)[field], (a, b) => a + b);
  }
  return combine(running, atStart, Math.max);
}

/** A sum is in the notation of its first part. */
function combine(a: Quantities, b: Quantities, operation: (a: number, b: number) => number): Quantities {
  const combined: Record<string, string | number> = { ...a };
  for (const [name, right] of Object.entries(b)) {
    const left = a[name];
    const amount = left === undefined ? parseQuantity(right) : operation(parseQuantity(left), parseQuantity(right));
    combined[name] = displayAmount(amount, notationOf(left ?? right));
  }
  return combined;
}

function isLess(a: string | number, b: string | number): boolean {
  return parseQuantity(a) < parseQuantity(b);
}

function namesOf(quantities: Quantities): string[] {
  return Object.keys(quantities).sort();
}

/** Upstream's `utilerrors.NewAggregate`. */
function aggregate(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length === 1 ? distinct[0]! : `[${distinct.join(', ')}]`;
}

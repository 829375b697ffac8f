/** What `rollsim capacity` searches along: nodes of a pool, an entry of a quota, maxSurge of a Deployment. */
import { isJsonObject } from '../api/canonical.ts';
import { parseBytes, parseCpuMilli, parseWhole } from '../api/quantity.ts';
import { referenceTo } from '../api/reference.ts';
import type { CapacityQuestion, CapacityScale } from '../runner/capacity/capacity.ts';
import type { Scenario } from '../scenario/types.ts';
import { defaultAxes } from './defaultAxes.ts';
import { UsageError } from './failure.ts';

export interface ScaleFlags {
  readonly find: CapacityQuestion;
  readonly pool?: string;
  readonly quota?: string;
  readonly resource?: string;
  readonly of?: string;
}

/** Nobody waits for more. */
const MOST_NODES = 100_000;
/** A quota so many times as large as it is limits nothing. */
const MOST_TIMES = 1024;
const MEBIBYTE = 1024 * 1024;

/** @throws UsageError where the scenario does not have what is asked for, or several of it */
export function capacityScale(scenario: Scenario, flags: ScaleFlags): CapacityScale {
  if (flags.find === 'nodes') return scaleOfNodes(scenario, flags);
  return flags.find === 'quota' ? scaleOfQuota(scenario, flags) : scaleOfSurge(scenario, flags);
}

function scaleOfNodes({ pools }: Scenario, { pool }: ScaleFlags): CapacityScale {
  const names = pools.map(({ name }) => name).join(', ');
  const found = pool === undefined ? pools : pools.filter(({ name }) => name === pool);
  const [only, ...others] = found;
  if (pool !== undefined && only === undefined) throw new UsageError(`--pool ${pool}: the pools are ${names}`);
  if (others.length > 0) throw new UsageError(`--find nodes: there are several pools; --pool is one of ${names}`);
  const path = pool === undefined ? 'nodes' : `nodes/${pool}`;
  return { question: 'nodes', path, least: 1, most: MOST_NODES, start: only?.count ?? 1, ...plain };
}

const plain = {
  textOf: (size: number): string => String(size),
  valueOf: (size: number): number => size,
};

function scaleOfQuota({ objects }: Scenario, flags: ScaleFlags): CapacityScale {
  const quotas = objects.filter(({ kind }) => kind === 'ResourceQuota');
  const found = quotas.filter(({ meta }) => flags.quota === undefined || meta.name === flags.quota);
  const [quota, ...others] = found;
  const names = quotas.map(({ meta }) => meta.name).join(', ');
  if (quota === undefined) {
    const which = names === '' ? 'the scenario has no ResourceQuota' : `the ResourceQuotas are ${names}`;
    throw new UsageError(`--find quota: ${which}`);
  }
  if (others.length > 0) throw new UsageError(`--find quota: --quota is one of ${names}`);
  const spec = quota.manifest.spec;
  const hard = isJsonObject(spec) && isJsonObject(spec.hard) ? spec.hard : {};
  const resources = Object.keys(hard);
  const resource = flags.resource ?? (resources.length === 1 ? resources[0]! : undefined);
  const now = resource === undefined ? undefined : hard[resource];
  if (resource === undefined || (typeof now !== 'string' && typeof now !== 'number')) {
    throw new UsageError(`--find quota: --resource is one of ${resources.join(', ')}`);
  }
  const unit = unitOf(resource);
  const start = Math.max(1, Math.ceil(unit.parse(now)));
  const reference = referenceTo(quota.kind, quota.meta);
  return {
    question: 'quota',
    path: `${reference}:spec.hard[${resource}]`,
    least: 0,
    most: start * MOST_TIMES,
    start,
    textOf: (size) => `${size}${unit.suffix}`,
    valueOf: (size) => `${size}${unit.suffix}`,
  };
}

/** The step in which a quota is changed: a thousandth of a core, a Mi of memory, one of what is counted. */
function unitOf(resource: string): { readonly suffix: string; parse(text: string | number): number } {
  if (/(?:^|\.)cpu$/.test(resource)) return { suffix: 'm', parse: parseCpuMilli };
  if (/(?:^|\.)(?:memory|storage|ephemeral-storage)$/.test(resource)) {
    return { suffix: 'Mi', parse: (text) => parseBytes(text) / MEBIBYTE };
  }
  return { suffix: '', parse: parseWhole };
}

function scaleOfSurge(scenario: Scenario, { of }: ScaleFlags): CapacityScale {
  const reference = of ?? meantBySteps(scenario);
  const deployment = scenario.objects
    .filter((object) => object.kind === 'Deployment')
    .find(({ kind, meta }) => referenceTo(kind, meta) === reference);
  if (deployment === undefined) throw new UsageError(`--find max-surge: no Deployment is ${reference}; --of names one`);
  const most = deployment.spec.replicas;
  return { question: 'max-surge', path: `${reference}:maxSurge`, least: 0, most, start: most, ...plain };
}

/** The workload that the steps are about. */
function meantBySteps(scenario: Scenario): string {
  try {
    return defaultAxes(scenario)[0]!.path.replace(/:[^:]*$/, '');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError('--find max-surge: the steps are not about one workload; --of deployment/NAME says of which');
  }
}

/** A KubeSchedulerConfiguration in the input: it configures the scheduler and is no object of the cluster. */
import { cloneJson } from '../../api/canonical.ts';
import { type DecodeContext, failAt } from '../../api/decode/context.ts';
import { objectAt, objectsAt, stringAt } from '../../api/decode/read.ts';
import { invalid } from '../../api/decode/refusals.ts';
import { checkShape } from '../../api/decode/schema.ts';
import { dropNulls } from '../../api/defaults.ts';
import type { FieldPath } from '../../api/path.ts';
import type { JsonObject } from '../../api/types.ts';
import type { ClientLimits } from '../../controllers/options.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import {
  DEFAULT_CONFIGURATION,
  DEFAULT_SCHEDULER_NAME,
  type ProfileConfiguration,
  type SchedulerConfiguration,
} from '../../scheduler/configuration/configuration.ts';
import { readPluginArgs } from './readPluginArgs.ts';
import { API_VERSION, KIND, readPlugins, refuseDifferentQueueSorts } from './readPlugins.ts';
import { configurationShape } from './shape.ts';

export {
  API_VERSION as SCHEDULER_CONFIGURATION_API_VERSION,
  KIND as SCHEDULER_CONFIGURATION_KIND,
} from './readPlugins.ts';

/** What a KubeSchedulerConfiguration says. */
export interface ReadSchedulerConfiguration {
  readonly configuration: SchedulerConfiguration;
  /** What `clientConnection` sets. */
  readonly clientLimits: Partial<ClientLimits>;
}

const DEFAULT_LIMITS: ClientLimits = { kubeApiQps: 50, kubeApiBurst: 100 };

/** The scheduler's limits as the Scenario has them, with what `clientConnection` sets in their place. */
export function withClientConnection(limits: ClientLimits, set: Partial<ClientLimits>): ClientLimits {
  // A rate without a burst, on top of no limit, would limit nothing.
  const isFirstLimit = set.kubeApiQps !== undefined && !Number.isFinite(limits.kubeApiQps);
  return { ...limits, ...(isFirstLimit ? { kubeApiBurst: DEFAULT_LIMITS.kubeApiBurst } : {}), ...set };
}

/**
 * @throws InputError, with place, for another version, an unknown field, a wrong type, and for what upstream's
 *   validation would refuse.
 */
export function readSchedulerConfiguration(context: DecodeContext, document: JsonObject): ReadSchedulerConfiguration {
  if (document.apiVersion !== API_VERSION) {
    const found = JSON.stringify(document.apiVersion);
    failAt(context, ['apiVersion'], `expected ${JSON.stringify(API_VERSION)} for kind ${KIND}, got ${found}`);
  }
  checkShape(context, KIND, document, configurationShape);
  const copy = cloneJson(document);
  dropNulls(copy);
  if (typeof copy.parallelism === 'number' && copy.parallelism <= 0) {
    invalid(context, ['parallelism'], copy.parallelism, 'should be an integer value greater than zero');
  }
  const percentage = readPercentage(context, [], copy) ?? 0;
  return {
    configuration: { profiles: readProfiles(context, copy, percentage), backoff: readBackoff(context, copy) },
    clientLimits: readClientLimits(context, objectAt(copy, 'clientConnection')),
  };
}

function readProfiles(
  context: DecodeContext,
  document: JsonObject,
  percentageOfAll: number,
): readonly ProfileConfiguration[] {
  const given = objectsAt(document, 'profiles');
  if (given.length === 0) {
    return DEFAULT_CONFIGURATION.profiles.map((profile) => ({ ...profile, percentageOfNodesToScore: percentageOfAll }));
  }
  const profiles = given.map((profile, index) => {
    const path = ['profiles', index];
    // Only a profile that is alone may do without a name.
    const schedulerName = stringAt(profile, 'schedulerName') || (given.length === 1 ? DEFAULT_SCHEDULER_NAME : '');
    if (schedulerName === '') failAt(context, [...path, 'schedulerName'], 'Required value');
    return {
      schedulerName,
      percentageOfNodesToScore: readPercentage(context, path, profile) ?? percentageOfAll,
      plugins: readPlugins(context, path, profile, schedulerName),
      pluginArgs: readPluginArgs(context, path, profile),
    };
  });
  refuseDuplicateNames(context, profiles);
  refuseDifferentQueueSorts(
    context,
    profiles.map(({ plugins }) => plugins),
  );
  return profiles;
}

function refuseDuplicateNames(context: DecodeContext, profiles: readonly ProfileConfiguration[]): void {
  for (const [index, { schedulerName }] of profiles.entries()) {
    const first = profiles.findIndex((profile) => profile.schedulerName === schedulerName);
    if (first === index) continue;
    failAt(
      context,
      ['profiles', index, 'schedulerName'],
      `Duplicate value: ${JSON.stringify(schedulerName)}`,
      `profiles[${first}] has it`,
    );
  }
}

function readPercentage(context: DecodeContext, path: FieldPath, owner: JsonObject): number | undefined {
  const percentage = owner.percentageOfNodesToScore;
  if (typeof percentage !== 'number') return undefined;
  if (percentage < 0 || percentage > 100) {
    invalid(context, [...path, 'percentageOfNodesToScore'], percentage, 'not in valid range [0-100]');
  }
  return percentage;
}

function readBackoff(context: DecodeContext, document: JsonObject): SchedulerConfiguration['backoff'] {
  const read = (field: string, fallback: number) => {
    const value = document[field];
    return typeof value === 'number' ? value : fallback;
  };
  const initial = read('podInitialBackoffSeconds', 1);
  const most = read('podMaxBackoffSeconds', 10);
  if (initial <= 0) invalid(context, ['podInitialBackoffSeconds'], initial, 'must be greater than 0');
  if (most < initial) {
    const message = 'must be greater than or equal to PodInitialBackoffSeconds';
    invalid(context, ['podMaxBackoffSeconds'], most, message);
  }
  return { initialMicros: initial * MICROS_PER_SECOND, maxMicros: most * MICROS_PER_SECOND };
}

/** Zeros stand for the defaults; a negative rate is none. */
function readClientLimits(context: DecodeContext, { qps, burst }: JsonObject): Partial<ClientLimits> {
  const path = ['clientConnection'];
  if (qps !== undefined && typeof qps !== 'number') {
    failAt(context, [...path, 'qps'], `expected number, got ${JSON.stringify(qps)}`);
  }
  if (typeof burst === 'number' && burst < 0) invalid(context, [...path, 'burst'], burst, 'must be non-negative');
  if (typeof qps === 'number' && qps < 0) {
    return { kubeApiQps: Number.POSITIVE_INFINITY, kubeApiBurst: Number.POSITIVE_INFINITY };
  }
  return {
    ...(typeof qps === 'number' ? { kubeApiQps: qps || DEFAULT_LIMITS.kubeApiQps } : {}),
    ...(typeof burst === 'number' ? { kubeApiBurst: burst || DEFAULT_LIMITS.kubeApiBurst } : {}),
  };
}

/** `controlPlane.latency` of a Scenario: how long requests, notices, cycles and commands take. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import type { ControlPlaneOptions, LatencyName } from '../controllers/options.ts';
import { type Distribution, NEVER } from '../kernel/distribution.ts';
import { typicalMicros } from '../kernel/latency.ts';
import type { Micros } from '../kernel/time.ts';
import { readDelay } from './delays.ts';
import type { ControlPlaneInput } from './schema.ts';

type Latency = ControlPlaneOptions['latency'];
type LatencyInput = NonNullable<ControlPlaneInput['latency']>;

/**
 * Reads the latencies that are given; the others are those of `base`.
 *
 * @throws InputError for a delay that makes no sense, one that never ends, or a distribution where only a duration can stand.
 */
export function readLatency(context: DecodeContext, base: Latency, input: LatencyInput): Latency {
  const random: Partial<Record<LatencyName, Distribution>> = { ...base.random };
  const pathOf = (name: keyof LatencyInput): FieldPath => ['controlPlane', 'latency', name];
  const fixed = (name: keyof LatencyInput, fallback: Micros): Micros => {
    const value = input[name];
    if (value === undefined) return fallback;
    const distribution = readEnding(context, pathOf(name), value as JsonValue);
    if (distribution.kind !== 'constant') return failAt(context, pathOf(name), 'expected a duration');
    return distribution.micros;
  };
  const drawn = (name: LatencyName, fallback: Micros): Micros => {
    const value = input[name];
    if (value === undefined) return fallback;
    const distribution = readEnding(context, pathOf(name), value as JsonValue);
    if (distribution.kind === 'constant') delete random[name];
    else random[name] = distribution;
    return typicalMicros(distribution);
  };
  const read = {
    apiMicros: drawn('api', base.apiMicros),
    apiServiceMicros: fixed('apiService', base.apiServiceMicros),
    watchMicros: drawn('watch', base.watchMicros),
    schedulingCycleMicros: drawn('schedulingCycle', base.schedulingCycleMicros),
    kubeletSyncMicros: drawn('kubeletSync', base.kubeletSyncMicros),
    kubectlMicros: drawn('kubectl', base.kubectlMicros),
    kubectlApplyMicros: drawn('kubectlApply', base.kubectlApplyMicros),
    kubectlExitMicros: fixed('kubectlExit', base.kubectlExitMicros),
    proxyMicros: fixed('proxy', base.proxyMicros),
  };
  return Object.keys(random).length === 0 ? read : { ...read, random };
}

/** A request that is never answered would stop its client for good. */
function readEnding(context: DecodeContext, path: FieldPath, value: JsonValue): Distribution {
  const distribution = readDelay(context, path, value);
  const isEndless =
    distribution.kind === 'never' || ('micros' in distribution && [distribution.micros].flat().includes(NEVER));
  return isEndless ? failAt(context, path, 'must not be never') : distribution;
}

/** The step `createPods`: a series of bare pods that differ in their names. */
import { type DecodeContext, failAt } from '../api/decode/context.ts';
import { decodeManifest } from '../api/decode/decode.ts';
import { dnsSubdomainProblem } from '../api/names.ts';
import type { FieldPath } from '../api/path.ts';
import type { JsonObject, PodManifest } from '../api/types.ts';
import type { ApiError } from '../cluster/apiError.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { batch, call, type Process } from '../cluster/process.ts';
import type { Micros } from '../kernel/time.ts';
import type { StepInput } from './schema.ts';
import type { PodSeries } from './types.ts';

/** What became of a series. */
export interface SeriesOutcome {
  readonly created: number;
  /** The first refusal. */
  readonly error: ApiError | undefined;
}

/**
 * Reads a series.
 *
 * @param everyMicros between two pods; undefined: all at once.
 * @throws InputError for names that pods cannot have, and for what the API server would refuse in a pod.
 */
export function readPodSeries(
  context: DecodeContext,
  path: FieldPath,
  input: NonNullable<StepInput['createPods']>,
  everyMicros: Micros | undefined,
): PodSeries {
  const { name, count = 1 } = input;
  // The last name is the longest.
  const problem = dnsSubdomainProblem(podName(name, count - 1));
  if (problem !== undefined) failAt(context, [...path, 'name'], `Invalid value: ${JSON.stringify(name)}: ${problem}`);
  const { metadata = {}, spec } = input.pod as JsonObject & { metadata?: JsonObject };
  if ('name' in metadata) {
    failAt(context, [...path, 'pod', 'metadata', 'name'], 'the pods are named after the series', undefined, 'key');
  }
  const document = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: podName(name, 0) }, spec: spec! };
  const pod = decodeManifest(document, {
    ...context,
    place: (inner, part) => context.place([...path, 'pod', ...inner], part),
  }) as PodManifest;
  return { name, count, pod, everyMicros };
}

/** Creates the pods of a series: all requests at once, or one after the other. */
export function* createPodSeries(cluster: Cluster, series: PodSeries): Process<SeriesOutcome> {
  const template = cluster.templates.internPod(series.pod.template);
  const create = (index: number): ApiError | undefined => cluster.createBarePod(template, namedPod(series, index));
  if (series.everyMicros === undefined) {
    const { error, failed } = yield batch(series.count, create);
    return { created: series.count - failed, error };
  }
  let created = 0;
  let first: ApiError | undefined;
  for (let index = 0; index < series.count; index++) {
    if (index > 0) yield { kind: 'sleep', micros: series.everyMicros };
    const { error } = yield call(() => create(index));
    if (error === undefined) created++;
    else first ??= error;
  }
  return { created, error: first };
}

function namedPod({ name: seriesName, pod: { meta, manifest } }: PodSeries, index: number) {
  const name = podName(seriesName, index);
  const metadata = { ...(manifest.metadata as JsonObject), name };
  return { meta: { ...meta, name }, manifest: { ...manifest, metadata } };
}

function podName(series: string, index: number): string {
  return `${series}-${index}`;
}

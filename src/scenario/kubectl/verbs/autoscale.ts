import { cpuMetric } from '../../../api/autoscalingDefaults.ts';
import { decodeObject } from '../../../api/decode/decode.ts';
import { InputError } from '../../../api/errors.ts';
import { simulatedApiVersions } from '../../../api/kinds.ts';
import { parseQuantity } from '../../../api/quantity.ts';
import type { JsonObject, SimulatedKind } from '../../../api/types.ts';
import { call } from '../../../cluster/process.ts';
import type { Flags } from '../flags.ts';
import { kinds } from '../kinds.ts';
import { printedName, type Target } from '../objects.ts';
import { CommandFailure } from '../session.ts';
import { parseTargets, resolveTargets } from '../targets.ts';
import { UsageError } from '../usageError.ts';
import type { Verb } from '../verb.ts';
import { createObject } from '../writes.ts';

const SCALABLE_KINDS = [kinds.Deployment, kinds.ReplicaSet, kinds.ReplicationController, kinds.StatefulSet];

/** `kubectl autoscale deployment/web --max=N [--min=N] [--cpu-percent=P | --cpu=P%|AMOUNT] [--memory=…] [--name=NAME]`. */
export const autoscale: Verb = {
  name: 'autoscale',
  flags: [
    { name: 'min' },
    { name: 'max' },
    { name: 'cpu-percent' },
    { name: 'cpu' },
    { name: 'memory' },
    { name: 'name' },
  ],
  parse({ args, flags }) {
    const limits = readLimits(flags);
    const metrics = readMetrics(flags);
    const request = parseTargets(args, flags, { command: 'autoscale', kinds: SCALABLE_KINDS });
    const documentFor = (target: Target): JsonObject => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: flags.text('name') ?? target.name, namespace: target.namespace },
      spec: { scaleTargetRef: referenceTo(target), ...limits, ...(metrics.length > 0 && { metrics }) },
    });
    return function* (session) {
      for (const target of resolveTargets(session, request)) {
        const manifest = session.attempt(() => decodeLate(documentFor(target)));
        if (manifest === undefined) continue;
        const { error } = yield call(() => createObject(session.cluster, manifest));
        const named = { kind: kinds.HorizontalPodAutoscaler, name: manifest.meta.name };
        if (error === undefined) session.print(`${printedName(named)} autoscaled`);
        else session.fail(new CommandFailure(error.message));
      }
    };
  },
};

function referenceTo({ kind, name }: Target): JsonObject {
  return { apiVersion: simulatedApiVersions[kind.kind as SimulatedKind], kind: kind.kind, name };
}

function readLimits(flags: Flags): JsonObject {
  const max = flags.integer('max') ?? -1;
  const min = flags.integer('min') ?? -1;
  if (max < 1) throw new UsageError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
  if (max < min)
    throw new UsageError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
  return { ...(min > 0 && { minReplicas: min }), maxReplicas: max };
}

function readMetrics(flags: Flags): JsonObject[] {
  const percent = flags.integer('cpu-percent');
  if (percent !== undefined && flags.has('cpu')) {
    throw new UsageError('--cpu-percent and --cpu cannot be specified together');
  }
  const asked = (['cpu', 'memory'] as const).flatMap((resource) => {
    const text = flags.text(resource);
    return text === undefined ? [] : [metricOf(resource, text)];
  });
  return percent !== undefined && percent > 0 ? [cpuMetric(percent), ...asked] : asked;
}

/** `80%` is of what the pods request, `500m` is an amount for each pod. */
function metricOf(resource: 'cpu' | 'memory', text: string): JsonObject {
  const target = /^[0-9]+%$/.test(text)
    ? { type: 'Utilization', averageUtilization: Number(text.slice(0, -1)) }
    : { type: 'AverageValue', averageValue: checkedQuantity(resource, text) };
  return { type: 'Resource', resource: { name: resource, target } };
}

function checkedQuantity(resource: string, text: string): string {
  try {
    parseQuantity(text);
    return text;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `invalid value for --${resource}: ${JSON.stringify(text)} is neither a percentage nor a quantity`,
    );
  }
}

/** @throws CommandFailure for what the API server refuses, such as a bad name. */
function decodeLate(document: JsonObject) {
  try {
    return decodeObject(document);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new CommandFailure(`${error.place?.path ?? ''}: ${error.message}`);
  }
}

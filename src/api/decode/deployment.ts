/** `apps/v1` Deployment. */
import { parseIntOrPercent } from '../intOrPercent.ts';
import type { DeploymentManifest, DeploymentSpec, JsonObject } from '../types.ts';
import { type DecodeContext, failAt, parseAt, unsupported } from './context.ts';
import { readPodTemplate, requireRunsForever } from './podTemplate.ts';
import { integerAt, objectAt, readMeta, readSelector, stringAt } from './read.ts';
import { readShare, ZERO } from './rollingUpdate.ts';

/** Upstream's marks for "no limit" and "no deadline". */
const UNLIMITED = 2147483647;
const TEMPLATE_PATH = ['spec', 'template'];
const REPLACEMENT_POLICIES = ['TerminationStarted', 'TerminationComplete'] as const;

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readDeployment(context: DecodeContext, document: JsonObject): DeploymentManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const replicas = integerAt(context, ['spec', 'replicas'], spec.replicas, 1);
  const minReadySeconds = integerAt(context, ['spec', 'minReadySeconds'], spec.minReadySeconds, 0);
  const strategy = readStrategy(context, objectAt(spec, 'strategy'));
  const limits = readLimits(context, spec, minReadySeconds);
  const template = readPodTemplate(context, TEMPLATE_PATH, objectAt(spec, 'template'), 'Deployment');
  requireRunsForever(context, TEMPLATE_PATH, template.spec, 'ReplicaSet');
  const selector = readSelector(context, spec, 'deployment', template.labels);
  const paused = spec.paused === true;
  const podReplacementPolicy = readReplacementPolicy(context, spec);
  const read = { replicas, selector, template, ...strategy, minReadySeconds, ...limits, paused, podReplacementPolicy };
  return { kind: 'Deployment', meta, spec: read, manifest: document };
}

function readReplacementPolicy(context: DecodeContext, spec: JsonObject): DeploymentSpec['podReplacementPolicy'] {
  if (spec.podReplacementPolicy === undefined) return undefined;
  const policy = stringAt(spec, 'podReplacementPolicy');
  const known = REPLACEMENT_POLICIES.find((name) => name === policy);
  return known ?? unsupported(context, ['spec', 'podReplacementPolicy'], policy, REPLACEMENT_POLICIES);
}

function readLimits(
  context: DecodeContext,
  spec: JsonObject,
  minReadySeconds: number,
): Pick<DeploymentSpec, 'revisionHistoryLimit' | 'progressDeadlineSeconds'> {
  const historyPath = ['spec', 'revisionHistoryLimit'];
  const deadlinePath = ['spec', 'progressDeadlineSeconds'];
  const history = integerAt(context, historyPath, spec.revisionHistoryLimit, UNLIMITED);
  const deadline = integerAt(context, deadlinePath, spec.progressDeadlineSeconds, UNLIMITED);
  if (deadline <= minReadySeconds) failAt(context, deadlinePath, 'must be greater than minReadySeconds');
  return {
    revisionHistoryLimit: history >= UNLIMITED ? undefined : history,
    progressDeadlineSeconds: deadline >= UNLIMITED ? undefined : deadline,
  };
}

function readStrategy(
  context: DecodeContext,
  strategy: JsonObject,
): Pick<DeploymentSpec, 'strategyType' | 'maxSurge' | 'maxUnavailable'> {
  if (strategy.type === 'Recreate') {
    if (strategy.rollingUpdate !== undefined) {
      const message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
      failAt(context, ['spec', 'strategy', 'rollingUpdate'], message, undefined, 'key');
    }
    return { strategyType: 'Recreate', maxSurge: ZERO, maxUnavailable: ZERO };
  }
  if (strategy.type !== 'RollingUpdate') {
    return unsupported(context, ['spec', 'strategy', 'type'], String(strategy.type), ['Recreate', 'RollingUpdate']);
  }
  return { strategyType: 'RollingUpdate', ...readRollingUpdate(context, strategy) };
}

function readRollingUpdate(
  context: DecodeContext,
  strategy: JsonObject,
): Pick<DeploymentSpec, 'maxSurge' | 'maxUnavailable'> {
  const path = ['spec', 'strategy', 'rollingUpdate'];
  const block = objectAt(strategy, 'rollingUpdate');
  const unavailablePath = [...path, 'maxUnavailable'];
  const maxUnavailable = readShare(context, unavailablePath, block.maxUnavailable ?? '25%');
  const maxSurge = parseAt(context, [...path, 'maxSurge'], () => parseIntOrPercent(block.maxSurge ?? '25%'));
  if (maxUnavailable.value === 0 && maxSurge.value === 0) {
    failAt(context, unavailablePath, 'may not be 0 when `maxSurge` is 0');
  }
  return { maxSurge, maxUnavailable };
}

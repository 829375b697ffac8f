/** `apps/v1` DaemonSet. */
import type { DaemonSetManifest, DaemonSetSpec, JsonObject } from '../types.ts';
import { type DecodeContext, failAt, unsupported } from './context.ts';
import { readPodTemplate, requireRunsForever } from './podTemplate.ts';
import { integerAt, objectAt, readMeta, readSelector, stringAt } from './read.ts';
import { readShare, ZERO } from './rollingUpdate.ts';

const TEMPLATE_PATH = ['spec', 'template'];
const STRATEGY_PATH = ['spec', 'updateStrategy'];

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readDaemonSet(context: DecodeContext, document: JsonObject): DaemonSetManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const template = readPodTemplate(context, TEMPLATE_PATH, objectAt(spec, 'template'), 'DaemonSet');
  requireRunsForever(context, TEMPLATE_PATH, template.spec, 'DaemonSet');
  const strategy = readUpdateStrategy(context, objectAt(spec, 'updateStrategy'));
  const read: DaemonSetSpec = {
    selector: readSelector(context, spec, 'daemonset', template.labels),
    template,
    ...strategy,
    minReadySeconds: integerAt(context, ['spec', 'minReadySeconds'], spec.minReadySeconds, 0),
    revisionHistoryLimit: integerAt(context, ['spec', 'revisionHistoryLimit'], spec.revisionHistoryLimit, 10),
  };
  return { kind: 'DaemonSet', meta, spec: read, manifest: document };
}

function readUpdateStrategy(
  context: DecodeContext,
  strategy: JsonObject,
): Pick<DaemonSetSpec, 'updateStrategyType' | 'maxUnavailable' | 'maxSurge'> {
  const type = stringAt(strategy, 'type');
  if (type === 'OnDelete') return { updateStrategyType: type, maxUnavailable: ZERO, maxSurge: ZERO };
  if (type !== 'RollingUpdate') {
    return unsupported(context, [...STRATEGY_PATH, 'type'], type, ['RollingUpdate', 'OnDelete']);
  }
  const path = [...STRATEGY_PATH, 'rollingUpdate'];
  const block = objectAt(strategy, 'rollingUpdate');
  const maxUnavailable = readShare(context, [...path, 'maxUnavailable'], block.maxUnavailable ?? 1);
  const maxSurge = readShare(context, [...path, 'maxSurge'], block.maxSurge ?? 0);
  if (maxUnavailable.value !== 0 && maxSurge.value !== 0) {
    const message = `Invalid value: ${JSON.stringify(block.maxSurge)}: may not be set when maxUnavailable is non-zero`;
    // One that is not written is 1, which is what takes users by surprise.
    failAt(context, [...path, 'maxSurge'], message, 'write maxUnavailable: 0');
  }
  if (maxUnavailable.value === 0 && maxSurge.value === 0) {
    failAt(context, [...path, 'maxUnavailable'], 'Required value: cannot be 0 when maxSurge is 0');
  }
  return { updateStrategyType: type, maxUnavailable, maxSurge };
}

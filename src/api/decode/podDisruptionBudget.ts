/** `policy/v1` PodDisruptionBudget. */
import { type LabelSelector, makeSelector, parseLabelSelector } from '../selector.ts';
import type { IntOrPercent, JsonObject, PodDisruptionBudgetManifest, PodDisruptionBudgetSpec } from '../types.ts';
import { type DecodeContext, failAt, parseAt, unsupported } from './context.ts';
import { objectAt, readMeta, stringAt } from './read.ts';
import { readShare } from './rollingUpdate.ts';

const EVICTION_POLICIES = ['AlwaysAllow', 'IfHealthyBudget'] as const;

/** A budget without a selector is of no pod; one with an empty selector is of all pods of its namespace. */
const NO_POD = makeSelector({}, [
  { key: 'app', operator: 'Exists', values: [] },
  { key: 'app', operator: 'DoesNotExist', values: [] },
]);

/**
 * @param document defaulted, of checked shape.
 * @throws InputError at the first field that upstream's validation would refuse, and for a budget that says neither how
 *   many pods must stay nor how many may go, which upstream takes and which then allows no eviction at all.
 */
export function readPodDisruptionBudget(context: DecodeContext, document: JsonObject): PodDisruptionBudgetManifest {
  const meta = readMeta(context, document, true);
  const spec = objectAt(document, 'spec');
  const read = {
    ...readBudget(context, spec),
    selector: readBudgetSelector(context, spec),
    unhealthyPodEvictionPolicy: readEvictionPolicy(context, spec),
  };
  return { kind: 'PodDisruptionBudget', meta, spec: read, manifest: document };
}

function readBudget(
  context: DecodeContext,
  spec: JsonObject,
): Pick<PodDisruptionBudgetSpec, 'minAvailable' | 'maxUnavailable'> {
  const read = (field: 'minAvailable' | 'maxUnavailable'): IntOrPercent | undefined => {
    return spec[field] === undefined ? undefined : readShare(context, ['spec', field], spec[field]);
  };
  const minAvailable = read('minAvailable');
  const maxUnavailable = read('maxUnavailable');
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const message = `Invalid value: ${JSON.stringify(spec)}: minAvailable and maxUnavailable cannot be both set`;
    failAt(context, ['spec'], message);
  }
  if (minAvailable === undefined && maxUnavailable === undefined) {
    failAt(context, ['spec'], 'Required value: one of minAvailable and maxUnavailable must be set');
  }
  return { minAvailable, maxUnavailable };
}

function readBudgetSelector(context: DecodeContext, spec: JsonObject): LabelSelector {
  const { selector } = spec;
  if (selector === undefined) return NO_POD;
  return parseAt(context, ['spec', 'selector'], () => parseLabelSelector(selector));
}

function readEvictionPolicy(
  context: DecodeContext,
  spec: JsonObject,
): PodDisruptionBudgetSpec['unhealthyPodEvictionPolicy'] {
  if (spec.unhealthyPodEvictionPolicy === undefined) return 'IfHealthyBudget';
  const policy = stringAt(spec, 'unhealthyPodEvictionPolicy');
  const known = EVICTION_POLICIES.find((name) => name === policy);
  return known ?? unsupported(context, ['spec', 'unhealthyPodEvictionPolicy'], policy, EVICTION_POLICIES);
}

/** What of a pod's spec may change once it exists (upstream's `ValidatePodUpdate`), as far as the simulation plays it. */
import { canonicalJson, isJsonObject } from '../../api/canonical.ts';
import type { JsonObject, Manifest, PodSpec } from '../../api/types.ts';
import type { ImmutableProblem } from './immutable.ts';

export type PodManifest = Extract<Manifest, { kind: 'Pod' }>;

/** The fields that can change. */
const UPDATABLE: ReadonlySet<string> = new Set(['activeDeadlineSeconds', 'schedulingGates', 'tolerations']);

/**
 * Why the API server, or the simulation, refuses to make `next` of `before`; undefined: it does not.
 *
 * @param isBound the pod has its node: tolerations that it gets then are not played
 */
export function podSpecProblem(before: PodManifest, next: PodManifest, isBound: boolean): ImmutableProblem | undefined {
  if (fixedOf(before.manifest) !== fixedOf(next.manifest)) {
    return { path: 'spec', message: 'Forbidden: the simulation does not play changes of a running pod' };
  }
  const [from, to] = [before.template.spec, next.template.spec];
  return deadlineProblem(from, to) ?? tolerationsProblem(from, to, isBound) ?? gatesProblem(from, to);
}

function fixedOf({ spec }: JsonObject): string {
  if (!isJsonObject(spec)) return canonicalJson(null);
  return canonicalJson(Object.fromEntries(Object.entries(spec).filter(([field]) => !UPDATABLE.has(field))));
}

function deadlineProblem(before: PodSpec, next: PodSpec): ImmutableProblem | undefined {
  const previous = before.activeDeadlineSeconds;
  const wanted = next.activeDeadlineSeconds;
  if (previous === undefined || wanted === previous) return undefined;
  const path = 'spec.activeDeadlineSeconds';
  if (wanted === undefined) {
    return { path, message: 'Invalid value: must not update from a positive integer to nil value' };
  }
  if (wanted < previous) return undefined;
  return { path, message: `Invalid value: ${wanted}: must be less than or equal to previous value` };
}

/** Tolerations can be added; of those that are there only `tolerationSeconds` can change. */
function tolerationsProblem(before: PodSpec, next: PodSpec, isBound: boolean): ImmutableProblem | undefined {
  const path = 'spec.tolerations';
  const known = new Set(next.tolerations.map(identityOf));
  if (!before.tolerations.every((toleration) => known.has(identityOf(toleration)))) {
    return { path, message: 'Forbidden: existing toleration can not be modified except its tolerationSeconds' };
  }
  const isSame = JSON.stringify(before.tolerations) === JSON.stringify(next.tolerations);
  if (isSame || !isBound) return undefined;
  return { path, message: 'Forbidden: the simulation does not play tolerations of a pod that has a node' };
}

function identityOf({ key, operator, value, effect }: PodSpec['tolerations'][number]): string {
  return JSON.stringify([key, operator, value, effect]);
}

function gatesProblem(before: PodSpec, next: PodSpec): ImmutableProblem | undefined {
  const index = next.schedulingGates.findIndex((gate) => !before.schedulingGates.includes(gate));
  if (index === -1) return undefined;
  const gate = next.schedulingGates[index]!;
  return {
    path: `spec.schedulingGates[${index}]`,
    message: `Forbidden: only deletion is allowed, but found new scheduling gate '${gate}'`,
  };
}

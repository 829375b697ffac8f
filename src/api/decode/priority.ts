/** `priority`, `priorityClassName` and `preemptionPolicy` of a pod. */
import { dnsSubdomainProblem } from '../names.ts';
import type { FieldPath } from '../path.ts';
import type { JsonObject, PodSpec, PreemptionPolicy } from '../types.ts';
import { type DecodeContext, unsupported } from './context.ts';
import { refuse, stringAt } from './read.ts';

const PREEMPTION_POLICIES: readonly PreemptionPolicy[] = ['PreemptLowerPriority', 'Never'];

/** @throws InputError for a name that no class can have, or an unknown policy. */
export function readPriority(
  context: DecodeContext,
  path: FieldPath,
  spec: JsonObject,
): Pick<PodSpec, 'priority' | 'priorityClassName' | 'preemptionPolicy'> {
  const priorityClassName = stringAt(spec, 'priorityClassName');
  if (priorityClassName !== '') {
    refuse(context, [...path, 'priorityClassName'], priorityClassName, dnsSubdomainProblem(priorityClassName));
  }
  return {
    priorityClassName,
    priority: typeof spec.priority === 'number' ? spec.priority : undefined,
    preemptionPolicy: readPreemptionPolicy(context, path, spec),
  };
}

/**
 * `preemptionPolicy` of a pod or a PriorityClass.
 *
 * @param path of `owner`.
 * @throws InputError for an unknown policy.
 */
export function readPreemptionPolicy(
  context: DecodeContext,
  path: FieldPath,
  owner: JsonObject,
): PreemptionPolicy | undefined {
  if (owner.preemptionPolicy === undefined) return undefined;
  const policy = PREEMPTION_POLICIES.find((known) => known === owner.preemptionPolicy);
  if (policy !== undefined) return policy;
  return unsupported(context, [...path, 'preemptionPolicy'], stringAt(owner, 'preemptionPolicy'), PREEMPTION_POLICIES);
}

import type { JobSpec, PodFailurePolicyRule } from '../../api/types.ts';
import { type Cluster, type ContainerStatus, POD_DISRUPTED, POD_READY } from '../../cluster/index.ts';

type OnExitCodes = NonNullable<PodFailurePolicyRule['onExitCodes']>;
type OnPodConditions = NonNullable<PodFailurePolicyRule['onPodConditions']>;

/** What a Job's `podFailurePolicy` makes of a failed pod. */
export interface PodFailure {
  /** Of the rule that matched first; undefined: none did. */
  readonly action: PodFailurePolicyRule['action'] | undefined;
  /** Why the Job fails with it; undefined unless the action is FailJob. */
  readonly failJobMessage: string | undefined;
}

/** Without a policy, and where no rule matches, a failure counts. */
export const COUNTED_FAILURE: PodFailure = { action: undefined, failJobMessage: undefined };

/** Whether the failure counts towards `backoffLimit` and `backoffLimitPerIndex`. */
export function isCounted(failure: PodFailure): boolean {
  return failure.action !== 'Ignore';
}

/** The first rule that matches a failed pod decides (upstream's `matchPodFailurePolicy`). */
export function matchPodFailurePolicy(
  cluster: Cluster,
  rules: JobSpec['podFailurePolicy'],
  pod: number,
  state: number,
): PodFailure {
  for (const [index, { action, onExitCodes, onPodConditions }] of (rules ?? []).entries()) {
    const matched =
      onExitCodes === undefined
        ? matchOnPodConditions(onPodConditions ?? [], state)
        : matchOnExitCodes(cluster, pod, onExitCodes);
    if (matched === undefined) continue;
    if (action !== 'FailJob') return { action, failJobMessage: undefined };
    const name = `${cluster.podNamespace(pod)}/${cluster.podName(pod)}`;
    const what = typeof matched === 'string' ? `Pod ${name} has condition ${matched}` : exitOf(name, matched);
    return { action, failJobMessage: `${what} matching FailJob rule at index ${index}` };
  }
  return COUNTED_FAILURE;
}

function exitOf(podName: string, { name, exitCode }: ContainerStatus): string {
  return `Container ${name} for pod ${podName} failed with exit code ${exitCode}`;
}

/** A container that ended with such a code. Containers are looked at before init containers. */
function matchOnExitCodes(cluster: Cluster, pod: number, onExitCodes: OnExitCodes): ContainerStatus | undefined {
  const status = cluster.podStatus(pod);
  if (status === undefined) return undefined;
  return [...status.containers, ...status.initContainers].find((container) => {
    if (container.state !== 'terminated' || container.exitCode === 0) return false;
    if (onExitCodes.containerName !== undefined && onExitCodes.containerName !== container.name) return false;
    return onExitCodes.values.includes(container.exitCode) === (onExitCodes.operator === 'In');
  });
}

/** The type of a condition that the pod has. */
function matchOnPodConditions(patterns: OnPodConditions, state: number): string | undefined {
  return patterns.find(({ type, status }) => conditionStatus(type, state) === status)?.type;
}

/** Of the conditions that a failed pod can have, those that the simulation knows. */
function conditionStatus(type: string, state: number): string | undefined {
  if (type === 'DisruptionTarget') return (state & POD_DISRUPTED) !== 0 ? 'True' : undefined;
  if (type === 'Ready' || type === 'ContainersReady') return (state & POD_READY) !== 0 ? 'True' : 'False';
  return undefined;
}

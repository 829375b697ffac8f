import { resolveRoundUp } from '../../api/intOrPercent.ts';
import type { PodSpec, PodTemplateSpec, TaintEffect, Toleration } from '../../api/types.ts';
import {
  CONTROLLER_REVISION_HASH_LABEL,
  type DaemonSet,
  TAINT_NODE_DISK_PRESSURE,
  TAINT_NODE_MEMORY_PRESSURE,
  TAINT_NODE_NETWORK_UNAVAILABLE,
  TAINT_NODE_NOT_READY,
  TAINT_NODE_PID_PRESSURE,
  TAINT_NODE_UNREACHABLE,
  TAINT_NODE_UNSCHEDULABLE,
} from '../../cluster/index.ts';

const TEMPLATE_GENERATION_LABEL = 'pod-template-generation';

const DAEMON_POD_TOLERATIONS: readonly Toleration[] = [
  toleration(TAINT_NODE_NOT_READY, 'NoExecute'),
  toleration(TAINT_NODE_UNREACHABLE, 'NoExecute'),
  toleration(TAINT_NODE_DISK_PRESSURE, 'NoSchedule'),
  toleration(TAINT_NODE_MEMORY_PRESSURE, 'NoSchedule'),
  toleration(TAINT_NODE_PID_PRESSURE, 'NoSchedule'),
  toleration(TAINT_NODE_UNSCHEDULABLE, 'NoSchedule'),
];
const HOST_NETWORK_TOLERATION = toleration(TAINT_NODE_NETWORK_UNAVAILABLE, 'NoSchedule');

function toleration(key: string, effect: TaintEffect): Toleration {
  return { key, operator: 'Exists', value: '', effect, tolerationSeconds: undefined };
}

/**
 * Upstream's `AddOrUpdateDaemonPodTolerations`. Where the template tolerates one of these taints for some seconds, the
 * pod does so for ever.
 */
export function addOrUpdateDaemonPodTolerations(spec: PodSpec): PodSpec {
  const added = spec.hostNetwork ? [...DAEMON_POD_TOLERATIONS, HOST_NETWORK_TOLERATION] : DAEMON_POD_TOLERATIONS;
  const isReplaced = (own: Toleration) => added.some((other) => matchesToleration(own, other));
  return { ...spec, tolerations: [...spec.tolerations.filter((own) => !isReplaced(own)), ...added] };
}

/** Upstream's `MatchToleration`. */
function matchesToleration(a: Toleration, b: Toleration): boolean {
  return a.key === b.key && a.effect === b.effect && a.operator === b.operator && a.value === b.value;
}

/**
 * What the set's pods are made from: the labels that tell their revision, the tolerations, and no required node affinity,
 * since that of upstream's pods names their node alone, as the column `pinnedNode` does here.
 */
export function createPodTemplate(set: DaemonSet, hash: string): PodTemplateSpec {
  const { template } = set.spec;
  const spec = addOrUpdateDaemonPodTolerations(template.spec);
  return {
    ...template,
    // The same template makes other pods for another kind of controller.
    canonical: `DaemonSet\n${template.canonical}`,
    labels: {
      ...template.labels,
      [TEMPLATE_GENERATION_LABEL]: String(set.templateGeneration),
      [CONTROLLER_REVISION_HASH_LABEL]: hash,
    },
    spec: { ...spec, nodeAffinity: { ...spec.nodeAffinity, required: undefined } },
  };
}

/** Pods that may be unavailable of so many on account of an update. A percentage rounds up. */
export function unavailableCount({ spec }: DaemonSet, numberToSchedule: number): number {
  return spec.updateStrategyType === 'RollingUpdate' ? resolveRoundUp(spec.maxUnavailable, numberToSchedule) : 0;
}

/** Pods beyond so many that an update may make. A percentage rounds up. */
export function surgeCount({ spec }: DaemonSet, numberToSchedule: number): number {
  return spec.updateStrategyType === 'RollingUpdate' ? resolveRoundUp(spec.maxSurge, numberToSchedule) : 0;
}

/** Whether a node may have two pods of the set at a time. */
export function allowsSurge(set: DaemonSet): boolean {
  return surgeCount(set, 1) > 0;
}

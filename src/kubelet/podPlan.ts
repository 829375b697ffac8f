import type { Container, PodSpec } from '../api/types.ts';
import { AT_ONCE, type Distribution, NOT_AT_ALL } from '../kernel/distribution.ts';
import {
  type BehaviorRule,
  type ContainerBehavior,
  type ContainerDelays,
  DELAY_WORDS,
  type DelayWord,
  type ExitCodes,
  SUCCESS,
} from './behavior.ts';
import { isProbed } from './probes.ts';

export type ContainerKind = 'init' | 'sidecar' | 'main';

/** How one container of a template behaves under a rule. */
export interface ContainerPlan {
  readonly container: Container;
  readonly kind: ContainerKind;
  readonly delays: ContainerDelays;
  /** Delays that are of this container alone; the others are those of the pod's containers together, and drawn once. */
  readonly ownDelays: ReadonlySet<DelayWord>;
  /** The pod's `start` has been counted with a container before this one. */
  readonly isStartCounted: boolean;
  readonly exitCode: ExitCodes;
  readonly writes: string | undefined;
  readonly reads: string | undefined;
}

/** How the pods of one template behave under one rule. */
export interface PodPlan {
  /**
   * Nothing happens to the pods but starting, getting ready and unready, and being stopped, and that to all their
   * containers at once: no need to follow each of them.
   */
  readonly isSimple: boolean;
  readonly spec: PodSpec;
  /** Sidecars among them. */
  readonly initContainers: readonly ContainerPlan[];
  readonly containers: readonly ContainerPlan[];
}

/** Init containers do their work at once, and sidecars serve at once and run for ever. */
const INIT_DELAYS: Omit<ContainerDelays, 'pull'> = {
  start: AT_ONCE,
  ready: AT_ONCE,
  terminate: AT_ONCE,
  unready: NOT_AT_ALL,
  live: AT_ONCE,
  run: AT_ONCE,
  hang: NOT_AT_ALL,
};
const SIDECAR_DELAYS: Omit<ContainerDelays, 'pull'> = { ...INIT_DELAYS, run: NOT_AT_ALL };

export function planPod(rule: BehaviorRule, spec: PodSpec): PodPlan {
  return {
    isSimple: isSimple(rule, spec),
    spec,
    initContainers: spec.initContainers.map((container) => planInitContainer(rule, container)),
    containers: planContainers(rule, spec),
  };
}

function isSimple(rule: BehaviorRule, spec: PodSpec): boolean {
  if (rule.run.kind !== 'never' || rule.hang.kind !== 'never') return false;
  if (spec.initContainers.length > 0 || spec.activeDeadlineSeconds !== undefined) return false;
  return spec.containers.every(
    ({ name, startupProbe, livenessProbe, preStopSleepSeconds }) =>
      startupProbe === undefined &&
      (livenessProbe === undefined || isAtOnce(rule.live)) &&
      preStopSleepSeconds === 0 &&
      !rule.containers.has(name),
  );
}

/** No time at all, in every draw. */
export function isAtOnce(delay: Distribution): boolean {
  return delay.kind === 'constant' && delay.micros === 0;
}

function planInitContainer(rule: BehaviorRule, container: Container): ContainerPlan {
  const kind = container.isSidecar ? 'sidecar' : 'init';
  const defaults = { ...(container.isSidecar ? SIDECAR_DELAYS : INIT_DELAYS), pull: rule.pull };
  const own = rule.containers.get(container.name) ?? {};
  // What is not the container's own is a constant or the pull, which all images of the pod have in common.
  return { ...planContainer(container, kind, own, defaults), exitCode: own.exitCode ?? SUCCESS };
}

function planContainers(rule: BehaviorRule, spec: PodSpec): ContainerPlan[] {
  const isAnyProbed = spec.containers.some(isProbed);
  let isStartCounted = false;
  return spec.containers.map((container) => {
    const own = rule.containers.get(container.name) ?? {};
    // Probes tell when the pod is ready; without a rule nothing is known but that its containers run.
    const isReadyAtOnce = !isProbed(container) && (isAnyProbed || rule.isAssumed === true);
    const defaults = isReadyAtOnce ? { ...rule, ready: AT_ONCE } : rule;
    const plan = planContainer(container, 'main', own, defaults);
    const counted = { ...plan, exitCode: own.exitCode ?? rule.exitCode, isStartCounted };
    if (own.start === undefined) isStartCounted = true;
    return own.start === undefined ? counted : { ...counted, isStartCounted: false };
  });
}

function planContainer(
  container: Container,
  kind: ContainerKind,
  own: ContainerBehavior,
  defaults: ContainerDelays,
): Omit<ContainerPlan, 'exitCode'> {
  const delays = Object.fromEntries(DELAY_WORDS.map((word) => [word, own[word] ?? defaults[word]]));
  return {
    container,
    kind,
    delays: delays as unknown as ContainerDelays,
    ownDelays: new Set(DELAY_WORDS.filter((word) => own[word] !== undefined)),
    isStartCounted: false,
    writes: mounted(container, own.writes),
    reads: mounted(container, own.reads),
  };
}

/** A volume that the container does not see is none of its concern. */
function mounted({ volumeMounts }: Container, volume: string | undefined): string | undefined {
  return volume !== undefined && volumeMounts.includes(volume) ? volume : undefined;
}

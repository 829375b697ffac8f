/**
 * A pod's life on its node: images, start, probes, restarts, termination, with the delays that `behavior` gives. Knows
 * nothing of why a pod is there.
 */
export {
  type BehaviorMatch,
  type BehaviorRule,
  type ContainerBehavior,
  DEFAULT_BEHAVIOR,
  type ExitCodes,
} from './behavior.ts';
export { BehaviorTable } from './behaviorTable.ts';
export { type KubeletOptions, Kubelets } from './kubelet.ts';
export { PodUsage } from './podUsage.ts';
export { crashLoopBackOff } from './restartBackOff.ts';

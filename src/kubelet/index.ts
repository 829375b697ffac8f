/**
 * A pod's life on its node: images, start, probes, termination, with the delays that `behavior` gives. Knows nothing of
 * why a pod is there.
 */
export { type BehaviorMatch, type BehaviorRule, DEFAULT_BEHAVIOR } from './behavior.ts';
export { BehaviorTable } from './behaviorTable.ts';
export { type KubeletOptions, Kubelets } from './kubelet.ts';

/**
 * What a rollout waited for, second by second: the chain of causes from its completion back to its start. The kernel
 * remembers what each event follows from; here that is walked, and every stretch of it given to a phase.
 */
export { CriticalPath, type Stretch, secondsByPhase } from './criticalPath.ts';
export { RolloutExplainer } from './rolloutExplainer.ts';

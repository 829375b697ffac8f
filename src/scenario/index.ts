/**
 * Scenarios: from files, manifests and flags to the validated, defaulted, version-free form that a run plays.
 *
 * Reading files (`input.ts`) and building (`build.ts`) are apart, so that workers of a sweep get the text and build
 * their own variant. Nothing here runs a simulation; `kubectl/` holds what the steps do to one.
 */
export { type BuildOptions, buildScenario } from './build.ts';
export { defaultControlPlane } from './controlPlane.ts';
export { type InputFile, type LoadedInput, readInput } from './input.ts';
export { nodeNames } from './pools.ts';
export { scenarioJsonSchema } from './schema.ts';
export { type Axis, parseSet, parseVary, type Setting } from './settings.ts';
export { parseThresholdExpression, type ThresholdExpression, type ThresholdOperator } from './thresholds.ts';
export type { KubectlStep, NodePool, Scenario, Step, Threshold } from './types.ts';
export { defaultVersion, parseVersion, versionProfiles } from './versions.ts';

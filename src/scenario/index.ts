/**
 * Scenarios: from files, manifests and flags to the validated, defaulted, version-free form that a run plays.
 *
 * Reading files (`input.ts`) and building (`build.ts`) are apart, so that workers of a sweep get the text and build
 * their own variant. Nothing here runs a simulation; `kubectl/` holds what the steps do to one.
 */
export { type BuildOptions, buildScenario } from './build.ts';
export { type ImportedState, importDump } from './importing/index.ts';
export { documentsOf, type LoadedInput, readInput } from './input.ts';
export { schedulerConfigurationJsonSchema } from './schedulerConfiguration/jsonSchema.ts';
export { scenarioJsonSchema } from './schema.ts';
export { parseSet, parseVary } from './settingFlags.ts';
export type { Axis, Setting } from './settings.ts';
export { readSweepDocument, sweepJsonSchema } from './sweepDocument.ts';

/**
 * Kubernetes objects and what is needed to read them: types, quantities, durations, selectors, int-or-percent,
 * defaults, validation, patches, YAML in.
 *
 * What is here is pure: values in, values out, the same answer each time. It holds no state of a simulation (that is
 * `cluster/`), knows no time, and does no input or output: callers hand in text. Nothing here may import another
 * folder.
 */
export { canonicalJson, cloneJson, deepEqualJson, getOwn, isJsonObject, setOwn } from './canonical.ts';
export { type CronSchedule, parseCronSchedule } from './cronSchedule.ts';
export type { DecodeContext } from './decode/context.ts';
export { decodeManifest, decodeObject } from './decode/decode.ts';
export { objectOf, type PlacePart, readDocuments, type SourceDocument } from './document.ts';
export { formatDuration, parseDurationMicros } from './duration.ts';
export { InputError, type SourcePlace } from './errors.ts';
export { formatIndexes, parseIndexes } from './indexes.ts';
export { formatIntOrPercent, parseIntOrPercent, resolveRoundDown, resolveRoundUp } from './intOrPercent.ts';
export { isSimulatedKind, knownKinds, simulatedApiVersions } from './kinds.ts';
export { type CompiledSelector, LabelIndex } from './labelIndex.ts';
export { didYouMean, nearest } from './nearest.ts';
export { jsonMergePatch, jsonPatch, strategicMergePatch, threeWayMerge } from './patch.ts';
export { type FieldPath, formatPath } from './path.ts';
export {
  DEFAULT_CPU_MILLI,
  DEFAULT_MEMORY_BYTES,
  nonZeroRequests,
  nonZeroRequestsOnNode,
  noResources,
  podRequests,
} from './podRequests.ts';
export {
  canonicalQuantity,
  formatBytes,
  formatCpu,
  parseBytes,
  parseCpuMilli,
  parseQuantity,
  parseWhole,
} from './quantity.ts';
export {
  type LabelSelector,
  type LabelSelectorRequirement,
  labelsMatch,
  makeSelector,
  parseLabelSelector,
  parseSelectorFlag,
  type SelectorOperator,
} from './selector.ts';
export { SelectorSet } from './selectorSet.ts';
export type * from './types.ts';

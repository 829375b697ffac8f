/**
 * What a scenario begins with where it does not begin empty: objects of a real cluster, with their status, read from the
 * documents that its API server gives. `read.ts` is for building the scenario, `load.ts` for each run. Making such a
 * scenario out of a dump is the part of `importing/`.
 */
export { addExistingState } from './load.ts';
export { asWritten, ExistingObjects, isExisting, isPodOfCluster, readStateTime } from './read.ts';
export type { ExistingState } from './types.ts';

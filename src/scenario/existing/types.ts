import type { JsonObject, Manifest, PodTemplateSpec } from '../../api/types.ts';

/** An object that was there before the run: what it is, and the document that tells its past and its status. */
export interface ExistingObject {
  readonly manifest: Manifest;
  readonly document: JsonObject;
}

/** A ControllerRevision that was there before the run. */
export interface ExistingRevision {
  readonly document: JsonObject;
  readonly template: PodTemplateSpec;
}

/** What a cluster is when the run begins. */
export interface ExistingState {
  /** The moment that the documents tell of, in microseconds since 1970: the beginning of the run. */
  readonly atEpochMicros: number;
  /** In the order of the input, Nodes not among them. */
  readonly objects: readonly ExistingObject[];
  readonly revisions: readonly ExistingRevision[];
}

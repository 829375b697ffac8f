/** What may change of a Job once it exists, as upstream's `ValidateJobUpdate` has it. */
import { canonicalJson, cloneJson, isJsonObject } from '../../api/canonical.ts';
import { canonicalTemplate } from '../../api/decode/canonicalTemplate.ts';
import { objectAt, objectsAt } from '../../api/decode/read.ts';
import type { FeatureGates } from '../../api/featureGates.ts';
import type { JobManifest, JsonObject } from '../../api/types.ts';
import { findCondition, type Job } from '../../cluster/objects.ts';
import type { ImmutableProblem } from './immutable.ts';

const IMMUTABLE = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

/** Where a Job's pods may go, and what they are labelled with: this can change before they exist. */
const SCHEDULING_DIRECTIVES = ['nodeSelector', 'tolerations', 'schedulingGates'] as const;

/** The Job that a write asks for. The selector that the server made is no part of what users write. */
export function updatedJob(live: Job, next: JobManifest): JobManifest {
  return next.spec.selector === undefined ? { ...next, spec: { ...next.spec, selector: live.spec.selector } } : next;
}

export function jobProblem(live: Job, next: JobManifest, gates: FeatureGates): ImmutableProblem | undefined {
  return (
    completionsProblem(live, next) ??
    (live.spec.selector?.canonical === next.spec.selector?.canonical ? undefined : immutable(next, 'selector')) ??
    templateProblem(live, next, gates) ??
    IMMUTABLE.map((field) => fieldProblem(live, next, field)).find((problem) => problem !== undefined)
  );
}

/** Only an Indexed Job can get another number of completions, and only the same one as its parallelism. */
function completionsProblem(live: Job, next: JobManifest): ImmutableProblem | undefined {
  const { completions, completionMode, parallelism } = next.spec;
  if (completions === live.spec.completions) return undefined;
  if (completionMode !== 'Indexed') return immutable(next, 'completions');
  if (completions === parallelism) return undefined;
  const message = `Invalid value: ${completions}: can only be modified in tandem with spec.parallelism`;
  return { path: 'spec.completions', message };
}

function fieldProblem(live: Job, next: JobManifest, field: (typeof IMMUTABLE)[number]): ImmutableProblem | undefined {
  const before = objectAt(live.manifest, 'spec')[field] ?? null;
  return canonicalJson(before) === canonicalJson(objectAt(next.manifest, 'spec')[field] ?? null)
    ? undefined
    : immutable(next, field);
}

function templateProblem(live: Job, next: JobManifest, gates: FeatureGates): ImmutableProblem | undefined {
  const canMove = canChangeSchedulingDirectives(live, gates.MutableSchedulingDirectivesForSuspendedJobs);
  const canResize = gates.MutablePodResourcesForSuspendedJobs && isAtRest(live);
  const fixed = (template: JsonObject) => canonicalTemplate(withoutMutable(template, canMove, canResize));
  const isSame = fixed(live.spec.template.manifest) === fixed(next.spec.template.manifest);
  return isSame ? undefined : immutable(next, 'template');
}

/** A suspended Job that never started; with the gate also one whose suspension is over and done with. */
function canChangeSchedulingDirectives(job: Job, hasGate: boolean): boolean {
  return hasGate ? isAtRest(job) : job.spec.suspend && job.status.startMicros === undefined;
}

/** A suspended Job without pods. */
function isAtRest({ spec, status }: Job): boolean {
  if (!spec.suspend) return false;
  const isSuspended = findCondition(status.conditions, 'Suspended')?.status === 'True';
  return status.active === 0 && (status.startMicros === undefined || isSuspended);
}

function withoutMutable(template: JsonObject, canMove: boolean, canResize: boolean): JsonObject {
  const rest = cloneJson(template);
  const spec = isJsonObject(rest.spec) ? rest.spec : {};
  if (canMove) dropSchedulingDirectives(rest, spec);
  if (canResize) {
    for (const container of [...objectsAt(spec, 'containers'), ...objectsAt(spec, 'initContainers')])
      delete container.resources;
  }
  return rest;
}

function dropSchedulingDirectives(template: JsonObject, spec: JsonObject): void {
  delete template.metadata;
  for (const field of SCHEDULING_DIRECTIVES) delete spec[field];
  if (isJsonObject(spec.affinity)) {
    delete spec.affinity.nodeAffinity;
    if (Object.keys(spec.affinity).length === 0) delete spec.affinity;
  }
}

function immutable(next: JobManifest, field: string): ImmutableProblem {
  const value = objectAt(next.manifest, 'spec')[field] ?? null;
  return { path: `spec.${field}`, message: `Invalid value: ${JSON.stringify(value)}: field is immutable` };
}

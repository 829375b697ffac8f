import type { JsonObject, ObjectMeta, StringMap } from '../api/types.ts';
import type { ApiError } from './apiError.ts';
import type { PodControllerKind, StoredByKind } from './objects.ts';
import type { CompiledTemplate } from './templateTable.ts';

/** A pod that has a name of its own: a bare one, or one that left its owner. */
export interface NamedPod {
  readonly meta: ObjectMeta;
  readonly manifest: JsonObject | undefined;
  /** What its user wrote, where admission has made something else of it. */
  readonly applied?: JsonObject;
}

/** What tells a controller's pod from its siblings. */
export interface PodIdentity {
  /** Only a StatefulSet names its pods; other names are generated. */
  readonly name?: string;
  /** Instead of the template's. */
  readonly labels?: StringMap;
  /** Ordinal in a StatefulSet, or completion index in an Indexed Job. */
  readonly index?: number;
  /** Row of the node that a DaemonSet made the pod for. */
  readonly pinnedNode?: number;
  /** `JOB_TRACKING_FINALIZER` */
  readonly finalizers?: number;
  /** Names of the PersistentVolumeClaims that it mounts, instead of the template's. */
  readonly claims?: readonly string[] | undefined;
}

/** A pod that somebody asks the API server to create. */
export interface NewPod {
  readonly namespace: string;
  /** A function, as making names costs more than most admissions do. */
  readonly name: () => string;
  readonly template: CompiledTemplate;
}

/** Says why a pod may not be created; undefined: it may. */
export type PodAdmission = (pod: NewPod) => ApiError | undefined;

/** Something that users name when they mean pods. */
export interface Workload {
  readonly kind: PodControllerKind | 'Deployment' | 'CronJob';
  readonly namespace: string;
  readonly name: string;
}

/** An object that controls pods. */
export type PodController = StoredByKind[PodControllerKind];

/** A pod that a user wrote, with what admission made of its spec. */
export function withSpecOf({ manifest }: CompiledTemplate, named: NamedPod): NamedPod {
  const applied = named.manifest;
  return applied ? { ...named, manifest: { ...applied, spec: manifest.spec! }, applied } : named;
}

/** A Job's pods count as soon as they are ready. */
export function minReadySecondsOf(controller: PodController): number {
  return controller.kind === 'Job' ? 0 : controller.spec.minReadySeconds;
}

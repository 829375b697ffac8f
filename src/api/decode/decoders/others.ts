/** Every kind beside those of `apps.ts`. */
import { convertAutoscalerV1, defaultHorizontalPodAutoscaler } from '../../autoscalingDefaults.ts';
import { defaultNode, defaultPod } from '../../defaults.ts';
import { defaultCronJob, defaultJob } from '../../defaultsBatch.ts';
import { defaultLimitRange, defaultPriorityClass, defaultService, noDefaults } from '../../otherDefaults.ts';
import { defaultPersistentVolume, defaultPersistentVolumeClaim, defaultStorageClass } from '../../storageDefaults.ts';
import type { SimulatedKind } from '../../types.ts';
import { horizontalPodAutoscalerShape } from '../autoscalingShapes.ts';
import { cronJobShape, jobShape } from '../batchShapes.ts';
import { readCronJob } from '../cronJob.ts';
import { readHorizontalPodAutoscaler } from '../horizontalPodAutoscaler.ts';
import { readJob } from '../job.ts';
import { readLimitRange } from '../limitRange.ts';
import { readNode } from '../node.ts';
import {
  limitRangeShape,
  podDisruptionBudgetShape,
  priorityClassShape,
  resourceQuotaShape,
  serviceShape,
} from '../otherShapes.ts';
import { readPersistentVolume } from '../persistentVolume.ts';
import { readPersistentVolumeClaim } from '../persistentVolumeClaim.ts';
import { readPod } from '../pod.ts';
import { readPodDisruptionBudget } from '../podDisruptionBudget.ts';
import { readPriorityClass } from '../priorityClass.ts';
import { readResourceQuota } from '../resourceQuota.ts';
import { readService } from '../service.ts';
import { nodeShape, podShape } from '../shapes.ts';
import { readStorageClass } from '../storageClass.ts';
import { persistentVolumeClaimShape, persistentVolumeShape, storageClassShape } from '../storageShapes.ts';
import type { AppsKind } from './apps.ts';
import type { Decoder } from './decoder.ts';

export const otherDecoders: Readonly<Record<Exclude<SimulatedKind, AppsKind>, Decoder>> = {
  Pod: { shape: podShape, applyDefaults: defaultPod, read: readPod },
  Job: { shape: jobShape, applyDefaults: defaultJob, read: readJob },
  CronJob: { shape: cronJobShape, applyDefaults: defaultCronJob, read: readCronJob },
  Node: { shape: nodeShape, applyDefaults: defaultNode, read: readNode },
  Service: { shape: serviceShape, applyDefaults: defaultService, read: readService },
  PersistentVolumeClaim: {
    shape: persistentVolumeClaimShape,
    applyDefaults: defaultPersistentVolumeClaim,
    read: readPersistentVolumeClaim,
  },
  PersistentVolume: {
    shape: persistentVolumeShape,
    applyDefaults: defaultPersistentVolume,
    read: readPersistentVolume,
  },
  StorageClass: { shape: storageClassShape, applyDefaults: defaultStorageClass, read: readStorageClass },
  PodDisruptionBudget: { shape: podDisruptionBudgetShape, applyDefaults: noDefaults, read: readPodDisruptionBudget },
  ResourceQuota: { shape: resourceQuotaShape, applyDefaults: noDefaults, read: readResourceQuota },
  LimitRange: { shape: limitRangeShape, applyDefaults: defaultLimitRange, read: readLimitRange },
  HorizontalPodAutoscaler: {
    conversions: { 'autoscaling/v1': convertAutoscalerV1 },
    shape: horizontalPodAutoscalerShape,
    applyDefaults: defaultHorizontalPodAutoscaler,
    read: readHorizontalPodAutoscaler,
  },
  PriorityClass: { shape: priorityClassShape, applyDefaults: defaultPriorityClass, read: readPriorityClass },
};

/** The fields of the kinds that are read (Kubernetes 1.37), as tables. */
import { objectMeta, podSpec, podTemplate, selector, typeMeta } from './podShapes.ts';
import { anyOf, fields, list, type Shape } from './schema.ts';
import { claimSpec } from './storageShapes.ts';

export const deploymentShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      replicas: 'integer',
      selector,
      template: podTemplate,
      strategy: fields({
        type: 'string',
        rollingUpdate: fields({ maxSurge: 'intOrPercent', maxUnavailable: 'intOrPercent' }),
      }),
      minReadySeconds: 'integer',
      revisionHistoryLimit: 'integer',
      progressDeadlineSeconds: 'integer',
      paused: 'boolean',
      podReplacementPolicy: 'string',
    }),
  },
  { status: 'any' },
);

export const replicaSetShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({ replicas: 'integer', minReadySeconds: 'integer', selector, template: podTemplate }),
  },
  { status: 'any' },
);

export const replicationControllerShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({ replicas: 'integer', minReadySeconds: 'integer', selector: 'stringMap', template: podTemplate }),
  },
  { status: 'any' },
);

const volumeClaimTemplate = fields({ ...typeMeta, metadata: objectMeta, spec: claimSpec }, { status: 'any' });

export const statefulSetShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      replicas: 'integer',
      selector,
      template: podTemplate,
      serviceName: 'string',
      podManagementPolicy: 'string',
      updateStrategy: fields({
        type: 'string',
        rollingUpdate: fields({ partition: 'integer', maxUnavailable: 'intOrPercent' }),
      }),
      minReadySeconds: 'integer',
      revisionHistoryLimit: 'integer',
      ordinals: fields({ start: 'integer' }),
      volumeClaimTemplates: list(volumeClaimTemplate),
      persistentVolumeClaimRetentionPolicy: fields({ whenDeleted: 'string', whenScaled: 'string' }),
    }),
  },
  { status: 'any' },
);

export const daemonSetShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields({
      selector,
      template: podTemplate,
      updateStrategy: fields({
        type: 'string',
        rollingUpdate: fields({ maxUnavailable: 'intOrPercent', maxSurge: 'intOrPercent' }),
      }),
      minReadySeconds: 'integer',
      revisionHistoryLimit: 'integer',
    }),
  },
  { status: 'any' },
);

export const podShape: Shape = fields({ ...typeMeta, metadata: objectMeta, spec: podSpec }, { status: 'any' });

export const nodeShape: Shape = fields({
  ...typeMeta,
  metadata: objectMeta,
  spec: fields(
    {
      unschedulable: 'boolean',
      taints: list(fields({ key: 'string', value: 'string', effect: 'string' }, { timeAdded: 'string' })),
    },
    anyOf('configSource externalID podCIDR podCIDRs providerID'),
  ),
  status: fields(
    {
      allocatable: 'quantityMap',
      capacity: 'quantityMap',
      images: list(fields({ names: list('string'), sizeBytes: 'long' })),
    },
    anyOf(
      'addresses conditions config daemonEndpoints declaredFeatures features nodeInfo phase runtimeHandlers volumesAttached volumesInUse',
    ),
  ),
});

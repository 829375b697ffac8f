/** The fields of the kinds that are read (Kubernetes 1.37), as tables. */
import { objectMeta, podSpec, podTemplate, selector, typeMeta } from './podShapes.ts';
import { anyOf, fields, list, type Shape } from './schema.ts';

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
      images: list(fields({ names: list('string') }, { sizeBytes: 'integer' })),
    },
    anyOf(
      'addresses conditions config daemonEndpoints declaredFeatures features nodeInfo phase runtimeHandlers volumesAttached volumesInUse',
    ),
  ),
});

/** The fields of claims, volumes and their classes (Kubernetes 1.37), as tables. */
import { nodeSelectorTerm, objectMeta, selector, typeMeta } from './podShapes.ts';
import { anyOf, fields, list, type Shape } from './schema.ts';

export const claimSpec = fields(
  {
    storageClassName: 'string',
    accessModes: list('string'),
    resources: fields({ requests: 'quantityMap' }, { limits: 'quantityMap' }),
    volumeName: 'string',
  },
  { selector, volumeMode: 'string', ...anyOf('dataSource dataSourceRef volumeAttributesClassName') },
);

export const persistentVolumeClaimShape: Shape = fields(
  { ...typeMeta, metadata: objectMeta, spec: claimSpec },
  { status: 'any' },
);

/** Where a volume's bytes are is not listed as inert: that it is one volume of that size is all there is to it. */
const volumeSources = anyOf(
  'awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume',
);

export const PERSISTENT_VOLUME_SOURCES: readonly string[] = Object.keys(volumeSources);

const claimRef = fields(
  { namespace: 'string', name: 'string', uid: 'string' },
  anyOf('apiVersion fieldPath kind resourceVersion'),
);

export const persistentVolumeShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    spec: fields(
      {
        storageClassName: 'string',
        accessModes: list('string'),
        capacity: 'quantityMap',
        nodeAffinity: fields({ required: fields({ nodeSelectorTerms: list(nodeSelectorTerm) }) }),
        claimRef,
        persistentVolumeReclaimPolicy: 'string',
        ...volumeSources,
      },
      anyOf('mountOptions volumeAttributesClassName volumeMode'),
    ),
  },
  { status: 'any' },
);

const topologyTerm = fields({ matchLabelExpressions: list(fields({ key: 'string', values: list('string') })) });

export const storageClassShape: Shape = fields(
  {
    ...typeMeta,
    metadata: objectMeta,
    provisioner: 'string',
    reclaimPolicy: 'string',
    volumeBindingMode: 'string',
    allowedTopologies: list(topologyTerm),
  },
  { parameters: 'stringMap', ...anyOf('allowVolumeExpansion mountOptions') },
);

/** What a driver calls the node, and where it says that the node is, is not listed as inert: it changes nothing anywhere. */
export const csiNodeShape: Shape = fields({
  ...typeMeta,
  metadata: objectMeta,
  spec: fields({
    drivers: list(
      fields({
        name: 'string',
        nodeID: 'string',
        topologyKeys: list('string'),
        allocatable: fields({ count: 'integer' }),
      }),
    ),
  }),
});

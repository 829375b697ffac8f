/** Columns of what keeps pods running. */
import { ageOf, type Columns, columnsOf, containerCells, formatMap } from './columns.ts';

const CONTAINERS_AND_SELECTOR = ['CONTAINERS', 'IMAGES', 'SELECTOR'];

export const deploymentColumns: Columns = columnsOf(
  'Deployment',
  ['READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
  CONTAINERS_AND_SELECTOR,
  ({ spec, status, creationMicros }, cluster) => [
    `${status.readyReplicas}/${spec.replicas}`,
    String(status.updatedReplicas),
    String(status.availableReplicas),
    ageOf(cluster, creationMicros),
    ...containerCells(spec.template.spec),
    spec.selector.canonical,
  ],
);

export const replicaSetColumns: Columns = columnsFor('ReplicaSet');
export const replicationControllerColumns: Columns = columnsFor('ReplicationController');

function columnsFor(kind: 'ReplicaSet' | 'ReplicationController'): Columns {
  return columnsOf(
    kind,
    ['DESIRED', 'CURRENT', 'READY', 'AGE'],
    CONTAINERS_AND_SELECTOR,
    ({ spec, status, creationMicros }, cluster) => [
      String(spec.replicas),
      String(status.replicas),
      String(status.readyReplicas),
      ageOf(cluster, creationMicros),
      ...containerCells(spec.template.spec),
      spec.selector.canonical,
    ],
  );
}

export const statefulSetColumns: Columns = columnsOf(
  'StatefulSet',
  ['READY', 'AGE'],
  ['CONTAINERS', 'IMAGES'],
  ({ spec, status, creationMicros }, cluster) => [
    `${status.readyReplicas}/${spec.replicas}`,
    ageOf(cluster, creationMicros),
    ...containerCells(spec.template.spec),
  ],
);

export const daemonSetColumns: Columns = columnsOf(
  'DaemonSet',
  ['DESIRED', 'CURRENT', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'NODE SELECTOR', 'AGE'],
  CONTAINERS_AND_SELECTOR,
  ({ spec, status, creationMicros }, cluster) => [
    String(status.desiredNumberScheduled),
    String(status.currentNumberScheduled),
    String(status.numberReady),
    String(status.updatedNumberScheduled),
    String(status.numberAvailable),
    formatMap(spec.template.spec.nodeSelector),
    ageOf(cluster, creationMicros),
    ...containerCells(spec.template.spec),
    spec.selector.canonical,
  ],
);

/** Whose revisions they are shows in CONTROLLER. */
export const controllerRevisionColumns: Columns = columnsOf(
  'ControllerRevision',
  ['CONTROLLER', 'REVISION', 'AGE'],
  [],
  ({ ownerUid, revision, creationMicros }, cluster) => {
    const { StatefulSet, DaemonSet } = cluster.tables;
    const owner = StatefulSet.get(ownerUid) ?? DaemonSet.get(ownerUid);
    return [
      owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}.apps/${owner.meta.name}`,
      String(revision),
      ageOf(cluster, creationMicros),
    ];
  },
);

import type { LabelSelector } from '../../api/selector.ts';
import type { HorizontalPodAutoscalerSpec } from '../../api/types.ts';
import {
  type ApiError,
  type Cluster,
  type Deployment,
  notFound,
  RESOURCES,
  type ReplicaSet,
  type ReplicationController,
  type StatefulSet,
} from '../../cluster/index.ts';

type Scalable = Deployment | ReplicaSet | ReplicationController | StatefulSet;
type ScalableKind = Scalable['kind'];

const GROUPS: Readonly<Record<ScalableKind, string>> = {
  Deployment: 'apps',
  ReplicaSet: 'apps',
  StatefulSet: 'apps',
  ReplicationController: '',
};

/** The scale subresource of an object as the API server has it. */
export interface Scale {
  readonly object: Scalable;
  readonly replicas: number;
  readonly selector: LabelSelector;
}

/** To be called when the GET arrives. */
export function readScale(
  cluster: Cluster,
  namespace: string,
  { apiVersion, kind, name }: HorizontalPodAutoscalerSpec['scaleTargetRef'],
): Scale | ApiError {
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (!isScalable(kind) || GROUPS[kind] !== group) {
    const problem = `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;
    return { reason: 'NotFound', message: `unable to determine resource for scale target reference: ${problem}` };
  }
  const object = cluster.tables[kind].find(namespace, name);
  if (object === undefined) return notFound(scaleResource(kind), name);
  return { object, replicas: object.spec.replicas, selector: object.spec.selector };
}

/** `deployments/scale.apps` */
function scaleResource(kind: ScalableKind): string {
  const [plural, ...group] = RESOURCES[kind].split('.');
  return [`${plural}/scale`, ...group].join('.');
}

/** The PUT: a conflict where somebody has written the object since it was read. */
export function updateScale(cluster: Cluster, { object }: Scale, replicas: number): ApiError | undefined {
  const table = cluster.tables[object.kind];
  const next = { ...object, spec: { ...object.spec, replicas }, generation: object.generation + 1 };
  return (table as { update(object: Scalable): ApiError | undefined }).update(next as Scalable);
}

function isScalable(kind: string): kind is ScalableKind {
  return Object.hasOwn(GROUPS, kind);
}

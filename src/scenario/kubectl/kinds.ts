/** The resource types that commands can name. */
import { didYouMean } from '../../api/nearest.ts';
import type { SimulatedKind } from '../../api/types.ts';
import { RESOURCES, type StoredKind } from '../../cluster/objects.ts';
import { UsageError } from './usageError.ts';

/** What kubectl can name: pods, and all that is stored in tables. */
export type NamedKind = SimulatedKind | StoredKind;

export interface ResourceKind {
  readonly kind: NamedKind;
  readonly plural: string;
  readonly singular: string;
  /** Empty where there is none. */
  readonly shortName: string;
  /** Empty: the core group. */
  readonly group: string;
  /** As the API server's errors name it: `deployments.apps`. */
  readonly resource: string;
  /** As kubectl's answers name it: `deployment.apps`. */
  readonly printed: string;
  readonly isNamespaced: boolean;
}

export const kinds = {
  Deployment: namespaced('Deployment', 'deploy'),
  ReplicaSet: namespaced('ReplicaSet', 'rs'),
  ReplicationController: namespaced('ReplicationController', 'rc'),
  StatefulSet: namespaced('StatefulSet', 'sts'),
  DaemonSet: namespaced('DaemonSet', 'ds'),
  Job: namespaced('Job', ''),
  CronJob: namespaced('CronJob', 'cj'),
  ControllerRevision: namespaced('ControllerRevision', ''),
  Pod: namespaced('Pod', 'po'),
  Node: clusterScoped('Node', 'no'),
  Service: namespaced('Service', 'svc'),
  EndpointSlice: namespaced('EndpointSlice', ''),
  PersistentVolumeClaim: namespaced('PersistentVolumeClaim', 'pvc'),
  PersistentVolume: clusterScoped('PersistentVolume', 'pv'),
  StorageClass: clusterScoped('StorageClass', 'sc'),
  PodDisruptionBudget: namespaced('PodDisruptionBudget', 'pdb'),
  ResourceQuota: namespaced('ResourceQuota', 'quota'),
  PriorityClass: clusterScoped('PriorityClass', 'pc'),
  LimitRange: namespaced('LimitRange', 'limits'),
  HorizontalPodAutoscaler: namespaced('HorizontalPodAutoscaler', 'hpa'),
} as const satisfies Record<NamedKind, ResourceKind>;

/** The pods behind a Service, in the older form that people type; made from the Service's slices, and only to be read. */
export const endpoints: ResourceKind = {
  ...makeKind('Service', 'endpoints', 'ep', true),
  singular: 'endpoint',
  printed: 'endpoints',
};

/** All types whose objects can be changed, in the order in which `get` prints their tables. */
export const resourceKinds: readonly ResourceKind[] = Object.values(kinds);

/** All types that a command can name. */
export const readableKinds: readonly ResourceKind[] = [...resourceKinds, endpoints];

/** What `all` stands for, in the API server's order. */
export const categoryAll: readonly ResourceKind[] = [
  kinds.Pod,
  kinds.ReplicationController,
  kinds.Service,
  kinds.DaemonSet,
  kinds.Deployment,
  kinds.ReplicaSet,
  kinds.StatefulSet,
  kinds.HorizontalPodAutoscaler,
  kinds.CronJob,
  kinds.Job,
];

/** Real resource types that are not simulated, singular, plural and short names. */
const NOT_SIMULATED: ReadonlySet<string> = new Set(
  `ingress ingresses ing configmap configmaps cm secret secrets namespace namespaces ns event events ev
  serviceaccount serviceaccounts sa networkpolicy networkpolicies netpol all`.split(/\s+/),
);

/**
 * The type that `deploy`, `Deployments`, `deployment.apps` or `deployments.v1.apps` names.
 *
 * @throws UsageError for a type that is not simulated or does not exist.
 */
export function resolveKind(word: string): ResourceKind {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = /^v[12]$/.test(rest[0] ?? '') ? rest.slice(1).join('.') : rest.join('.');
  const found = readableKinds.find((kind) => namesOf(kind).includes(name));
  if (found !== undefined && (rest.length === 0 || group === found.group)) return found;
  if (NOT_SIMULATED.has(name)) throw new UsageError(`${JSON.stringify(word)}: this resource type is not supported yet`);
  const hint = didYouMean(name, readableKinds.flatMap(namesOf));
  throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(word)}`, hint);
}

function namesOf(kind: ResourceKind): string[] {
  return [kind.singular, kind.plural, kind.shortName].filter((name) => name !== '');
}

function namespaced(kind: NamedKind, shortName: string): ResourceKind {
  return makeKind(kind, resourceOf(kind), shortName, true);
}

function clusterScoped(kind: NamedKind, shortName: string): ResourceKind {
  return makeKind(kind, resourceOf(kind), shortName, false);
}

function resourceOf(kind: NamedKind): string {
  return kind === 'Pod' ? 'pods' : RESOURCES[kind];
}

function makeKind(kind: NamedKind, resource: string, shortName: string, isNamespaced: boolean): ResourceKind {
  const [plural = '', ...rest] = resource.split('.');
  const singular = kind.toLowerCase();
  const printed = [singular, ...rest].join('.');
  return { kind, plural, singular, shortName, group: rest.join('.'), resource, printed, isNamespaced };
}

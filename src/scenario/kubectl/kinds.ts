/** The resource types that commands can name. */
import { didYouMean } from '../../api/nearest.ts';
import type { SimulatedKind } from '../../api/types.ts';
import type { StoredKind } from '../../cluster/objects.ts';
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
  Deployment: namespaced('Deployment', 'deployments', 'deploy', 'apps'),
  ReplicaSet: namespaced('ReplicaSet', 'replicasets', 'rs', 'apps'),
  ReplicationController: namespaced('ReplicationController', 'replicationcontrollers', 'rc', ''),
  StatefulSet: namespaced('StatefulSet', 'statefulsets', 'sts', 'apps'),
  DaemonSet: namespaced('DaemonSet', 'daemonsets', 'ds', 'apps'),
  Job: namespaced('Job', 'jobs', '', 'batch'),
  CronJob: namespaced('CronJob', 'cronjobs', 'cj', 'batch'),
  ControllerRevision: namespaced('ControllerRevision', 'controllerrevisions', '', 'apps'),
  Pod: namespaced('Pod', 'pods', 'po', ''),
  Node: clusterScoped('Node', 'nodes', 'no', ''),
  Service: namespaced('Service', 'services', 'svc', ''),
  EndpointSlice: namespaced('EndpointSlice', 'endpointslices', '', 'discovery.k8s.io'),
  PersistentVolumeClaim: namespaced('PersistentVolumeClaim', 'persistentvolumeclaims', 'pvc', ''),
  PersistentVolume: clusterScoped('PersistentVolume', 'persistentvolumes', 'pv', ''),
  StorageClass: clusterScoped('StorageClass', 'storageclasses', 'sc', 'storage.k8s.io'),
  PodDisruptionBudget: namespaced('PodDisruptionBudget', 'poddisruptionbudgets', 'pdb', 'policy'),
  ResourceQuota: namespaced('ResourceQuota', 'resourcequotas', 'quota', ''),
} as const satisfies Record<NamedKind, ResourceKind>;

/** The pods behind a Service, in the older form that people type; made from the Service's slices, and only to be read. */
export const endpoints: ResourceKind = {
  ...makeKind('Service', 'endpoints', 'ep', '', true),
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
  kinds.CronJob,
  kinds.Job,
];

/** Real resource types that are not simulated, singular, plural and short names. */
const NOT_SIMULATED: ReadonlySet<string> = new Set(
  `ingress ingresses ing configmap configmaps cm secret secrets namespace namespaces ns event events ev
  horizontalpodautoscaler horizontalpodautoscalers hpa priorityclass priorityclasses pc limitrange limitranges limits
  serviceaccount serviceaccounts sa networkpolicy networkpolicies netpol all`.split(/\s+/),
);

/**
 * The type that `deploy`, `Deployments`, `deployment.apps` or `deployments.v1.apps` names.
 *
 * @throws UsageError for a type that is not simulated or does not exist.
 */
export function resolveKind(word: string): ResourceKind {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest[0] === 'v1' ? rest.slice(1).join('.') : rest.join('.');
  const found = readableKinds.find((kind) => namesOf(kind).includes(name));
  if (found !== undefined && (rest.length === 0 || group === found.group)) return found;
  if (NOT_SIMULATED.has(name)) throw new UsageError(`${JSON.stringify(word)}: this resource type is not supported yet`);
  const hint = didYouMean(name, readableKinds.flatMap(namesOf));
  throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(word)}`, hint);
}

function namesOf(kind: ResourceKind): string[] {
  return [kind.singular, kind.plural, kind.shortName].filter((name) => name !== '');
}

function namespaced(kind: NamedKind, plural: string, shortName: string, group: string): ResourceKind {
  return makeKind(kind, plural, shortName, group, true);
}

function clusterScoped(kind: NamedKind, plural: string, shortName: string, group: string): ResourceKind {
  return makeKind(kind, plural, shortName, group, false);
}

function makeKind(
  kind: NamedKind,
  plural: string,
  shortName: string,
  group: string,
  isNamespaced: boolean,
): ResourceKind {
  const suffix = group === '' ? '' : `.${group}`;
  const singular = kind.toLowerCase();
  const resource = `${plural}${suffix}`;
  return { kind, plural, singular, shortName, group, resource, printed: `${singular}${suffix}`, isNamespaced };
}

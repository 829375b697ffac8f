/** The resource types that commands can name. */
import { didYouMean } from '../../api/nearest.ts';
import type { SimulatedKind } from '../../api/types.ts';
import { UsageError } from './usageError.ts';

export interface ResourceKind {
  readonly kind: SimulatedKind;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  /** Empty: the core group. */
  readonly group: string;
  /** As the API server's errors name it: `deployments.apps`. */
  readonly resource: string;
  /** As kubectl's answers name it: `deployment.apps`. */
  readonly printed: string;
  readonly isNamespaced: boolean;
}

const DEPLOYMENT = makeKind('Deployment', 'deployments', 'deploy', 'apps', true);
const REPLICA_SET = makeKind('ReplicaSet', 'replicasets', 'rs', 'apps', true);
const POD = makeKind('Pod', 'pods', 'po', '', true);
const NODE = makeKind('Node', 'nodes', 'no', '', false);

export const kinds = {
  Deployment: DEPLOYMENT,
  ReplicaSet: REPLICA_SET,
  Pod: POD,
  Node: NODE,
} as const satisfies Record<SimulatedKind, ResourceKind>;

/** Real resource types that are not simulated, singular, plural and short names. */
const NOT_SIMULATED: ReadonlySet<string> = new Set(
  `statefulset statefulsets sts daemonset daemonsets ds job jobs cronjob cronjobs cj service services svc ingress
  ingresses ing configmap configmaps cm secret secrets namespace namespaces ns event events ev endpoints ep endpointslice
  endpointslices horizontalpodautoscaler horizontalpodautoscalers hpa poddisruptionbudget poddisruptionbudgets pdb
  persistentvolume persistentvolumes pv persistentvolumeclaim persistentvolumeclaims pvc priorityclass priorityclasses pc
  replicationcontroller replicationcontrollers rc resourcequota resourcequotas quota limitrange limitranges limits
  serviceaccount serviceaccounts sa storageclass storageclasses sc networkpolicy networkpolicies netpol all`.split(
    /\s+/,
  ),
);

/**
 * The type that `deploy`, `Deployments`, `deployment.apps` or `deployments.v1.apps` names.
 *
 * @throws UsageError for a type that is not simulated or does not exist.
 */
export function resolveKind(word: string): ResourceKind {
  const [name = '', ...rest] = word.toLowerCase().split('.');
  const group = rest[0] === 'v1' ? rest.slice(1).join('.') : rest.join('.');
  const found = Object.values(kinds).find((kind) => namesOf(kind).includes(name));
  if (found !== undefined && (rest.length === 0 || group === found.group)) return found;
  if (NOT_SIMULATED.has(name)) throw new UsageError(`${JSON.stringify(word)}: this resource type is not supported yet`);
  const hint = didYouMean(name, Object.values(kinds).flatMap(namesOf));
  throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(word)}`, hint);
}

function namesOf(kind: ResourceKind): string[] {
  return [kind.singular, kind.plural, kind.shortName];
}

function makeKind(
  kind: SimulatedKind,
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

/** The tables of `kubectl get`, as the API server's own printers (`pkg/printers/internalversion`) choose their columns. */
import type { Cluster } from '../../../cluster/cluster.ts';
import { endpoints, type NamedKind, type ResourceKind } from '../kinds.ts';
import { labelsOf, type Target } from '../objects.ts';
import { textTable } from '../textTable.ts';
import { horizontalPodAutoscalerColumns } from './autoscaling.ts';
import { cronJobColumns, jobColumns } from './batch.ts';
import { type Columns, formatMap } from './columns.ts';
import { MINIMUM_WIDTH, PADDING } from './layout.ts';
import { endpointSliceColumns, endpointsColumns, serviceColumns } from './network.ts';
import { nodeColumns } from './nodes.ts';
import { podColumns } from './pods.ts';
import {
  limitRangeColumns,
  podDisruptionBudgetColumns,
  priorityClassColumns,
  resourceQuotaColumns,
} from './policies.ts';
import { persistentVolumeClaimColumns, persistentVolumeColumns, storageClassColumns } from './storage.ts';
import {
  controllerRevisionColumns,
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  replicationControllerColumns,
  statefulSetColumns,
} from './workloads.ts';

export interface TableOptions {
  readonly isWide: boolean;
  readonly showsNamespace: boolean;
  readonly showsHeader: boolean;
  readonly showsLabels: boolean;
  /** Names as `pod/web`. */
  readonly showsKind: boolean;
}

const columnsByKind: Readonly<Record<NamedKind, Columns>> = {
  Deployment: deploymentColumns,
  ReplicaSet: replicaSetColumns,
  ReplicationController: replicationControllerColumns,
  StatefulSet: statefulSetColumns,
  DaemonSet: daemonSetColumns,
  Job: jobColumns,
  CronJob: cronJobColumns,
  ControllerRevision: controllerRevisionColumns,
  Pod: podColumns,
  Node: nodeColumns,
  Service: serviceColumns,
  EndpointSlice: endpointSliceColumns,
  PersistentVolumeClaim: persistentVolumeClaimColumns,
  PersistentVolume: persistentVolumeColumns,
  StorageClass: storageClassColumns,
  PodDisruptionBudget: podDisruptionBudgetColumns,
  ResourceQuota: resourceQuotaColumns,
  PriorityClass: priorityClassColumns,
  LimitRange: limitRangeColumns,
  HorizontalPodAutoscaler: horizontalPodAutoscalerColumns,
};

/** The table of objects of one kind. */
export function objectTable(
  cluster: Cluster,
  kind: ResourceKind,
  targets: readonly Target[],
  options: TableOptions,
): string {
  const columns = kind === endpoints ? endpointsColumns : columnsByKind[kind.kind];
  const wideNames = options.isWide ? columns.wideNames : [];
  const header = ['NAME', ...columns.names, ...wideNames];
  const count = header.length;
  const rows = targets.map((target) => {
    const prefix = options.showsKind ? `${kind.printed}/` : '';
    const suffix = columns.nameSuffix?.(cluster, target) ?? '';
    return [`${prefix}${target.name}${suffix}`, ...columns.cells(cluster, target)].slice(0, count);
  });
  const namespaced = options.showsNamespace && kind.isNamespaced;
  const all = [header, ...rows].map((cells, row) => {
    const target = targets[row - 1];
    const first = namespaced ? [target?.namespace ?? 'NAMESPACE'] : [];
    const last = options.showsLabels ? [target === undefined ? 'LABELS' : formatMap(labelsOf(cluster, target))] : [];
    return [...first, ...cells, ...last];
  });
  return textTable(options.showsHeader ? all : all.slice(1), PADDING, MINIMUM_WIDTH);
}

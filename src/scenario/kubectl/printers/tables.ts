/** The columns of `kubectl get`, as the API server's own printers choose them. */
import type { PodSpec, StringMap } from '../../../api/types.ts';
import type { Cluster } from '../../../cluster/cluster.ts';
import {
  POD_BOUND,
  POD_FAILED,
  POD_READY,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
} from '../../../cluster/podTable.ts';
import type { Micros } from '../../../kernel/time.ts';
import { kinds, type ResourceKind } from '../kinds.ts';
import type { Target } from '../objects.ts';
import { labelsOf } from '../objects.ts';
import { textTable } from '../textTable.ts';
import { humanAge } from '../timestamps.ts';

const PADDING = 3;
const NONE = '<none>';

export interface TableOptions {
  readonly isWide: boolean;
  readonly showsNamespace: boolean;
  readonly showsHeader: boolean;
  readonly showsLabels: boolean;
  /** Names as `pod/web`. */
  readonly showsKind: boolean;
}

interface Columns {
  readonly names: readonly string[];
  readonly wideNames: readonly string[];
  readonly cells: (cluster: Cluster, target: Target) => readonly string[];
}

const columnsByKind: ReadonlyMap<ResourceKind, Columns> = new Map([
  [
    kinds.Deployment,
    {
      names: ['READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
      wideNames: ['CONTAINERS', 'IMAGES', 'SELECTOR'],
      cells: deploymentCells,
    },
  ],
  [
    kinds.ReplicaSet,
    {
      names: ['DESIRED', 'CURRENT', 'READY', 'AGE'],
      wideNames: ['CONTAINERS', 'IMAGES', 'SELECTOR'],
      cells: replicaSetCells,
    },
  ],
  [
    kinds.Pod,
    {
      names: ['READY', 'STATUS', 'RESTARTS', 'AGE'],
      wideNames: ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'],
      cells: podCells,
    },
  ],
  [
    kinds.Node,
    {
      names: ['STATUS', 'ROLES', 'AGE', 'VERSION'],
      wideNames: ['INTERNAL-IP', 'EXTERNAL-IP', 'OS-IMAGE', 'KERNEL-VERSION', 'CONTAINER-RUNTIME'],
      cells: nodeCells,
    },
  ],
]);

/** The table of objects of one kind. */
export function objectTable(
  cluster: Cluster,
  kind: ResourceKind,
  targets: readonly Target[],
  options: TableOptions,
): string {
  const columns = columnsByKind.get(kind)!;
  const wideNames = options.isWide ? columns.wideNames : [];
  const header = ['NAME', ...columns.names, ...wideNames];
  const count = header.length;
  const rows = targets.map((target) => {
    const name = options.showsKind ? `${kind.printed}/${target.name}` : target.name;
    return [name, ...columns.cells(cluster, target)].slice(0, count);
  });
  const namespaced = options.showsNamespace && kind.isNamespaced;
  const all = [header, ...rows].map((cells, row) => {
    const target = targets[row - 1];
    const first = namespaced ? [target?.namespace ?? 'NAMESPACE'] : [];
    const last = options.showsLabels ? [target === undefined ? 'LABELS' : formatMap(labelsOf(cluster, target))] : [];
    return [...first, ...cells, ...last];
  });
  return textTable(options.showsHeader ? all : all.slice(1), PADDING);
}

function deploymentCells(cluster: Cluster, target: Target): string[] {
  const { spec, status, creationMicros } = cluster.deployments.get(target.key)!;
  return [
    `${status.readyReplicas}/${spec.replicas}`,
    String(status.updatedReplicas),
    String(status.availableReplicas),
    ageOf(cluster, creationMicros),
    ...containerCells(spec.template.spec),
    spec.selector.canonical,
  ];
}

function replicaSetCells(cluster: Cluster, target: Target): string[] {
  const { spec, status, creationMicros } = cluster.replicaSets.get(target.key)!;
  return [
    String(spec.replicas),
    String(status.replicas),
    String(status.readyReplicas),
    ageOf(cluster, creationMicros),
    ...containerCells(spec.template.spec),
    spec.selector.canonical,
  ];
}

function podCells(cluster: Cluster, target: Target): string[] {
  const { pods } = cluster;
  const pod = target.key;
  const state = pods.state[pod]!;
  const { containers, initContainers } = cluster.templateOf(pod).spec;
  const count = containers.length + initContainers.filter((container) => container.isSidecar).length;
  const node = pods.node[pod]!;
  return [
    `${(state & POD_READY) !== 0 ? count : 0}/${count}`,
    podStatus(state),
    '0',
    ageOf(cluster, pods.createdMicros[pod]!),
    NONE,
    node === -1 ? NONE : cluster.nodes.names[node]!,
    NONE,
    NONE,
  ];
}

function podStatus(state: number): string {
  if ((state & POD_TERMINATING) !== 0) return 'Terminating';
  if ((state & POD_SUCCEEDED) !== 0) return 'Completed';
  if ((state & POD_FAILED) !== 0) return 'Error';
  if ((state & POD_RUNNING) !== 0) return 'Running';
  return (state & POD_BOUND) !== 0 ? 'ContainerCreating' : 'Pending';
}

/** Addresses and versions are not simulated. */
function nodeCells(cluster: Cluster, target: Target): string[] {
  const { unschedulable, creationMicros, meta } = cluster.nodeObjects.get(target.key)!;
  const roles = Object.keys(meta.labels).flatMap((key) => {
    const role = /^node-role\.kubernetes\.io\/(.+)$/.exec(key)?.[1];
    return role === undefined ? [] : [role];
  });
  return [
    `Ready${unschedulable ? ',SchedulingDisabled' : ''}`,
    roles.sort().join(',') || NONE,
    ageOf(cluster, creationMicros),
    '<unknown>',
    NONE,
    NONE,
    '<unknown>',
    '<unknown>',
    '<unknown>',
  ];
}

function containerCells({ containers }: PodSpec): [string, string] {
  return [containers.map(({ name }) => name).join(','), containers.map(({ image }) => image).join(',')];
}

function ageOf(cluster: Cluster, creationMicros: Micros): string {
  return humanAge(cluster.kernel.nowMicros - creationMicros);
}

function formatMap(map: StringMap): string {
  const pairs = Object.keys(map).map((key) => `${key}=${map[key]}`);
  return pairs.sort().join(',') || NONE;
}

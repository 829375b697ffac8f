import type { Cluster } from '../cluster/cluster.ts';
import type { RecordedEvent } from '../cluster/objectStore.ts';
import type { ObjectTable, StoredObject } from '../cluster/objectTable.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Micros } from '../kernel/time.ts';
import { EndpointLines } from './log/endpointLines.ts';
import type { LogLine } from './log/logLine.ts';
import { LogNames } from './log/logNames.ts';
import { logSeconds } from './log/logTime.ts';
import {
  autoscalerFields,
  budgetFields,
  daemonSetFields,
  deploymentFields,
  jobFields,
  nodeFields,
  replicaSetFields,
  statefulSetFields,
} from './log/objectLines.ts';
import { PodLines } from './log/podLines.ts';

const LOGGED_REASONS: ReadonlySet<string> = new Set([
  'FailedCreate',
  'FailedScheduling',
  'FailedDelete',
  'ScalingReplicaSet',
  'Preempted',
]);

/**
 * Writes down what a watcher of the API server sees, in the schema of `workloads/conformance/README.md`. Lines come in
 * the order of the writes. It must be made before the first object is written; where no log is asked for it is not made,
 * and costs nothing.
 */
export class EventLog {
  private readonly kernel: Kernel;
  private readonly names: LogNames;
  private readonly write: (line: LogLine) => void;

  constructor(options: { kernel: Kernel; cluster: Cluster; write: (line: LogLine) => void }) {
    const { kernel, cluster, write } = options;
    this.kernel = kernel;
    this.names = new LogNames(cluster);
    this.write = write;
    this.observeObjects(cluster);
    cluster.leases.observe((name, isRenewed) => this.writeOutage(name, isRenewed));
    new EndpointLines(cluster, this.names, write);
    new PodLines(cluster, this.names, write);
    cluster.observeEvents((event) => this.writeEvent(event));
  }

  private observeObjects({ tables }: Cluster): void {
    const { names } = this;
    const t = () => logSeconds(this.kernel.nowMicros);
    this.observe(tables.Deployment, (name, object, isDeleted) => {
      return { t: t(), kind: 'Deployment', name, ...deploymentFields(object, isDeleted) };
    });
    this.observe(tables.ReplicaSet, (_name, object, isDeleted) => {
      return { t: t(), kind: 'ReplicaSet', name: names.replicaSet(object), ...replicaSetFields(object, isDeleted) };
    });
    this.observe(tables.StatefulSet, (name, object, isDeleted) => {
      return { t: t(), kind: 'StatefulSet', name, ...statefulSetFields(object, isDeleted) };
    });
    this.observe(tables.DaemonSet, (name, object, isDeleted) => {
      return { t: t(), kind: 'DaemonSet', name, ...daemonSetFields(object, isDeleted) };
    });
    this.observe(tables.Job, (name, object, isDeleted) => {
      return { t: t(), kind: 'Job', name, ...jobFields(object, isDeleted) };
    });
    this.observe(tables.HorizontalPodAutoscaler, (name, object, isDeleted) => {
      return { t: t(), kind: 'HorizontalPodAutoscaler', name, ...autoscalerFields(object, isDeleted) };
    });
    this.observe(tables.PodDisruptionBudget, (name, object, isDeleted) => {
      return { t: t(), kind: 'PodDisruptionBudget', name, ...budgetFields(object, isDeleted) };
    });
    this.observe(tables.PersistentVolumeClaim, (name, _object, isDeleted) => {
      return { t: t(), kind: 'PersistentVolumeClaim', name, event: isDeleted ? 'deleted' : 'created' };
    });
    this.observe(tables.Node, (_name, node, isDeleted) => {
      return { t: t(), kind: 'Node', name: node.meta.name, ...nodeFields(node, isDeleted) };
    });
  }

  /** Writes the first line. */
  header(fields: { scenario: string; kubernetes: string; untilMicros: Micros; seed: number }): void {
    const { scenario, kubernetes, untilMicros, seed } = fields;
    this.write({ scenario, kubernetes, until: logSeconds(untilMicros), seed });
  }

  /** A kubectl command line returned now. */
  step(fields: { run: string; began: Micros; out: string; error: string }): void {
    this.write({
      t: logSeconds(this.kernel.nowMicros),
      kind: 'Step',
      name: 'kubectl',
      began: logSeconds(fields.began),
      ...(fields.error !== '' && { error: this.names.text(fields.error) }),
      out: this.names.text(fields.out),
      run: fields.run,
    });
  }

  /** Writes a line for each write of an object that changes what the line says. */
  private observe<T extends StoredObject>(
    table: ObjectTable<T>,
    lineOf: (name: string, object: T, isDeleted: boolean) => LogLine,
  ): void {
    /** By uid, without the time. */
    const written = new Map<number, string>();
    table.observe((before, after) => {
      const object = (after ?? before)!;
      const line = lineOf(this.names.object(object.meta), object, after === undefined);
      const content = JSON.stringify({ ...line, t: 0 });
      if (written.get(object.uid) === content) return;
      if (after === undefined) written.delete(object.uid);
      else written.set(object.uid, content);
      this.write(line);
    });
  }

  private writeOutage(node: string, isRenewed: boolean): void {
    const t = logSeconds(this.kernel.nowMicros);
    const names = { failNode: isRenewed ? '' : node, recoverNode: isRenewed ? node : '' };
    this.write({ t, kind: 'Step', name: 'node', ...names });
  }

  private writeEvent({ kind, reason, message }: RecordedEvent): void {
    if (!LOGGED_REASONS.has(reason)) return;
    const t = logSeconds(this.kernel.nowMicros);
    this.write({ t, kind: 'Event', name: kind, message: this.names.text(message), reason });
  }
}

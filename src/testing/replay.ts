/** The state of the cluster at each line of an event log, by the log alone; for tests. */
import type { DeploymentLine, LogEntry, PodLine, ReplicaSetLine } from '../metrics/log/logLine.ts';

export interface LoggedPod {
  readonly name: string;
  /** `web@1`; empty for a bare pod. */
  readonly owner: string;
  readonly image: string;
  node: string | undefined;
  isReady: boolean;
  readySince: number;
  isTerminating: boolean;
}

/** Follows a log line by line. */
export class Replay {
  t = 0;
  /** Existing pods, by name. */
  readonly pods = new Map<string, LoggedPod>();
  readonly replicaSets = new Map<string, ReplicaSetLine>();
  readonly deployments = new Map<string, DeploymentLine>();

  apply(line: LogEntry): void {
    if (line.t < this.t) throw new Error(`time goes back from ${this.t} to ${line.t}`);
    this.t = line.t;
    if (line.kind === 'Pod') this.applyPod(line);
    else if (line.kind === 'ReplicaSet') keep(this.replicaSets, line);
    else if (line.kind === 'Deployment') keep(this.deployments, line);
  }

  private applyPod(line: PodLine): void {
    if (line.event === 'created') {
      if (this.pods.has(line.name)) throw new Error(`${line.name} is created twice`);
      this.pods.set(line.name, newPod(line));
      return;
    }
    const pod = this.pods.get(line.name);
    if (pod === undefined) throw new Error(`${line.name} is ${line.event} without being there`);
    switch (line.event) {
      case 'bound':
        if (pod.node !== undefined) throw new Error(`${line.name} is bound twice`);
        pod.node = line.node;
        return;
      case 'ready':
      case 'unready':
        pod.isReady = line.event === 'ready';
        pod.readySince = line.t;
        return;
      case 'terminating':
        pod.isTerminating = true;
        return;
      case 'deleted':
        this.pods.delete(line.name);
    }
  }

  /** Pods that are not terminating. */
  active(owner?: string): LoggedPod[] {
    const wanted = (pod: LoggedPod) => !pod.isTerminating && (owner === undefined || pod.owner === owner);
    return [...this.pods.values()].filter(wanted);
  }

  /** Pods that are Ready, for `minReadySeconds` counted from a whole second, and not terminating. */
  available(minReadySeconds = 0, atSeconds = this.t): number {
    const since = ({ readySince }: LoggedPod) =>
      minReadySeconds === 0 ? readySince : Math.floor(readySince) + minReadySeconds;
    return this.active().filter((pod) => pod.isReady && since(pod) <= atSeconds).length;
  }

  /** Sum of `spec.replicas` over the ReplicaSets. */
  specSum(): number {
    return [...this.replicaSets.values()].reduce((sum, replicaSet) => sum + replicaSet.spec, 0);
  }
}

function keep<L extends DeploymentLine | ReplicaSetLine>(lines: Map<string, L>, line: L): void {
  if (line.deleted === true) lines.delete(line.name);
  else lines.set(line.name, line);
}

function newPod({ name, owner = '', image = '', t }: PodLine): LoggedPod {
  return {
    name,
    owner: owner.replace('ReplicaSet/', ''),
    image,
    node: undefined,
    isReady: false,
    readySince: t,
    isTerminating: false,
  };
}

/** Calls `look` after every line. */
export function replay(log: readonly LogEntry[], look: (now: Replay, line: LogEntry) => void): Replay {
  const now = new Replay();
  for (const line of log) {
    now.apply(line);
    look(now, line);
  }
  return now;
}

/** Calls `look` at the end of every instant: what lasts no time at all is passed over. */
export function replayInstants(log: readonly LogEntry[], look: (now: Replay) => void): Replay {
  const now = new Replay();
  for (const [index, line] of log.entries()) {
    now.apply(line);
    if (log[index + 1]?.t !== line.t) look(now);
  }
  return now;
}

/** The sizes that a ReplicaSet has had, by its `spec.replicas`. */
export function sizesOf(log: readonly LogEntry[], name: string): number[] {
  const lines = log.filter((line): line is ReplicaSetLine => line.kind === 'ReplicaSet' && line.name === name);
  return lines.map((line) => line.spec).filter((size, index, all) => size !== all[index - 1]);
}

/** The course of a condition of the Deployment, from a time on: `Status/Reason`, each when it changed. */
export function conditionCourse(log: readonly LogEntry[], type: string, fromSeconds = 0): [number, string][] {
  const course: [number, string][] = [];
  for (const line of log) {
    const value = line.kind === 'Deployment' ? line.conditions[type] : undefined;
    if (value !== undefined && line.t >= fromSeconds && value !== course.at(-1)?.[1]) course.push([line.t, value]);
  }
  return course;
}

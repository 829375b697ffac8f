/** Pods on one node, without a control plane, and what the API server is told of them; for tests. */
import { decodeObject } from '../../api/decode/decode.ts';
import type { JsonObject, PodManifest } from '../../api/types.ts';
import {
  Cluster,
  type ContainerStatus,
  POD_FAILED,
  POD_READY,
  POD_RUNNING,
  POD_SUCCEEDED,
  POD_TERMINATING,
} from '../../cluster/index.ts';
import { Kernel } from '../../kernel/kernel.ts';
import { buildScenario } from '../../scenario/index.ts';
import { createNodes } from '../../scenario/nodes.ts';
import { Kubelets } from '../kubelet.ts';

export interface PodRigOptions {
  /** Specs by pod name; `nodeName` is filled in, and a container `app` when there is none. */
  readonly pods: Readonly<Record<string, JsonObject>>;
  /** One rule, or several. */
  readonly behavior?: JsonObject | readonly JsonObject[];
  /** Fields of the pool that the node is of. */
  readonly node?: JsonObject;
  /** `cluster.registry` */
  readonly registry?: JsonObject;
  /** Flags of the kubelet. */
  readonly flags?: JsonObject;
  readonly seed?: number;
}

const NODE = 'node-0';

/**
 * All pods are created at 0 and bound from the start; requests and watches take no time. `history` has a line for each
 * write: seconds, phase, `ready`, `terminating`, and the containers with state or reason, exit code and restarts, as in
 * `12 Running app=CrashLoopBackOff(1)x2`.
 */
export class PodRig {
  readonly kernel = new Kernel();
  readonly cluster: Cluster;
  readonly kubelets: Kubelets;
  private readonly lines = new Map<string, string[]>();
  private readonly actions: { readonly seconds: number; readonly action: () => void }[] = [];

  constructor(options: PodRigOptions) {
    const { kernel } = this;
    const { seed = 1 } = options;
    const scenario = buildScenario({ files: [{ file: 'rig.yaml', text: textOf(options) }] }, {});
    const apiServer = { latencyMicros: 0, serviceMicros: 0 };
    this.cluster = new Cluster(kernel, { seed, apiServer, watchMicros: 0 });
    this.cluster.observePods((pod, _before, after) => this.write(pod, after));
    const { behavior, imagePulls } = scenario;
    this.kubelets = new Kubelets({
      kernel,
      cluster: this.cluster,
      behavior,
      syncMicros: 0,
      ...(imagePulls && { imagePulls }),
    });
    createNodes(this.cluster, scenario);
    this.at(0, () => {
      for (const object of scenario.objects) {
        if (object.kind !== 'Pod') continue;
        const template = this.cluster.templates.intern(object.template);
        this.cluster.createBarePod(template, { meta: object.meta, manifest: object.manifest });
      }
    });
  }

  at(seconds: number, action: () => void): this {
    this.actions.push({ seconds, action });
    return this;
  }

  /** A DELETE request. */
  delete(name: string): void {
    this.cluster.deletePod(this.rowOf(name));
  }

  rowOf(name: string): number {
    return this.cluster.findPod('default', name);
  }

  /** The pod as it would be with another spec. */
  manifestOf(name: string, spec: JsonObject): PodManifest {
    return decodeObject(podDocument(name, spec)) as PodManifest;
  }

  run(untilSeconds: number): this {
    for (const { seconds, action } of this.actions.splice(0)) {
      const handler = this.kernel.register('rig', action);
      this.kernel.scheduleAt(Math.round(seconds * 1e6), handler);
    }
    this.kernel.run({ untilMicros: Math.round(untilSeconds * 1e6) });
    return this;
  }

  history(name = 'p'): string[] {
    return this.lines.get(name) ?? [];
  }

  /** Seconds of the lines that match. */
  times(text: RegExp, name = 'p'): number[] {
    return this.history(name).flatMap((line) => (text.test(line) ? [Number(line.split(' ')[0])] : []));
  }

  last(name = 'p'): string {
    return this.history(name).at(-1)!;
  }

  private write(pod: number, state: number): void {
    const name = this.cluster.podName(pod);
    const lines = this.lines.get(name) ?? [];
    this.lines.set(name, lines);
    lines.push(`${this.kernel.nowMicros / 1e6} ${state === 0 ? 'gone' : this.describe(pod, state)}`);
  }

  private describe(pod: number, state: number): string {
    const words = [phaseOf(state)];
    if ((state & POD_READY) !== 0) words.push('ready');
    if ((state & POD_TERMINATING) !== 0) words.push('terminating');
    const status = this.cluster.podStatus(pod);
    if (status === undefined) return words.join(' ');
    if (status.reason !== '') words.push(status.reason);
    return [...words, ...[...status.initContainers, ...status.containers].map(describeContainer)].join(' ');
  }
}

function phaseOf(state: number): string {
  if ((state & POD_SUCCEEDED) !== 0) return 'Succeeded';
  if ((state & POD_FAILED) !== 0) return 'Failed';
  return (state & POD_RUNNING) !== 0 ? 'Running' : 'Pending';
}

function describeContainer({ name, state, reason, exitCode, ready, restartCount }: ContainerStatus): string {
  const what = state === 'running' ? (ready ? 'ready' : 'running') : reason;
  const exit = state === 'running' || exitCode === -1 ? '' : `(${exitCode})`;
  return `${name}=${what}${exit}${restartCount === 0 ? '' : `x${restartCount}`}`;
}

function textOf({ pods, behavior = {}, node = {}, registry, flags = {} }: PodRigOptions): string {
  const scenario = {
    apiVersion: 'rollsim/v1alpha1',
    kind: 'Scenario',
    cluster: { nodes: [{ count: 1, ...node }], ...(registry && { registry }) },
    controlPlane: { kubelet: flags },
    behavior: [behavior].flat(),
  };
  const objects = Object.entries(pods).map(([name, spec]) => podDocument(name, spec));
  return [scenario, ...objects].map((document) => JSON.stringify(document)).join('\n---\n');
}

function podDocument(name: string, spec: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { nodeName: NODE, containers: [{ name: 'app', image: 'app:v1' }], ...spec },
  };
}

/** Plays a scenario and writes down what `kubectl get pods,events -o json` would have shown of its pods; for tests. */
import { vi } from 'vitest';
import { rfc3339, START_EPOCH_SECONDS } from '../api/dateTime.ts';
import type { JsonObject } from '../api/types.ts';
import { type Cluster, POD_BOUND, POD_FINISHED, POD_READY, POD_RUNNING, POD_TERMINATING } from '../cluster/index.ts';
import type { Micros } from '../kernel/time.ts';
import { Draws } from '../kubelet/draws.ts';
import { runScenario } from '../runner/simulation.ts';
import { buildScenario, type LoadedInput } from '../scenario/index.ts';

/** What one pod lived through. */
export interface SimulatedPod {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  readonly node: string;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
  readonly labels: JsonObject;
  readonly atMicros: Partial<Record<'bound' | 'running' | 'ready' | 'finished' | 'terminating' | 'gone', Micros>>;
  /** What was drawn for it, by purpose: `podPull`, `podStart`, `podReady`, `podTerminate`, `podRun`. */
  readonly draws: Readonly<Record<string, Micros>>;
}

type Mutable = { -readonly [Key in keyof SimulatedPod]: SimulatedPod[Key] };

/** Plays a scenario and follows its pods, in the order of their creation. */
export function playPods(input: LoadedInput, seed = 1): SimulatedPod[] {
  const lives = new Map<number, Mutable>();
  const all: Mutable[] = [];
  const follow = (cluster: Cluster): void => {
    cluster.observePods((pod, before, after, atMicros) => {
      const life = lives.get(pod);
      if (life === undefined) return;
      const note = (what: keyof SimulatedPod['atMicros']) => {
        life.atMicros[what] ??= atMicros;
      };
      const isNew = (bit: number) => (after & ~before & bit) !== 0;
      if (after === 0) {
        note('gone');
        lives.delete(pod);
        return;
      }
      if (isNew(POD_BOUND)) {
        note('bound');
        life.node = cluster.nodes.names[cluster.pods.node[pod]!]!;
      }
      if (isNew(POD_RUNNING)) note('running');
      if (isNew(POD_READY)) note('ready');
      if (isNew(POD_FINISHED)) note('finished');
      if (isNew(POD_TERMINATING)) note('terminating');
    });
  };
  let followed: Cluster | undefined;
  const { deal, sample } = Draws.prototype;
  const dealt = vi.spyOn(Draws.prototype, 'deal').mockImplementation(function (this: Draws, pod) {
    const cluster = (this as unknown as { readonly cluster: Cluster }).cluster;
    if (followed !== cluster) follow(cluster);
    followed = cluster;
    const life = newLife(cluster, pod);
    lives.set(pod, life);
    all.push(life);
    deal.call(this, pod);
  });
  const sampled = vi.spyOn(Draws.prototype, 'sample').mockImplementation(function (this: Draws, pod, ...rest) {
    const micros = sample.call(this, pod, ...rest);
    const life = lives.get(pod);
    if (life !== undefined) life.draws = { [rest[1]]: micros, ...life.draws };
    return micros;
  });
  try {
    runScenario({ scenario: buildScenario(input, {}), seed });
  } finally {
    dealt.mockRestore();
    sampled.mockRestore();
  }
  return all;
}

function newLife(cluster: Cluster, pod: number): Mutable {
  const owner = cluster.ownerOf(pod);
  return {
    namespace: cluster.podNamespace(pod),
    name: cluster.podName(pod),
    image: cluster.templateOf(pod).image,
    node: '',
    owner: owner && { kind: owner.kind, name: owner.name },
    labels: { ...cluster.labelsOf(pod) },
    atMicros: {},
    draws: {},
  };
}

/** The pod as the API server shows it, with times in whole seconds; of one that is gone what a watcher saw last. */
export function podDocument(pod: SimulatedPod, spec: JsonObject): JsonObject {
  const { bound = 0, running, ready, finished, terminating, gone } = pod.atMicros;
  const graceSeconds = Number(spec.terminationGracePeriodSeconds ?? 30);
  const endMicros = finished ?? gone;
  const state =
    running === undefined
      ? { waiting: { reason: 'ContainerCreating' } }
      : endMicros === undefined
        ? { running: { startedAt: time(running) } }
        : {
            terminated: {
              startedAt: time(running),
              finishedAt: time(endMicros),
              exitCode: finished === undefined ? 143 : 0,
            },
          };
  const condition = (type: string, at: Micros | undefined) => ({
    type,
    status: at === undefined ? 'False' : 'True',
    lastTransitionTime: time(at ?? bound),
  });
  const [container] = spec.containers as JsonObject[];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace: pod.namespace,
      name: pod.name,
      uid: `uid-${pod.name}`,
      labels: pod.labels,
      creationTimestamp: time(bound),
      ...(pod.owner && { ownerReferences: [{ ...pod.owner, controller: true }] }),
      ...(terminating !== undefined && {
        deletionTimestamp: time(terminating + graceSeconds * 1e6),
        deletionGracePeriodSeconds: graceSeconds,
      }),
    },
    spec: { ...spec, nodeName: pod.node, containers: [{ ...container, image: pod.image }] },
    status: {
      phase: finished !== undefined ? 'Succeeded' : running === undefined ? 'Pending' : 'Running',
      conditions: [
        condition('PodScheduled', pod.atMicros.bound),
        condition('Ready', endMicros === undefined ? ready : undefined),
      ],
      containerStatuses: [{ name: container!.name!, restartCount: 0, state }],
    },
  };
}

/** What a kubelet and the scheduler say of the pod. What it waited beyond its own delays it waited for a pull. */
export function eventDocuments(pod: SimulatedPod, container: string, overheadMicros: Micros): JsonObject[] {
  const { bound, running, terminating } = pod.atMicros;
  if (bound === undefined || running === undefined) return [];
  const { podPull: pullMicros = 0, podStart: startMicros = 0 } = pod.draws;
  const waitedMicros = Math.max(pullMicros, running - bound - overheadMicros - startMicros);
  const event = (reason: string, message: string, at: Micros) => eventOf(pod, container, reason, message, at);
  const pulled =
    waitedMicros > 0
      ? `Successfully pulled image "${pod.image}" in ${goDuration(pullMicros)} (${goDuration(waitedMicros)} including waiting). Image size: 1 bytes.`
      : `Container image "${pod.image}" already present on machine`;
  return [
    event('Scheduled', `Successfully assigned ${pod.name} to ${pod.node}`, bound),
    event('Pulled', pulled, running - startMicros),
    event('Started', 'Container started', running),
    ...(terminating === undefined ? [] : [event('Killing', `Stopping container ${container}`, terminating)]),
  ];
}

function eventOf(pod: SimulatedPod, container: string, reason: string, message: string, at: Micros): JsonObject {
  const nanos = (BigInt(START_EPOCH_SECONDS) * 1_000_000n + BigInt(at)) * 1000n;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: pod.namespace, name: `${pod.name}.${nanos.toString(16)}` },
    involvedObject: {
      kind: 'Pod',
      namespace: pod.namespace,
      name: pod.name,
      uid: `uid-${pod.name}`,
      ...(reason !== 'Scheduled' && { fieldPath: `spec.containers{${container}}` }),
    },
    reason,
    message,
    firstTimestamp: time(at),
    lastTimestamp: time(at),
    eventTime: null,
    source: { component: 'kubelet', host: pod.node },
  };
}

function goDuration(micros: Micros): string {
  return `${Math.floor(micros / 1000)}ms`;
}

function time(micros: Micros): string {
  return rfc3339(START_EPOCH_SECONDS + Math.floor(micros / 1e6));
}

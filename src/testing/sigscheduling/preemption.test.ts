/** The sig-scheduling tests of preemption, with upstream's names and numbers (test/e2e/scheduling/preemption.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, type Sketch } from '../play.ts';

const PAUSE = 'registry.k8s.io/pause:3.10';
const RESOURCE = 'scheduling.k8s.io/foo';
const FAKE_CPU = 'example.com/fakecpu';

function priorityClass(name: string, value: number): JsonObject {
  return { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value };
}

const CLASSES = [
  priorityClass('lowpriority', 1),
  priorityClass('mediumpriority', 100),
  priorityClass('highpriority', 1000),
];

function pausePod(name: string, priorityClassName: string, requests: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...more },
    spec: {
      priorityClassName,
      containers: [{ name: 'pause', image: PAUSE, resources: { requests, limits: requests } }],
    },
  };
}

/** Applies documents after 10 s, and looks at the pods afterwards. */
function playApply(objects: readonly JsonObject[], applied: readonly JsonObject[], sketch: Partial<Sketch>): Played {
  const stdin = applied.map((document) => JSON.stringify(document)).join('\n---\n');
  return play({
    objects,
    controlPlane: LIFTED,
    until: '2m',
    behavior: { ready: '1s', terminate: '1s' },
    steps: { '10s': { kubectl: 'apply -f -', stdin } },
    ...sketch,
  });
}

function podLines(log: readonly LogEntry[], event: PodLine['event']): PodLine[] {
  return log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === event);
}

/** Two pods on each of two nodes, of which one has a low priority, and another pod that takes its place. */
function playVictim(preemptor: JsonObject) {
  const requests = { [RESOURCE]: 2 };
  const victims = [0, 1, 2, 3].map((i) => pausePod(`pod${i}`, i === 0 ? 'lowpriority' : 'mediumpriority', requests));
  const played = playApply([...CLASSES, ...victims], [preemptor], {
    nodes: { count: 2, allocatable: { [RESOURCE]: 5 } },
  });
  const nodes = new Map(podLines(played.log, 'bound').map(({ name, node }) => [name, node]));
  return { played, nodes, gone: podLines(played.log, 'terminating').map(({ name }) => name) };
}

describe('SchedulerPreemption', () => {
  test('validates basic preemption works', () => {
    const { nodes, gone } = playVictim(pausePod('preemptor-pod', 'highpriority', { [RESOURCE]: 2 }));
    expect(gone).toEqual(['pod0']);
    expect(nodes.get('preemptor-pod')).toBe(nodes.get('pod0'));
  });

  test('validates lower priority pod preemption by critical pod', () => {
    const namespace = { namespace: 'kube-system' };
    const critical = pausePod('critical-pod', 'system-cluster-critical', { [RESOURCE]: 2 }, namespace);
    const { nodes, gone } = playVictim(critical);
    expect(gone).toEqual(['pod0']);
    expect(nodes.get('kube-system/critical-pod')).toBe(nodes.get('pod0'));
  });

  test('validates pod disruption condition is added to the preempted pod', () => {
    // Upstream keeps the victim there with a finalizer; here it takes its time to go.
    const requests = { [RESOURCE]: 1 };
    const { result } = play({
      objects: [...CLASSES, pausePod('victim-pod', 'lowpriority', requests)],
      nodes: { count: 1, allocatable: { [RESOURCE]: 1 } },
      controlPlane: LIFTED,
      behavior: { ready: '1s', terminate: '20s' },
      until: '2m',
      steps: {
        '10s': { kubectl: 'apply -f -', stdin: JSON.stringify(pausePod('preemptor-pod', 'highpriority', requests)) },
        '12s': ['get pod victim-pod -o json', 'get pod preemptor-pod -o json'],
        '40s': 'get pod preemptor-pod -o json',
      },
    });
    const [victim, waiting, placed] = result.steps.slice(-3).map(({ out }) => JSON.parse(out));
    expect(victim.metadata.deletionTimestamp).toBeDefined();
    expect(victim.status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: 'default-scheduler: preempting to accommodate a higher priority pod',
      }),
    );
    expect(waiting.status.nominatedNodeName).toBe('node-0');
    expect(waiting.spec.nodeName).toBeUndefined();
    expect(placed.spec.nodeName).toBe('node-0');
  });
});

describe('PreemptionExecutionPath', () => {
  function replicaSet(name: string, priorityClassName: string, fakeCpu: number): JsonObject {
    const requests = { [FAKE_CPU]: fakeCpu };
    const container = { name, image: PAUSE, resources: { requests, limits: requests } };
    return {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: `rs-${name}` },
      spec: {
        replicas: 1,
        selector: { matchLabels: { name } },
        template: { metadata: { labels: { name } }, spec: { priorityClassName, containers: [container] } },
      },
    };
  }

  test('runs ReplicaSets to verify preemption running path', () => {
    const classes = [1, 2, 3, 4].map((value) => priorityClass(`p${value}`, value));
    const objects = [
      ...classes,
      replicaSet('pod1', 'p1', 200),
      replicaSet('pod2', 'p2', 300),
      replicaSet('pod3', 'p3', 450),
    ];
    const { log } = playApply(objects, [replicaSet('pod4', 'p4', 500)], {
      nodes: { count: 1, allocatable: { [FAKE_CPU]: 1000 } },
    });
    // The pods of the lowest priorities go, no more than needed, and those that take their places wait.
    const owners = (event: PodLine['event']) => podLines(log, event).map(({ name }) => name.replace(/#.*/, ''));
    const created = owners('created');
    const seen = (name: string) => created.filter((owner) => owner === `ReplicaSet/rs-${name}`).length;
    expect(['pod1', 'pod2', 'pod3', 'pod4'].map(seen)).toEqual([2, 2, 1, 1]);
    expect(owners('terminating').sort()).toEqual(['ReplicaSet/rs-pod1', 'ReplicaSet/rs-pod2']);
    expect(owners('bound').at(-1)).toBe('ReplicaSet/rs-pod4');
  });
});

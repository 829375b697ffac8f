/** The sig-scheduling tests of what a node must offer, with upstream's names and numbers (test/e2e/scheduling/predicates.go). */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../api/types.ts';
import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import { LIFTED, type Played, play, type Sketch } from '../play.ts';

const PAUSE = 'registry.k8s.io/pause:3.10';
const E2E_LABEL = 'kubernetes.io/e2e-node-selector';

interface PausePod {
  readonly requests?: JsonObject;
  readonly spec?: JsonObject;
  readonly ports?: JsonObject[];
}

function pausePod(name: string, { requests, spec = {}, ports = [] }: PausePod = {}): JsonObject {
  const resources = requests === undefined ? {} : { requests, limits: requests };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { name } },
    spec: { containers: [{ name, image: PAUSE, resources, ports }], ...spec },
  };
}

function playPods(objects: readonly JsonObject[], sketch: Partial<Sketch> = {}): Played {
  return play({ objects, nodes: { count: 2 }, controlPlane: LIFTED, until: '2m', ...sketch });
}

/** Node of every pod that got one. */
function placements(log: readonly LogEntry[]): Record<string, string> {
  const bound = log.filter((line): line is PodLine => line.kind === 'Pod' && line.event === 'bound');
  return Object.fromEntries(bound.map(({ name, node }) => [name, node!]));
}

function failures(log: readonly LogEntry[]): string[] {
  return log.flatMap((line) => (line.kind === 'Event' && line.reason === 'FailedScheduling' ? [line.message] : []));
}

const onNode = (value: string): JsonObject => ({ nodeSelector: { 'kubernetes.io/hostname': value } });

describe('SchedulerPredicates', () => {
  test('validates resource limits of pods that are allowed to run', () => {
    // 70 % of each node, and then one that needs half of the largest.
    const fillers = [0, 1].map((i) =>
      pausePod(`filler-${i}`, { requests: { cpu: '5600m' }, spec: onNode(`node-${i}`) }),
    );
    const additional = pausePod('additional-pod', { requests: { cpu: '4' } });
    const { log } = playPods([...fillers, additional]);
    expect(placements(log)).toEqual({ 'filler-0': 'node-0', 'filler-1': 'node-1' });
    expect(failures(log)).toEqual([
      '0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    ]);
  });

  test('validates pod overhead is considered along with resource limits of pods that are allowed to run', () => {
    // With the overhead of the first, the second is too much; without it, both fit.
    const nodes = { count: 1, allocatable: { 'example.com/beardsecond': 1000 } };
    const pod = (name: string, amount: number, overhead = 0) =>
      pausePod(name, {
        requests: { 'example.com/beardsecond': amount },
        ...(overhead > 0 && { spec: { overhead: { 'example.com/beardsecond': overhead } } }),
      });
    const { log } = playPods([pod('filler', 500, 250), pod('additional-pod', 300)], { nodes });
    expect(placements(log)).toEqual({ filler: 'node-0' });
    expect(failures(log)[0]).toMatch(/^0\/1 nodes are available: 1 Insufficient example\.com\/beardsecond\./);
    expect(placements(playPods([pod('filler', 500), pod('additional-pod', 300)], { nodes }).log)).toEqual({
      filler: 'node-0',
      'additional-pod': 'node-0',
    });
  });

  test('validates that NodeSelector is respected if not matching', () => {
    const { log } = playPods([pausePod('restricted-pod', { spec: { nodeSelector: { label: 'nonempty' } } })]);
    expect(placements(log)).toEqual({});
    expect(failures(log)).toEqual([
      "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ]);
  });

  test('validates that NodeSelector is respected if matching', () => {
    const labelled = pausePod('with-labels', { spec: { nodeSelector: { [E2E_LABEL]: '42' } } });
    const { log } = playPods([], {
      steps: { '1s': `label node node-1 ${E2E_LABEL}=42`, '2s': apply(labelled) },
    });
    expect(placements(log)).toEqual({ 'with-labels': 'node-1' });
  });

  test('validates that there is no conflict between pods with same hostPort but different hostIP and protocol', () => {
    const pods = [
      hostPortPod('pod1', '127.0.0.1', 'TCP'),
      hostPortPod('pod2', '10.0.0.1', 'TCP'),
      hostPortPod('pod3', '10.0.0.1', 'UDP'),
    ];
    expect(placements(playPods(pods).log)).toEqual({ pod1: 'node-0', pod2: 'node-0', pod3: 'node-0' });
  });

  test('validates that there exists conflict between pods with same hostPort and protocol but one using 0.0.0.0 hostIP', () => {
    const { log } = playPods([hostPortPod('pod4', '0.0.0.0', 'TCP'), hostPortPod('pod5', '10.0.0.1', 'TCP')]);
    expect(placements(log)).toEqual({ pod4: 'node-0' });
    expect(failures(log)[0]).toContain("1 node(s) didn't have free ports for the requested pod ports");
  });
});

describe('RuntimeClass', () => {
  test('should schedule a Pod requesting a RuntimeClass and initialize its Overhead (partly: as admission writes it into the pod)', () => {
    const overhead = { cpu: '10m', memory: '1Mi' };
    const requests = { cpu: '7990m', memory: '1Gi' };
    const fits = pausePod('fits', { requests, spec: { runtimeClassName: 'preconfigured-handler', overhead } });
    const tooLarge = pausePod('too-large', { requests: { cpu: '7991m' }, spec: { overhead } });
    const { log } = playPods([fits, tooLarge]);
    expect(placements(log)).toEqual({ fits: expect.stringMatching(/^node-[01]$/) });
    expect(failures(log)[0]).toContain('2 Insufficient cpu');
  });

  test('should schedule a Pod requesting a RuntimeClass without PodOverhead', () => {
    const whole = { requests: { cpu: '8' }, spec: { runtimeClassName: 'preconfigured-handler' } };
    const { log } = playPods([pausePod('a', whole), pausePod('b', whole)]);
    expect(Object.values(placements(log)).sort()).toEqual(['node-0', 'node-1']);
  });
});

function hostPortPod(name: string, hostIP: string, protocol: string): JsonObject {
  const ports = [{ hostPort: 54322, containerPort: 8080, hostIP, protocol }];
  return pausePod(name, { ports, spec: onNode('node-0') });
}

function apply(object: JsonObject): { kubectl: string; stdin: string } {
  return { kubectl: 'apply -f -', stdin: JSON.stringify(object) };
}

import { describe, expect, it } from 'vitest';
import type { LoadedInput } from '../../scenario/index.ts';
import { buildScenario } from '../../scenario/index.ts';
import { runScenario } from '../simulation.ts';
import { type CapacityOptions, type CapacityScale, findCapacity, isHeld, zonesOf } from './capacity.ts';

/** Two pods fit a node; the rollout needs room for one more pod than there are replicas. */
function input(cpu: string, replicas = 5): LoadedInput {
  const text = `
apiVersion: rollsim/v1alpha1
kind: Scenario
cluster: {nodes: [{count: 9, allocatable: {cpu: 2}, zones: [a, b]}]}
behavior: [{ready: 1s, terminate: 1s}]
steps: [{at: 30s, kubectl: rollout restart deployment/web}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: ${replicas}
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "web:v1", resources: {requests: {cpu: ${cpu}}}}]}
`;
  return { files: [{ file: 'web.yaml', text }] };
}

const plain = { textOf: String, valueOf: (size: number) => size };
const NODES: CapacityScale = { question: 'nodes', path: 'nodes', least: 1, most: 1000, start: 9, ...plain };

function options(changes: Partial<CapacityOptions> = {}): CapacityOptions {
  const build = {};
  return {
    ...{ input: input('1'), build, seeds: [1, 2], scale: NODES, withinSeconds: Number.POSITIVE_INFINITY, zones: [] },
    ...changes,
  };
}

/** The fewest nodes with which every rollout completes, one by one. */
function linearly(source: LoadedInput): number {
  for (let nodes = 1; ; nodes++) {
    const scenario = buildScenario(source, { nodes });
    if (runScenario({ scenario, seed: 1 }).rollouts.every(({ outcome }) => outcome === 'complete')) return nodes;
  }
}

describe('the fewest nodes', () => {
  it.each([3, 5, 8])('for %i replicas are those that a search one by one finds', (replicas) => {
    const source = input('1', replicas);
    expect(findCapacity(options({ input: source, seeds: [1] })).edge?.size).toBe(linearly(source));
  });

  it('come with what stalls with one less, and what holds with one more', () => {
    const { edge, probes, exceptions } = findCapacity(options());
    expect(edge?.size).toBe(3);
    const [below, above] = [2, 4].map((size) => probes.find((probe) => probe.size === size)!);
    expect(below!.failures.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(below!.failures[0]!.reasons[0]).toBe('deployment/web stalled');
    expect(below!.failures[0]!.reasons.join()).toMatch(/Insufficient cpu/);
    expect(isHeld(above!)).toBe(true);
    expect(exceptions).toEqual([]);
  });

  it('are more where a zone is lost', () => {
    expect(zonesOf(buildScenario(input('1'), {}))).toEqual(['a', 'b']);
    const { edge, probes } = findCapacity(options({ seeds: [1], zones: ['a', 'b'] }));
    expect(edge!.size).toBeGreaterThan(3);
    expect(probes.find(({ size }) => size === edge!.size - 1)!.failures.map(({ zone }) => zone)).toContain('a');
  });

  it('are none where a pod is larger than a node, which is soon told', () => {
    const { edge, probes } = findCapacity(options({ input: input('3'), seeds: [1] }));
    expect(edge).toBeNull();
    expect(probes.at(-1)!.size).toBeLessThan(100);
  });
});

describe('the largest surge', () => {
  const scale: CapacityScale = { ...NODES, question: 'max-surge', path: 'deployment/web:maxSurge', least: 0, most: 5 };

  it('is as much as is fast enough, and refusals are no evidence against it', () => {
    const { edge, probes, isEndOfRange } = findCapacity(options({ seeds: [1], scale: { ...scale, start: 5 } }));
    expect(edge?.size).toBe(5);
    expect(isEndOfRange).toBe(true);
    expect(probes.every(isHeld)).toBe(true);
    const none = findCapacity(options({ seeds: [1], scale: { ...scale, start: 5 }, withinSeconds: 0.1 }));
    expect(none.edge).toBeNull();
    expect(none.probes[0]).toMatchObject({ size: 0, refused: expect.stringContaining('maxUnavailable') });
  });
});

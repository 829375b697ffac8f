/** What a rolling update leaves of a spread, with and without `matchLabelKeys`. */
import { describe, expect, test } from 'vitest';
import type { LogEntry, PodLine } from '../../metrics/log/logLine.ts';
import { LIFTED, play, SET_IMAGE } from '../play.ts';

const SEEDS = Array.from({ length: 12 }, (_none, i) => i + 1);
/** One pod after the other, so that old ones go one by one. */
const READY = Array.from({ length: 10 }, (_none, i) => `${1000 + 170 * i}ms`);
const REVISION_LABEL = 'pod-template-hash';

/** Most pods on a node minus fewest, of three, after five pods have been replaced. */
function skewAfterRollout(matchLabelKeys: readonly string[], seed: number): number {
  const constraint = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: { matchLabels: { app: 'web' } },
    ...(matchLabelKeys.length === 0 ? {} : { matchLabelKeys: [...matchLabelKeys] }),
  };
  const { log } = play(
    {
      replicas: 5,
      // So large that the pods' requests rank no node.
      nodes: { count: 3, allocatable: { cpu: '1000', memory: '6Ti' } },
      pod: { topologySpreadConstraints: [constraint] },
      behavior: { ready: { sequence: READY }, terminate: '500ms' },
      steps: { '10s': SET_IMAGE },
      controlPlane: LIFTED,
    },
    seed,
  );
  const perNode = new Map(['node-0', 'node-1', 'node-2'].map((node) => [node, 0]));
  for (const node of podsLeft(log).values()) perNode.set(node, perNode.get(node)! + 1);
  const counts = [...perNode.values()];
  expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  return Math.max(...counts) - Math.min(...counts);
}

/** Node by pod, of those that are not gone at the end. */
function podsLeft(log: readonly LogEntry[]): Map<string, string> {
  const nodes = new Map<string, string>();
  for (const line of log.filter((entry): entry is PodLine => entry.kind === 'Pod')) {
    if (line.event === 'bound') nodes.set(line.name, line.node!);
    else if (line.event === 'deleted') nodes.delete(line.name);
  }
  return nodes;
}

describe('belief 12: "the spread that the constraint asks for is there after a rollout"', () => {
  test('old pods that still count while new ones are placed leave a skew above maxSkew behind', () => {
    const skews = SEEDS.map((seed) => skewAfterRollout([], seed));
    expect(Math.max(...skews)).toBeGreaterThan(1);
  });

  test('counted by revision, the new pods alone are spread', () => {
    const skews = SEEDS.map((seed) => skewAfterRollout([REVISION_LABEL], seed));
    expect(Math.max(...skews)).toBe(1);
  });
});

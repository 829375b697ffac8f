/**
 * Every choice of a real kube-scheduler, given the earlier ones, is among the best by the filters and scores here. Where
 * the scores of a recording never tie, the same nodes come out without following it (`conformance.test.ts`).
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { FollowedChoice } from '../../metrics/decisions.ts';
import { readPlacements } from '../../runner/decisions/index.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, parseSet, readInput } from '../../scenario/index.ts';
import { type ConformanceCase, listCases, readRecording } from './cases.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));

/** Nodes of the recorded clusters whose size no manifest gives: see docs/scheduler.md. */
const LARGE_NODES = parseSet('cluster.nodes[0].allocatable={cpu: "64", memory: 256Gi}');

function follow({ scenarioPath, recordingPath }: ConformanceCase, ...settings: ReturnType<typeof parseSet>[]) {
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    { settings },
  );
  const recording = readPlacements(recordingPath, readFileSync(recordingPath, 'utf8'));
  const followed = runScenario({ scenario, seed: scenario.seed, follow: recording }).follow!;
  return { ...followed, bindings: recording.bindings.length };
}

function misfits(choices: readonly FollowedChoice[]): FollowedChoice[] {
  return choices.filter(({ verdict }) => verdict !== 'best' && verdict !== 'nominated');
}

const isAboutNodes = ({ recordingPath }: ConformanceCase) =>
  readRecording(recordingPath).header.placement !== undefined;

describe.each([
  ['Kubernetes 1.37', listCases(ROOT, 'placement')],
  ['Kubernetes 1.33', listCases(ROOT, 'versions-1.33').filter(isAboutNodes)],
])('every choice is among the best: %s', (_version, cases) => {
  test.each(cases)('$name', (conformanceCase) => {
    const { bindings, choices, amongBest, unrecorded } = follow(conformanceCase);
    expect(misfits(choices)).toEqual([]);
    expect(amongBest).toBe(bindings);
    expect(unrecorded).toBe(0);
  });
});

describe('scheduling', () => {
  const cases = new Map(listCases(ROOT, 'scheduling').map((one) => [one.name.replace('scheduling/', ''), one]));

  test.each(['anti-affinity-deadlock', 'full-cluster-tight', 'preemption'])(
    '%s: every choice is among the best',
    (name) => {
      expect(misfits(follow(cases.get(name)!).choices)).toEqual([]);
    },
  );

  // 3 and 2 pods of 100m score alike on nodes of 64 cpu, and not on the default nodes.
  test('spread-skew-after-rollout: every choice is among the best, on nodes as large as the recorded ones', () => {
    expect(misfits(follow(cases.get('spread-skew-after-rollout')!, LARGE_NODES).choices)).toEqual([]);
    const onDefaultNodes = misfits(follow(cases.get('spread-skew-after-rollout')!).choices);
    expect(onDefaultNodes.map(({ pod, recorded, best }) => [pod, best!.total - recorded!.total])).toEqual([
      ['ReplicaSet/web@2#2', 1],
      ['ReplicaSet/web@2#3', 1],
    ]);
  });
});

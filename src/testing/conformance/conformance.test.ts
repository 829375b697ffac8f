import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, readInput } from '../../scenario/index.ts';
import { type ConformanceCase, listCases, readRecording } from './cases.ts';
import { compareRecordings } from './compare.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));
const FOLDERS = [
  'autoscaling',
  'daemonset',
  'deployment',
  'disruption',
  'job',
  'placement',
  'replicaset',
  'scale',
  'scheduling',
  'statefulset',
  'versions-1.33',
];

/** Cases that are known to differ, and why. One that agrees again must leave this table. */
const knownDifferences: Readonly<Record<string, string>> = {};

/** Where equally good nodes were drawn by lot and the case depends on it: a seed by which they fall as recorded. */
const seeds: Readonly<Record<string, number>> = {
  // The first surge pod went to one of the two nodes that are not drained.
  'disruption/drain-during-rollout': 2,
};

function simulate(scenarioPath: string, seed: number | undefined): LogLine[] {
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    {},
  );
  const lines: LogLine[] = [];
  runScenario({ scenario, seed: seed ?? scenario.seed, onLogLine: (line) => lines.push(line) });
  return lines;
}

function differences({ name, scenarioPath, recordingPath }: ConformanceCase): string[] {
  const { lines, options } = readRecording(recordingPath);
  return compareRecordings(lines, simulate(scenarioPath, seeds[name]), options);
}

describe.each(FOLDERS)('as the real control plane: %s', (folder) => {
  for (const conformanceCase of listCases(ROOT, folder)) {
    const reason = knownDifferences[conformanceCase.name];
    if (reason === undefined) {
      test(conformanceCase.name, () => expect(differences(conformanceCase)).toEqual([]));
    } else {
      test(`${conformanceCase.name} (known to differ: ${reason})`, () =>
        expect(differences(conformanceCase)).not.toEqual([]));
    }
  }
});

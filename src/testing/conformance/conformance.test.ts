import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, readInput } from '../../scenario/index.ts';
import { type ConformanceCase, listCases, readRecording } from './cases.ts';
import { compareRecordings } from './compare.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));
const FOLDERS = ['deployment', 'replicaset', 'scale', 'scheduling', 'versions-1.33'];

/** Cases that are known to differ, and why. One that agrees again must leave this table. */
const knownDifferences: Readonly<Record<string, string>> = {
  'deployment/waves-n100-25-25':
    'fewest available pods right after the step, while the first pods still get ready: 66 recorded, 69 simulated, 2 ' +
    'tolerated. The recorded control plane bound no pod for some 250 ms during the initial burst; its capacity is modelled ' +
    'as constant, and the value that fits waves-n200-10-5 leaves this one 3 pods ahead',
};

function simulate(scenarioPath: string): LogLine[] {
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    {},
  );
  const lines: LogLine[] = [];
  runScenario({ scenario, seed: scenario.seed, onLogLine: (line) => lines.push(line) });
  return lines;
}

function differences({ scenarioPath, recordingPath }: ConformanceCase): string[] {
  const { lines, options } = readRecording(recordingPath);
  return compareRecordings(lines, simulate(scenarioPath), options);
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

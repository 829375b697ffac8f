import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { HorizontalPodAutoscalerLine, LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, parseSet, readInput } from '../../scenario/index.ts';
import { listCases, readRecording } from './cases.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));

function statuses(lines: readonly LogLine[]): HorizontalPodAutoscalerLine[] {
  return lines.filter((line) => 'kind' in line && line.kind === 'HorizontalPodAutoscaler') as never;
}

/** With the autoscaler created when the recorded one was: all its syncs follow from that. */
function simulate(scenarioPath: string, createdSeconds: number): LogLine[] {
  const settings = [parseSet(`controlPlane.latency.kubectlApply=${Math.round(createdSeconds * 1000)}ms`)];
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    { settings },
  );
  const lines: LogLine[] = [];
  runScenario({ scenario, seed: scenario.seed, onLogLine: (line) => lines.push(line) });
  return lines;
}

describe('every status of an autoscaler is as recorded, within a second', () => {
  test.each(listCases(ROOT, 'autoscaling').map((one) => [one.name, one] as const))('%s', (_, one) => {
    const recorded = statuses(readRecording(one.recordingPath).lines);
    const simulated = statuses(simulate(one.scenarioPath, recorded[0]!.t));
    const untimed = ({ t: _t, ...fields }: HorizontalPodAutoscalerLine) => fields;
    expect(simulated.map(untimed)).toEqual(recorded.map(untimed));
    for (const [index, { t }] of recorded.entries()) expect(Math.abs(simulated[index]!.t - t)).toBeLessThan(1);
  });
});

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { LogLine } from '../../metrics/log/logLine.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, readInput } from '../../scenario/index.ts';
import { listCases } from './cases.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));

/** The log and the metrics watch the same run separately: they must tell the same. */
test.each(listCases(ROOT, 'deployment'))('metrics agree with the log: $name', ({ scenarioPath }) => {
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    {},
  );
  const lines: LogLine[] = [];
  const result = runScenario({ scenario, seed: scenario.seed, onLogLine: (line) => lines.push(line) });
  let [created, existing, maxAtOnce] = [0, 0, 0];
  for (const line of lines) {
    if (!('kind' in line) || line.kind !== 'Pod') continue;
    if (line.event === 'created') created++;
    if (line.event === 'created') existing++;
    else if (line.event === 'deleted') existing--;
    maxAtOnce = Math.max(maxAtOnce, existing);
  }
  expect(result.pods).toEqual({ created, maxAtOnce });
  expect(Math.max(...result.rollouts.map((rollout) => rollout.podsMaxWithTerminating))).toBeLessThanOrEqual(maxAtOnce);
  for (const rollout of result.rollouts) {
    const { availableMin, availableMean, podsMax, podsMaxWithTerminating, requestedCpuMax } = rollout;
    expect(availableMin).toBeLessThanOrEqual(availableMean);
    expect(availableMean).toBeLessThanOrEqual(podsMax);
    expect(podsMax).toBeLessThanOrEqual(podsMaxWithTerminating);
    expect(requestedCpuMax).toBeLessThanOrEqual(podsMaxWithTerminating);
  }
});

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CRITICAL_PATH_PHASES, type RolloutResult } from '../metrics/result.ts';
import { buildScenario, readInput } from '../scenario/index.ts';
import { runScenario } from './simulation.ts';

const WORKLOADS = new URL('../../workloads/', import.meta.url);

function scenarioFiles(): string[] {
  return readdirSync(WORKLOADS, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') && !path.startsWith('scheduling'))
    .sort();
}

/** Phases that took time, in whole microseconds. */
function microsOf({ criticalPathSeconds }: RolloutResult): Record<string, number> {
  const micros = CRITICAL_PATH_PHASES.map((phase) => [phase, Math.round(criticalPathSeconds![phase] * 1e6)] as const);
  return Object.fromEntries(micros.filter(([, value]) => value !== 0));
}

describe('the phases of every rollout of workloads/ add up to its duration', () => {
  test.each(scenarioFiles())('%s', (file) => {
    const scenario = buildScenario(
      readInput([fileURLToPath(new URL(file, WORKLOADS))], () => ''),
      {},
    );
    const { rollouts } = runScenario({ scenario, seed: scenario.seed });
    for (const rollout of rollouts) {
      if (rollout.durationSeconds === null) {
        expect(rollout.criticalPathSeconds).toBeNull();
        continue;
      }
      const micros = Object.values(microsOf(rollout));
      expect(micros.every((value) => value > 0)).toBe(true);
      expect(micros.reduce((sum, value) => sum + value, 0)).toBe(Math.round(rollout.durationSeconds * 1e6));
    }
  });
});

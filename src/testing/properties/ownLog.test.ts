/** A run that follows its own log finds each of its choices among the best: the index and the direct evaluation agree. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readPlacements } from '../../runner/decisions/index.ts';
import { runScenario } from '../../runner/simulation.ts';
import { buildScenario, readInput } from '../../scenario/index.ts';

const ROOT = fileURLToPath(new URL('../../../workloads', import.meta.url));
const FOLDERS = [
  'tour',
  'conformance/placement',
  'conformance/scheduling',
  'conformance/daemonset',
  'conformance/statefulset',
];

describe.each(FOLDERS)('followed by the run that wrote it: %s', (folder) => {
  const files = readdirSync(join(ROOT, folder)).filter((file) => file.endsWith('.yaml'));

  test.each(files)('%s', (file) => {
    const scenario = buildScenario(
      readInput([join(ROOT, folder, file)], () => ''),
      {},
    );
    const lines: string[] = [];
    const { seed } = scenario;
    const plain = runScenario({ scenario, seed, onLogLine: (line) => lines.push(JSON.stringify(line)) });
    const recording = readPlacements(file, lines.join('\n'));
    const { follow, ...followed } = runScenario({ scenario, seed, follow: recording });
    expect(follow!.choices.filter(({ verdict }) => verdict !== 'best' && verdict !== 'nominated')).toEqual([]);
    expect(follow!.choices).toHaveLength(recording.bindings.length);
    expect(followed).toEqual(plain);
  });
});

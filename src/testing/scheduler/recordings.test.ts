import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { buildScenario, readInput } from '../../scenario/index.ts';
import { createObject } from '../../scenario/kubectl/writes.ts';
import { createNodes } from '../../scenario/nodes.ts';
import { type ConformanceCase, listCases, readRecording } from '../conformance/cases.ts';
import { bestOf, decide } from './decision.ts';
import { Stage } from './stage.ts';

const ROOT = fileURLToPath(new URL('../../../workloads/conformance', import.meta.url));
const PAUSE_SECONDS = 0.02;
const SEARCH = { start: 0, percentageOfNodesToScore: 0 };

/** A real scheduler's choice that is not among the best. */
interface Odd {
  readonly pod: string;
  readonly chosen: string;
  readonly best: readonly string[];
}

/** Has the pods go where they went, and the oracle decide each time. */
function follow({ scenarioPath, recordingPath }: ConformanceCase) {
  const { lines, header } = readRecording(recordingPath);
  const placed = new Map<string, string>();
  for (const line of lines) {
    if (line.kind === 'Pod' && line.event === 'bound' && !placed.has(line.name)) placed.set(line.name, `${line.node}`);
  }
  const scenario = buildScenario(
    readInput([scenarioPath], () => ''),
    {},
  );
  const seen = { choices: 0, ties: 0, odd: [] as Odd[], isWithoutTies: header.placement === true };
  const stage = new Stage({
    onDecision: (state) => {
      const pod = stage.describe(state.pod);
      const chosen = placed.get(pod.name);
      if (chosen === undefined) return -1;
      const best = bestOf(decide(pod, stage.world(), SEARCH)).map(({ node }) => node.name);
      seen.choices++;
      if (best.length > 1) seen.ties++;
      if (!best.includes(chosen)) seen.odd.push({ pod: pod.name, chosen, best });
      return stage.cluster.nodes.rowOf(chosen);
    },
  });
  createNodes(stage.cluster, scenario);
  for (const object of scenario.objects) {
    createObject(stage.cluster, object);
    // kubectl creates one after the other, more slowly than they are placed.
    stage.run(PAUSE_SECONDS);
  }
  return seen;
}

describe('a real scheduler chooses what the oracle holds for the best', () => {
  for (const conformanceCase of listCases(ROOT, 'placement')) {
    test(conformanceCase.name, () => {
      const { choices, ties, odd, isWithoutTies } = follow(conformanceCase);
      expect(odd).toEqual([]);
      expect(choices).toBeGreaterThan(7);
      if (isWithoutTies) expect(ties).toBe(0);
    });
  }
});

import { expect, test } from 'vitest';
import { makeReport, makeRollout, makeRun } from '../runner/testing/results.ts';
import { renderScenarios, type ScenarioReport } from './scenariosTable.ts';
import { plainStyle } from './textTable.ts';

const options = { headers: true, style: plainStyle };
const stalled = makeRollout({ outcome: 'stalled', durationSeconds: null, availableMin: 3, desiredReplicas: 4 });

function scenario(name: string, rollouts: Parameters<typeof makeRun>[0], rest: Partial<ScenarioReport> = {}) {
  const report = { ...makeReport([makeRun(rollouts)]), scenario: name };
  return { report, description: `what ${name} shows`, isHeld: true, ...rest };
}

const SCENARIOS: ScenarioReport[] = [
  scenario('one', [makeRollout({ cause: 'create', durationSeconds: 500 }), makeRollout()]),
  scenario('two', [makeRollout({ podsMax: 20, noProgressMaxSeconds: 99 }), stalled], { isHeld: false }),
  scenario('none', [], { description: '', isHeld: undefined }),
];

test('a row per scenario has the worst of the rollouts that it is about', () => {
  expect(renderScenarios(SCENARIOS, options)).toMatchInlineSnapshot(`
    "SCENARIO  ROLLOUTS  OUTCOME                AVAIL MIN  DURATION  PODS MAX  +TERMINATING  NO PROGRESS  UNSCHEDULABLE  PROMISES
    one              1  complete                    8/10     31.3s        13            15         9.0s              0  held
    two              2  1 complete, 1 stalled        3/4         -        20            15        99.0s              0  broken
    none             0  -                              -         -         -             -            -              -  -

    one: what one shows
    two: what two shows
    "
  `);
});

test('without headings only the rows', () => {
  expect(renderScenarios(SCENARIOS, { ...options, headers: false }).split('\n')).toHaveLength(3 + 1);
});

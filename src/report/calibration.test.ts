import { describe, expect, it } from 'vitest';
import type { Calibration } from '../scenario/calibration/index.ts';
import { buildScenario } from '../scenario/index.ts';
import { renderCalibrationJson, renderCalibrationTable, renderCalibrationYaml } from './calibration.ts';
import { plainStyle } from './textTable.ts';

const SECOND = 1_000_000;

const CALIBRATION: Calibration = {
  pods: 3,
  events: 1,
  warnings: [],
  rules: [
    {
      match: { workload: 'cronjob/work', image: 'work:v1' },
      pods: 2,
      delays: [
        { word: 'pull', value: '2s', samples: [2 * SECOND], note: '' },
        { word: 'run', value: { empirical: ['1s', '3s'] }, samples: [SECOND, 3 * SECOND], note: 'whole seconds' },
        { word: 'exitCode', value: { sequence: [0, 1] }, samples: [], note: '' },
      ],
      containers: [{ name: 'fetch', delays: [{ word: 'run', value: '1s', samples: [SECOND, SECOND], note: '' }] }],
    },
    {
      match: { labels: { app: 'web' } },
      pods: 1,
      delays: [
        { word: 'start', value: '500ms', samples: [], note: "not seen: rollsim's default" },
        {
          word: 'run',
          value: { attempts: [{ empirical: ['4s', 'never'] }, 'never'] },
          samples: [4 * SECOND],
          note: '1 of 2 restarted',
        },
      ],
      containers: [],
    },
  ],
};

describe('a calibration', () => {
  it('is YAML with a comment on each delay', () => {
    expect(renderCalibrationYaml(CALIBRATION)).toBe(`# rollsim calibrate: 3 pods, 1 event

apiVersion: rollsim/v1alpha1
kind: Scenario
behavior:
  - match: {workload: cronjob/work, image: work:v1} # 2 pods
    pull: 2s # 1 pull, median 2s, p95 2s
    run: {empirical: [1s, 3s]} # 2 samples, median 1s, p95 3s, whole seconds
    exitCode: {sequence: [0, 1]}
    containers:
      fetch:
        run: 1s # 2 samples, median 1s, p95 1s
  - match: {labels: {app: web}} # 1 pod
    start: 500ms # not seen: rollsim's default
    run: {attempts: [{empirical: [4s, never]}, never]} # 1 sample, median 4s, p95 4s, 1 of 2 restarted
`);
  });

  it.each([
    ['YAML', renderCalibrationYaml],
    ['JSON', renderCalibrationJson],
  ])('is a Scenario that a run reads, as %s', (_format, render) => {
    const { behavior } = buildScenario({ files: [{ file: 'behavior.yaml', text: render(CALIBRATION) }] }, {});
    expect(behavior.map(({ run }) => run.kind)).toEqual(['empirical', 'attempts']);
    expect(behavior[0]!.containers.get('fetch')!.run).toEqual({ kind: 'constant', micros: SECOND });
  });

  it.each(['web:*', 'reg:5000/web@*', 'yes', '0644', '1e3', 'null', '~', '2026-01-01', '1:30', '#a', 'a: b', '*'])(
    'keeps what it matches: %s',
    (text) => {
      const rule = { ...CALIBRATION.rules[0]!, match: { image: text } };
      const written = renderCalibrationYaml({ ...CALIBRATION, rules: [rule] });
      const { behavior } = buildScenario({ files: [{ file: 'b.yaml', text: written }] }, {});
      expect(behavior[0]!.match.image).toBe(text);
    },
  );

  it('is a table with a row for each delay', () => {
    expect(
      renderCalibrationTable(CALIBRATION, { headers: true, style: plainStyle }),
    ).toBe(`PODS OF               DELAY      SAMPLES  LEAST  MEDIAN  P95  MOST  NOTE
cronjob/work work:v1  pull             1     2s      2s   2s    2s
cronjob/work work:v1  run              2     1s      1s   3s    3s  whole seconds
cronjob/work work:v1  exitCode         0      -       -    -     -  {"sequence":[0,1]}
cronjob/work work:v1  fetch.run        2     1s      1s   1s    1s
app=web               start            0      -       -    -     -  500ms, not seen: rollsim's default
app=web               run              1     4s      4s   4s    4s  1 of 2 restarted
`);
  });
});

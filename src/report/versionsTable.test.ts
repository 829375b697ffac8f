import { describe, expect, it } from 'vitest';
import { ROLLOUT_FIELDS } from '../runner/rolloutFields.ts';
import { makeReport, makeRollout, makeRun } from '../runner/testing/results.ts';
import type { ComparedFigures, VersionComparison } from '../runner/versionComparison.ts';
import { plainStyle } from './textTable.ts';
import { renderVersionsTable, renderVersionsWide } from './versionsTable.ts';

const OPTIONS = { headers: true, style: plainStyle };

function figures(changes: Parameters<typeof makeRollout>[0]): ComparedFigures {
  const rollout = makeRollout(changes);
  const metrics = Object.fromEntries(ROLLOUT_FIELDS.map((field) => [field.name, field.read(rollout)]));
  return { rollouts: 1, complete: rollout.durationSeconds === null ? 0 : 1, metrics };
}

function comparison(changes: Partial<VersionComparison> = {}): VersionComparison {
  const run = makeRun([makeRollout()]);
  const { runs: _, thresholds: __, ...provenance } = makeReport([run]);
  const variant = (label: string) => ({ label, kubernetes: label, runs: [run], thresholds: [] });
  return {
    ...provenance,
    kind: 'versions',
    variants: [variant('1.33'), variant('1.37')],
    rollouts: [{ workload: 'deployment/web', ordinal: 2, figures: [figures({}), figures({ durationSeconds: 25 })] }],
    firstDifferences: [
      {
        variant: '1.37',
        seed: 1,
        since: 'rollout',
        decisions: [
          { seconds: 14.3871, subject: 'ReplicaSet web@1', what: 'from 5 to 2' },
          { seconds: 13.012, subject: 'ReplicaSet web@1', what: 'from 5 to 4' },
        ],
      },
    ],
    gates: [
      { gate: 'HPAScaleToZero', effect: 'an effect', about: ['HorizontalPodAutoscaler'], isOn: [false, true] },
      { gate: 'PodLevelResources', effect: 'another effect', about: [], isOn: [false, true] },
    ],
    changes: [
      { since: 34, what: 'a change', about: ['Deployment'] },
      { since: 36, what: 'another change', about: ['Job'] },
    ],
    kinds: ['Deployment'],
    ...changes,
  };
}

describe('the table of compared versions', () => {
  it('has a column for each, what parts them, and what may be the cause', () => {
    expect(renderVersionsTable(comparison(), OPTIONS)).toMatchInlineSnapshot(`
      "deployment/web   1.33   1.37  CHANGE
      COMPLETE          1/1    1/1       -
      DURATION        31.3s  25.0s    -20%
      AVAIL MIN           8      8      0%
      PODS MAX           13     13      0%

      First difference between 1.33 and 1.37 (seed 1): 1.33: ReplicaSet web@1 from 5 to 2 14.387 s into the rollout; 1.37: ReplicaSet web@1 from 5 to 4 13.012 s into the rollout.

      Feature gates that differ:
        PodLevelResources (on in 1.37): another effect
      Changes without a gate:
        since 1.34: a change
      2 more are about other kinds of object: -o wide.

      shop: 2 variants, seed 1, 95.2 s of simulated time at most.
      "
    `);
  });

  it('wide, has all figures and all causes', () => {
    const text = renderVersionsWide(comparison(), OPTIONS);
    for (const part of ['HPAScaleToZero', 'another change', 'PENDING P99']) expect(text).toContain(part);
    expect(text).not.toContain('-o wide');
  });

  it('says that all figures are the same', () => {
    const rollouts = [{ workload: 'deployment/web', ordinal: 2, figures: [figures({}), figures({})] }];
    const text = renderVersionsTable(comparison({ rollouts, firstDifferences: [], gates: [], changes: [] }), OPTIONS);
    expect(text).toContain('The rollouts have the same figures in all of them.');
    expect(text).toContain('1.37 decides all that 1.33 does, at the same times.');
  });

  it('shows rollouts that do not end, or that one of them alone has', () => {
    const none: ComparedFigures = { rollouts: 0, complete: 0, metrics: {} };
    const stuck = figures({ outcome: 'stalled', durationSeconds: null });
    const rollouts = [{ workload: 'deployment/web', ordinal: 2, figures: [stuck, none] }];
    const lines = renderVersionsTable(comparison({ rollouts }), { ...OPTIONS, headers: false }).split('\n');
    expect(lines[0]).toMatch(/^COMPLETE +0\/1 +0\/1 +-$/);
    expect(lines.find((line) => line.startsWith('DURATION'))).toMatch(/^DURATION +- +- +-$/);
    expect(lines.find((line) => line.startsWith('AVAIL MIN'))).toMatch(/^AVAIL MIN +8 +- +-$/);
  });
});

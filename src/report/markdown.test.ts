import { describe, expect, it } from 'vitest';
import { compareResults } from '../runner/comparison/compareResults.ts';
import { comparable } from '../runner/comparison/storedResult.ts';
import { makeReport, makeRollout, makeRun } from '../runner/testing/results.ts';
import { comparisonSuite, thresholdSuite } from './checks.ts';
import { renderMarkdown } from './markdown.ts';

describe('the Markdown summary', () => {
  const before = makeReport([makeRun([makeRollout()], 1), makeRun([makeRollout()], 2)]);
  const slower = makeRollout({ durationSeconds: 40 });
  const after = makeReport([makeRun([slower], 1), makeRun([slower], 2)]);
  const comparison = compareResults(comparable(before), comparable(after), { noiseThreshold: 0.01 });
  const threshold = { metric: 'rollout.durationSeconds', expression: 'p(95)<30', ok: false, actual: 40 };

  it('says what holds, what happened and what changed', () => {
    const suites = [thresholdSuite([threshold]), comparisonSuite(comparison)];
    expect(renderMarkdown(after, suites, comparison)).toMatchInlineSnapshot(`
      "## rollsim: shop

      ❌ __2 of 18 checks failed.__ Kubernetes 1.37, 2 seeds.

      |  | thresholds | found |
      | :-- | :-- | :-- |
      | ❌ | rollout.durationSeconds p(95)\\<30 | 40.0 s |

      | WORKLOAD | OUTCOME | DURATION, median | AVAIL MIN, least | AVAIL MEAN, median | PODS MAX, most | +TERMINATING, most |
      | :-- | :-- | --: | --: | --: | --: | --: |
      | deployment/web | complete | 40.0s | 8 | 9.1 | 13 | 15 |

      ### Against the baseline

      | SUBJECT | METRIC | BASELINE | NOW | CHANGE | 95 % INTERVAL | VERDICT |
      | :-- | :-- | --: | --: | --: | --: | :-- |
      | deployment/web | rollout.durationSeconds | 31.3s | 40.0s | +28% | - | regressed |

      - shop: 1 regressed, 0 improved, 0 no verdict, 16 no change; up to 1% is noise. Nothing is left to chance: all seeds give the same figures.
      "
    `);
  });

  it('takes no name for markup', () => {
    const report = makeReport([makeRun([makeRollout({ workload: 'deployment/a|b_c*' })])]);
    expect(renderMarkdown({ ...report, scenario: '<b>[x](y)' }, [], undefined)).toMatch(
      /^## rollsim: \\<b\\>\\\[x\\\]\(y\)\n\nNothing was to be checked[\s\S]*\| deployment\/a\\\|b\\_c\\\* \|/,
    );
  });
});

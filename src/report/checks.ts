import type { Comparison } from '../runner/comparison/compareResults.ts';
import type { SweepResult } from '../runner/sweepResult.ts';
import type { ThresholdVerdict } from '../runner/thresholds.ts';
import { changeText, intervalText, VERDICT_WORDS } from './comparison.ts';
import { formatThresholdValue } from './thresholdValue.ts';

/** Something that holds or does not: a test case, to those who count in tests. */
export interface Check {
  readonly name: string;
  /** `skipped`: nothing can be said; `error`: it could not be looked at. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'error';
  /** What was found, in a line each; empty where there is nothing to say. */
  readonly details: readonly string[];
}

/** Checks of one sort. */
export interface CheckSuite {
  readonly name: string;
  readonly checks: readonly Check[];
}

/** One for each threshold. */
export function thresholdSuite(thresholds: readonly ThresholdVerdict[]): CheckSuite {
  const checks = thresholds.map((verdict): Check => {
    const { metric, expression, ok } = verdict;
    return {
      name: `${metric} ${expression}`,
      state: ok ? 'passed' : 'failed',
      details: [formatThresholdValue(verdict)],
    };
  });
  return { name: 'thresholds', checks };
}

/** One for each threshold, which a variant must keep, and one for all of them together. */
export function sweepThresholdSuite({ variants }: Pick<SweepResult, 'variants'>): CheckSuite {
  const judged = variants.filter(({ thresholds }) => thresholds.length > 0);
  const check = (name: string, kept: number): Check => ({
    name,
    state: kept > 0 ? 'passed' : 'failed',
    details: [`kept by ${kept} of ${judged.length} variants`],
  });
  const each = (judged[0]?.thresholds ?? []).map(({ metric, expression }, index) =>
    check(`${metric} ${expression}`, judged.filter(({ thresholds }) => thresholds[index]!.ok).length),
  );
  const all = judged.filter(({ thresholds }) => thresholds.every(({ ok }) => ok)).length;
  return { name: 'thresholds', checks: each.length > 1 ? [...each, check('all thresholds', all)] : each };
}

/** One for each figure; it fails if the figure regressed, and is skipped without a verdict. */
export function comparisonSuite({ figures }: Comparison): CheckSuite {
  const checks = figures.map((figure): Check => {
    const settings = Object.entries(figure.settings).map(([path, text]) => `${path}=${text}`);
    const { verdict } = figure;
    return {
      name: [...settings, figure.subject, figure.name].join(' '),
      state: verdict === 'regressed' ? 'failed' : verdict === 'unclear' ? 'skipped' : 'passed',
      details: [`${VERDICT_WORDS[verdict]}: ${changeText(figure)} (95 %: ${intervalText(figure)})`],
    };
  });
  return { name: 'baseline', checks };
}

import { InputError, type SourcePlace } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import { parseThresholdExpression, type ThresholdExpression, type ThresholdOperator } from '../scenario/thresholds.ts';
import type { Threshold } from '../scenario/types.ts';
import { round } from './rounding.ts';
import { mean, median, percentile } from './statistics.ts';
import { type MeasuredRun, THRESHOLD_METRICS, type ThresholdMetric, thresholdMetric } from './thresholdMetrics.ts';

/** A threshold, held against runs. */
export interface ThresholdVerdict {
  readonly metric: string;
  readonly expression: string;
  readonly ok: boolean;
  /** What was compared, rounded; of a bare comparison the value nearest to breaking it. Null: never, or nothing to measure. */
  readonly actual: number | null;
  /** There was no such rollout, Job or Service at all. */
  readonly isEmpty?: true;
}

/** A threshold, understood. */
export interface CompiledThreshold {
  readonly metric: string;
  readonly expression: string;
  evaluate(runs: readonly MeasuredRun[]): ThresholdVerdict;
}

const COMPARISONS: Readonly<Record<ThresholdOperator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

/**
 * Makes k6's expressions (`p(95)<120`, `max<=3`, a bare `>=9`, which must hold for every rollout, Job or Service of
 * every run) ready to be held against runs.
 *
 * @throws InputError for a metric that does not exist: a threshold that is never looked at would pass for ever.
 */
export function compileThresholds(thresholds: readonly Threshold[]): CompiledThreshold[] {
  return thresholds.map(({ metric, expression, place }) => {
    const measured = findMetric(metric, place);
    const parsed = parseThresholdExpression(expression);
    if (parsed.aggregate === 'rate') {
      throw new InputError(`"rate" in ${JSON.stringify(expression)} does not apply to numbers`, place);
    }
    return {
      metric,
      expression,
      evaluate: (runs) => ({ metric, expression, ...judge(parsed, measured.valuesOf(runs)) }),
    };
  });
}

function findMetric(metric: string, place: SourcePlace): ThresholdMetric {
  const found = thresholdMetric(metric);
  if (found !== undefined) return found;
  const names = THRESHOLD_METRICS.map(({ name }) => name);
  throw new InputError(`unknown metric ${JSON.stringify(metric)}`, place, didYouMean(metric, names));
}

function judge(
  expression: ThresholdExpression,
  values: readonly number[],
): Pick<ThresholdVerdict, 'ok' | 'actual' | 'isEmpty'> {
  if (values.length === 0 && expression.aggregate !== 'count') return { ok: false, actual: null, isEmpty: true };
  const holds = (value: number): boolean => COMPARISONS[expression.operator](value, expression.limit);
  const actual = aggregate(expression, values, holds);
  return { ok: holds(actual), actual: Number.isFinite(actual) ? round(actual) : null };
}

function aggregate(
  expression: ThresholdExpression,
  values: readonly number[],
  holds: (value: number) => boolean,
): number {
  switch (expression.aggregate) {
    case 'min':
      return percentile(values, 0);
    case 'max':
      return percentile(values, 100);
    case 'avg':
      return mean(values);
    case 'med':
      return median(values);
    case 'count':
      return values.length;
    case 'percentile':
      return percentile(values, expression.percentile ?? 50);
    default:
      return mostCritical(values, holds, expression.operator);
  }
}

/** The value on the side from which the comparison could be broken; where that holds, the first one that does not. */
function mostCritical(
  values: readonly number[],
  holds: (value: number) => boolean,
  operator: ThresholdOperator,
): number {
  const extreme = percentile(values, operator.startsWith('>') ? 0 : 100);
  return holds(extreme) ? (values.find((value) => !holds(value)) ?? extreme) : extreme;
}

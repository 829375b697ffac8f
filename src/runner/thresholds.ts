import { InputError, type SourcePlace } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import type { RolloutResult, RunResult } from '../metrics/result.ts';
import { parseThresholdExpression, type ThresholdExpression, type ThresholdOperator } from '../scenario/thresholds.ts';
import type { Threshold } from '../scenario/types.ts';
import { ROLLOUT_FIELDS, type RolloutField, rolloutField } from './rolloutFields.ts';
import { round } from './rounding.ts';
import { relevantRollouts } from './selection.ts';
import { mean, median, percentile } from './statistics.ts';

/** A threshold, held against runs. */
export interface ThresholdVerdict {
  readonly metric: string;
  readonly expression: string;
  readonly ok: boolean;
  /** What was compared, rounded; of a bare comparison the value nearest to breaking it. Null: never, or nothing to measure. */
  readonly actual: number | null;
}

/** A threshold, understood. */
export interface CompiledThreshold {
  readonly metric: string;
  readonly expression: string;
  evaluate(runs: readonly Pick<RunResult, 'rollouts'>[]): ThresholdVerdict;
}

const PREFIX = 'rollout.';

const COMPARISONS: Readonly<Record<ThresholdOperator, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

/**
 * Makes k6's expressions (`p(95)<120`, `max<=3`, a bare `>=9`, which must hold for every rollout of every run) ready to be
 * held against runs.
 *
 * @throws InputError for a metric that does not exist: a threshold that is never looked at would pass for ever.
 */
export function compileThresholds(thresholds: readonly Threshold[]): CompiledThreshold[] {
  return thresholds.map(({ metric, expression, place }) => {
    const field = findField(metric, place);
    const parsed = parseThresholdExpression(expression);
    if (parsed.aggregate === 'rate') {
      throw new InputError(`"rate" in ${JSON.stringify(expression)} does not apply to a rollout's numbers`, place);
    }
    return {
      metric,
      expression,
      evaluate: (runs) => ({ metric, expression, ...judge(parsed, valuesOf(field, runs)) }),
    };
  });
}

/** The field that a metric measures, or undefined. */
export function thresholdField(metric: string): RolloutField | undefined {
  return metric.startsWith(PREFIX) ? rolloutField(metric.slice(PREFIX.length)) : undefined;
}

function findField(metric: string, place: SourcePlace): RolloutField {
  const field = thresholdField(metric);
  if (field !== undefined) return field;
  const names = ROLLOUT_FIELDS.map(({ name }) => PREFIX + name);
  throw new InputError(`unknown metric ${JSON.stringify(metric)}`, place, didYouMean(metric, names));
}

/**
 * A rollout that did not complete took for ever: counting only the others would let the worst runs pass. One that a
 * newer change replaced had no chance to complete, and is left out of what is null there.
 */
function valuesOf(field: RolloutField, runs: readonly Pick<RunResult, 'rollouts'>[]): number[] {
  const values: number[] = [];
  for (const rollout of relevantRollouts(runs)) {
    const value = field.read(rollout) ?? nullValue(field, rollout);
    if (value !== undefined) values.push(value);
  }
  return values;
}

function nullValue(field: RolloutField, rollout: RolloutResult): number | undefined {
  return field.nullIsNever && rollout.outcome !== 'superseded' ? Number.POSITIVE_INFINITY : undefined;
}

function judge(expression: ThresholdExpression, values: readonly number[]): Pick<ThresholdVerdict, 'ok' | 'actual'> {
  if (values.length === 0 && expression.aggregate !== 'count') return { ok: false, actual: null };
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

import { thresholdMetric } from '../runner/thresholdMetrics.ts';
import type { ThresholdVerdict } from '../runner/thresholds.ts';
import { parseThresholdExpression } from '../scenario/thresholds.ts';
import { counted, formatBeside } from './units.ts';

/** What a threshold was held against, with its unit: `31.2 s`. */
export function formatThresholdValue({ metric, expression, actual, isEmpty }: ThresholdVerdict): string {
  const field = thresholdMetric(metric);
  if (field === undefined || actual === null) return field?.nullIsNever && !isEmpty ? 'never' : 'nothing to measure';
  const { aggregate, limit } = parseThresholdExpression(expression);
  return aggregate === 'count' ? counted(actual, metric.split('.', 1)[0]!) : formatBeside(limit, field.unit, actual);
}

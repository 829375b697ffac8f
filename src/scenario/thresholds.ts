/** Thresholds in k6's form: `p(95)<120`, `max<=3`, `>=9`. */
import { type DecodeContext, parseAt } from '../api/decode/context.ts';
import { didYouMean } from '../api/nearest.ts';
import type { Threshold } from './types.ts';

const AGGREGATES = ['avg', 'min', 'med', 'max', 'count', 'rate', 'value'] as const;
const EXPRESSION = /^(?:([A-Za-z]+)(?:\(\s*([^)]*?)\s*\))?)?\s*(<=|>=|===|==|!=|<|>)\s*([^\s<>=!]\S*)$/;
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export type ThresholdOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** A threshold taken apart. */
export interface ThresholdExpression {
  /** How the metric's values over the seeds become one number; `value`: the expression names none. */
  readonly aggregate: (typeof AGGREGATES)[number] | 'percentile';
  /** From 0 to 100; only for `percentile`. */
  readonly percentile: number | undefined;
  readonly operator: ThresholdOperator;
  readonly limit: number;
}

/** @throws RangeError saying what is wrong with the expression. */
export function parseThresholdExpression(text: string): ThresholdExpression {
  const match = EXPRESSION.exec(text.trim());
  if (match === null) {
    throw new RangeError(`${JSON.stringify(text)} is not a threshold such as "p(95)<120", "max<=3" or ">=9"`);
  }
  const [, name, argument, operator, limit] = match;
  if (!NUMBER.test(limit!)) throw new RangeError(`${JSON.stringify(limit)} in ${JSON.stringify(text)} is not a number`);
  const comparison = (operator === '===' ? '==' : operator) as ThresholdOperator;
  return { ...parseAggregate(name, argument), operator: comparison, limit: Number(limit) };
}

/**
 * Reads `thresholds` of a Scenario. Whether the metrics exist is for the one who measures them to say.
 *
 * @throws InputError at the first expression with wrong syntax.
 */
export function readThresholds(
  context: DecodeContext,
  thresholds: Readonly<Record<string, readonly string[]>>,
): Threshold[] {
  return Object.keys(thresholds).flatMap((metric) =>
    thresholds[metric]!.map((expression, index): Threshold => {
      const path = ['thresholds', metric, index];
      parseAt(context, path, () => parseThresholdExpression(expression));
      return { metric, expression, place: context.place(path) };
    }),
  );
}

function parseAggregate(
  name: string | undefined,
  argument: string | undefined,
): Pick<ThresholdExpression, 'aggregate' | 'percentile'> {
  if (name === 'p') return { aggregate: 'percentile', percentile: parsePercentile(argument) };
  const aggregate = name === undefined ? 'value' : AGGREGATES.find((known) => known === name);
  if (aggregate === undefined) {
    const hint = didYouMean(name!, AGGREGATES) ?? `expected p(N), ${AGGREGATES.join(', ')}`;
    throw new RangeError(`unknown aggregation ${JSON.stringify(name)} (${hint})`);
  }
  if (argument !== undefined) throw new RangeError(`${JSON.stringify(name)} takes no argument`);
  return { aggregate, percentile: undefined };
}

function parsePercentile(argument: string | undefined): number {
  const percentile = argument !== undefined && NUMBER.test(argument) ? Number(argument) : Number.NaN;
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new RangeError(`"p" takes a percentile from 0 to 100, as in "p(95)<120"`);
  }
  return percentile;
}

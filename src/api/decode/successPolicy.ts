/** `successPolicy` of an Indexed Job. */
import { parseIndexes } from '../indexes.ts';
import type { FieldPath } from '../path.ts';
import type { JsonObject, SuccessPolicyRule } from '../types.ts';
import { type DecodeContext, failAt } from './context.ts';
import { optionalIntegerAt } from './optionalInteger.ts';
import { objectsAt } from './read.ts';
import { invalid, refuseTooMany } from './refusals.ts';

const MOST_RULES = 20;
const LONGEST_INDEXES = 64 * 1024;

/**
 * @param path of the policy.
 * @throws InputError at the first field that upstream's validation would refuse.
 */
export function readSuccessPolicy(
  context: DecodeContext,
  path: FieldPath,
  policy: JsonObject,
  completions: number,
): SuccessPolicyRule[] {
  const rules = objectsAt(policy, 'rules');
  const rulesPath = [...path, 'rules'];
  if (rules.length === 0) {
    const message = 'Required value: at least one rules must be specified when the successPolicy is specified';
    failAt(context, rulesPath, message);
  }
  refuseTooMany(context, rulesPath, rules.length, MOST_RULES);
  return rules.map((rule, index) => readRule(context, [...rulesPath, index], rule, completions));
}

function readRule(context: DecodeContext, path: FieldPath, rule: JsonObject, completions: number): SuccessPolicyRule {
  const succeededIndexes = readIndexes(context, [...path, 'succeededIndexes'], rule, completions);
  const countPath = [...path, 'succeededCount'];
  const succeededCount = optionalIntegerAt(context, countPath, rule.succeededCount);
  if (succeededCount === undefined) {
    if (succeededIndexes !== undefined) return { succeededIndexes, succeededCount };
    const message = 'at least one of succeededCount or succeededIndexes must be specified';
    return failAt(context, path, `Required value: ${message}`);
  }
  refuseAbove(context, countPath, succeededCount, completions, 'specified completions');
  if (succeededIndexes !== undefined) {
    const what = 'indexes in the specified succeededIndexes field';
    refuseAbove(context, countPath, succeededCount, succeededIndexes.length, what);
  }
  return { succeededIndexes, succeededCount };
}

function readIndexes(
  context: DecodeContext,
  path: FieldPath,
  rule: JsonObject,
  completions: number,
): number[] | undefined {
  const text = rule.succeededIndexes;
  if (typeof text !== 'string') return undefined;
  if (text.length > LONGEST_INDEXES) failAt(context, path, `Too long: may not be more than ${LONGEST_INDEXES} bytes`);
  try {
    return parseIndexes(text, completions);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return invalid(context, path, text, `error parsing succeededIndexes: ${error.message}`);
  }
}

function refuseAbove(context: DecodeContext, path: FieldPath, value: number, limit: number, what: string): void {
  if (value > limit) invalid(context, path, value, `must be less than or equal to ${limit} (the number of ${what})`);
}

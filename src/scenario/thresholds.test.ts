import { describe, expect, it } from 'vitest';
import { InputError } from '../api/errors.ts';
import { buildScenario } from './build.ts';
import { parseThresholdExpression } from './thresholds.ts';

describe('parseThresholdExpression', () => {
  it.each([
    ['p(95)<120', { aggregate: 'percentile', percentile: 95, operator: '<', limit: 120 }],
    ['p(99.9) <= 1.5', { aggregate: 'percentile', percentile: 99.9, operator: '<=', limit: 1.5 }],
    ['>=9', { aggregate: 'value', percentile: undefined, operator: '>=', limit: 9 }],
    ['max<1e3', { aggregate: 'max', percentile: undefined, operator: '<', limit: 1000 }],
    ['avg > -1', { aggregate: 'avg', percentile: undefined, operator: '>', limit: -1 }],
    ['min!=0', { aggregate: 'min', percentile: undefined, operator: '!=', limit: 0 }],
    ['med===4', { aggregate: 'med', percentile: undefined, operator: '==', limit: 4 }],
    ['count == 0', { aggregate: 'count', percentile: undefined, operator: '==', limit: 0 }],
  ])('reads %j', (text, expected) => {
    expect(parseThresholdExpression(text)).toEqual(expected);
  });

  it.each([
    ['', '"" is not a threshold such as'],
    ['p(95)', '"p(95)" is not a threshold such as'],
    ['p95<120', '"p95<120" is not a threshold such as'],
    ['<=', '"<=" is not a threshold such as'],
    ['p<120', '"p" takes a percentile from 0 to 100'],
    ['p(101)<120', '"p" takes a percentile from 0 to 100'],
    ['avgg<1', 'unknown aggregation "avgg" (did you mean "avg"?)'],
    ['zzzzzz<1', 'unknown aggregation "zzzzzz" (expected p(N), avg, min'],
    ['max(2)<1', '"max" takes no argument'],
    ['<2m', '"2m" in "<2m" is not a number'],
  ])('refuses %j', (text, message) => {
    expect(() => parseThresholdExpression(text)).toThrow(message);
  });
});

describe('thresholds of a Scenario', () => {
  const build = (thresholds: string) =>
    buildScenario(
      { files: [{ file: 's.yaml', text: `apiVersion: rollsim/v1alpha1\nkind: Scenario\nthresholds:\n${thresholds}` }] },
      {},
    ).thresholds;

  it('keeps metric, expression and place', () => {
    expect(build('  rollout.durationSeconds: ["p(95)<120", max<200]\n  x: [">=9"]')).toEqual([
      {
        metric: 'rollout.durationSeconds',
        expression: 'p(95)<120',
        place: { file: 's.yaml', line: 4, column: 29, path: 'thresholds[rollout.durationSeconds][0]' },
      },
      expect.objectContaining({ metric: 'rollout.durationSeconds', expression: 'max<200' }),
      expect.objectContaining({ metric: 'x', expression: '>=9' }),
    ]);
  });

  it('says where an expression is wrong', () => {
    const act = () => build('  a.b:\n    - "<1"\n    - mx<1');
    expect(act).toThrow(InputError);
    expect(act).toThrow('unknown aggregation "mx" (did you mean "max"?)');
  });
});

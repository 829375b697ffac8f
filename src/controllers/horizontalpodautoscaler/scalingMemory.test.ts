import { describe, expect, test } from 'vitest';
import type { ScalingPolicy, ScalingRules } from '../../api/types.ts';
import { MICROS_PER_SECOND } from '../../kernel/time.ts';
import { ScalingMemory } from './scalingMemory.ts';

const seconds = (count: number): number => count * MICROS_PER_SECOND;

function rules(selectPolicy: ScalingRules['selectPolicy'], ...policies: ScalingPolicy[]): ScalingRules {
  return { stabilizationWindowSeconds: 0, selectPolicy, policies, tolerance: undefined };
}

const FOUR: ScalingPolicy = { type: 'Pods', value: 4, periodSeconds: 60 };
const HALF: ScalingPolicy = { type: 'Percent', value: 50, periodSeconds: 60 };

describe('limits of scaling', () => {
  test.each([
    ['Max', 15, 5],
    ['Min', 14, 6],
  ] as const)('selectPolicy %s', (selectPolicy, up, down) => {
    const memory = new ScalingMemory();
    expect(memory.scaleUpLimit(10, rules(selectPolicy, FOUR, HALF), 0)).toBe(up);
    expect(memory.scaleDownLimit(10, rules(selectPolicy, FOUR, HALF), 0)).toBe(down);
  });

  test('shares are rounded so that scaling goes as far as it may', () => {
    const memory = new ScalingMemory();
    expect(memory.scaleUpLimit(3, rules('Max', HALF), 0)).toBe(5);
    expect(memory.scaleDownLimit(3, rules('Max', HALF), 0)).toBe(1);
  });

  test('Disabled leaves everything as it is', () => {
    const memory = new ScalingMemory();
    expect(memory.scaleUpLimit(3, rules('Disabled', FOUR), 0)).toBe(3);
    expect(memory.scaleDownLimit(3, rules('Disabled', FOUR), 0)).toBe(3);
  });

  test('what was added and taken away in the period counts from its beginning', () => {
    const memory = new ScalingMemory();
    memory.scaled(10, 13, seconds(100), 60);
    memory.scaled(13, 12, seconds(110), 60);
    expect(memory.scaleUpLimit(12, rules('Max', FOUR), seconds(150))).toBe(14);
    // An event of exactly the period's age is over.
    expect(memory.scaleUpLimit(12, rules('Max', FOUR), seconds(160))).toBe(17);
    expect(memory.scaleUpLimit(12, rules('Max', FOUR), seconds(170))).toBe(16);
  });
});

test('a recommendation takes the place of one that is out of date', () => {
  const memory = new ScalingMemory();
  memory.begin(5, 0);
  memory.begin(9, seconds(1));
  memory.recommend(7, seconds(10), 0);
  expect(memory.since(0)).toEqual([5, 7]);
  memory.recommend(3, seconds(20), seconds(10));
  expect(memory.since(0)).toEqual([3, 7]);
  expect(memory.isSteady(7, seconds(10))).toBe(false);
  memory.recommend(7, seconds(400), seconds(100));
  expect(memory.isSteady(7, seconds(100))).toBe(true);
});

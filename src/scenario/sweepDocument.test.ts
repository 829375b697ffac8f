import { describe, expect, it } from 'vitest';
import { buildScenario } from './build.ts';
import { readSweepDocument, sweepJsonSchema } from './sweepDocument.ts';

const HEAD = 'apiVersion: rollsim/v1alpha1\nkind: Sweep\n';

function read(body: string) {
  return readSweepDocument({ files: [{ file: 'sweep.yaml', text: `${HEAD}${body}` }] });
}

describe('a Sweep document', () => {
  it('has axes of values and ranges, as --vary would have them, and what else a sweep is told', () => {
    const request = read(`
axes:
  - {path: deployment/web:maxSurge, values: [0, 25%]}
  - {path: nodes, range: 10..30..10}
  - {path: 'behavior[0].ready', values: [1s, {uniform: {min: 1s, max: 2s}}]}
seeds: 30
reference: {maxSurge: 25%, nodes: 10}
objectives: [durationSeconds]
`)!;
    expect(request.axes!.map(({ texts }) => texts)).toEqual([
      ['0', '25%'],
      ['10', '20', '30'],
      ['1s', '{"uniform":{"min":"1s","max":"2s"}}'],
    ]);
    expect(request.axes![1]!.values).toEqual([10, 20, 30]);
    expect(request).toMatchObject({ seed: undefined, seeds: 30, reference: 'maxSurge=25%,nodes=10' });
    expect(request.objectives).toEqual(['durationSeconds']);
  });

  it('is none of the objects of the scenario', () => {
    const pod = '---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: c}]}\n';
    const { objects } = buildScenario({ files: [{ file: 's.yaml', text: `${HEAD}${pod}` }] }, {});
    expect(objects).toHaveLength(1);
    expect(readSweepDocument({ files: [{ file: 's.yaml', text: pod }] })).toBeUndefined();
  });

  it.each([
    ['axis: []', 'sweep.yaml:3:1: axis: unknown field (did you mean "axes"?)'],
    ['axes: [{path: nodes, value: [1]}]', 'sweep.yaml:3:22: axes[0].value: unknown field (did you mean "values"?)'],
    ['axes: [{path: nodes}]', 'axes[0]: needs either values or a range'],
    ['axes: [{path: nodes, values: [1, 2, 1]}]', 'axes[0].values[2]: 1 is given twice'],
    ['seeds: 0', 'sweep.yaml:3:8: seeds: '],
    ['scenario: 3', 'sweep.yaml:3:11: scenario: '],
    [`---\n${HEAD}`, 'a second Sweep'],
  ])('is refused with its place: %s', (body, message) => {
    const format = (): string => {
      try {
        return JSON.stringify(read(body));
      } catch (error) {
        return (error as { format(): string }).format();
      }
    };
    expect(format()).toContain(message);
  });

  it('has a schema that describes each field', () => {
    const { properties } = sweepJsonSchema() as { properties: Record<string, { description?: string }> };
    expect(Object.values(properties).every(({ description }) => description !== undefined)).toBe(true);
  });
});

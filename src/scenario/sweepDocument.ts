/** `kind: Sweep`: an experiment to keep beside its scenario, with all that `rollsim sweep` could be told by flags. */
import { z } from 'zod';
import { canonicalJson, isJsonObject } from '../api/canonical.ts';
import { objectOf, type SourceDocument } from '../api/document.ts';
import { InputError } from '../api/errors.ts';
import { didYouMean } from '../api/nearest.ts';
import { type FieldPath, formatPath } from '../api/path.ts';
import type { JsonValue } from '../api/types.ts';
import { checkPath } from './fieldPath.ts';
import { documentsOf, type LoadedInput, SWEEP_KIND } from './input.ts';
import { expandRange } from './ranges.ts';
import { SCENARIO_API_VERSION } from './schema.ts';
import { axisOf } from './settingFlags.ts';
import type { Axis } from './settings.ts';

const MOST = 1_000_000;

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const axisShape = z
  .strictObject({
    path: z.string().describe('What to vary: deployment/web:maxSurge, nodes, behavior[0].ready.'),
    values: z.array(z.json()).min(1).optional().describe('The values to try.'),
    range: z.string().optional().describe('In place of values, both ends included: 10..50:10, 10%..50%:10%, 1..64:x2.'),
  })
  .describe('One setting and the values to try.');

const shape = z.strictObject({
  apiVersion: z.literal(SCENARIO_API_VERSION).describe('Version of this format.'),
  kind: z.literal(SWEEP_KIND).describe('Always Sweep.'),
  metadata: z.strictObject({ name: z.string().optional() }).optional().describe('A name for the reader.'),
  scenario: z
    .string()
    .optional()
    .describe('File with the scenario, relative to this one; left out where it stands beside this.'),
  axes: z.array(axisShape).optional().describe('What to vary; left out: the strategy of the workload that rolls out.'),
  seed: z.int().min(0).max(MOST).optional().describe("The first seed (default: the scenario's)."),
  seeds: z.int().min(1).max(MOST).optional().describe('So many seeds from there on (default 1).'),
  precision: z
    .union([z.string(), z.number()])
    .optional()
    .describe('More seeds until both ends of the interval are so close to the median: 2%.'),
  maxSeeds: z.int().min(1).max(MOST).optional().describe('Most seeds of precision (default 500).'),
  sample: z.int().min(1).max(MOST).optional().describe('So many variants, spread evenly over the grid (default: all).'),
  reference: z
    .record(z.string(), scalar)
    .optional()
    .describe("What the others are held against: {maxSurge: 25%}; default the scenario's own setting."),
  objectives: z.array(z.string()).optional().describe('What marks the Pareto front: min:durationSeconds.'),
});

/** What a Sweep asks for; what it leaves out is undefined. */
export interface SweepRequest {
  readonly axes: readonly Axis[] | undefined;
  readonly seed: number | undefined;
  readonly seeds: number | undefined;
  /** `2%`, as the flag has it. */
  readonly precision: string | undefined;
  readonly maxSeeds: number | undefined;
  readonly sample: number | undefined;
  /** `maxSurge=25%,nodes=10`, as the flag has it. */
  readonly reference: string | undefined;
  readonly objectives: readonly string[] | undefined;
}

/** The JSON Schema (draft 7) of a Sweep document, for editors. */
export function sweepJsonSchema(): object {
  return { title: 'rollsim sweep', ...z.toJSONSchema(shape, { target: 'draft-7', io: 'input' }) };
}

/**
 * The Sweep of an input; undefined where it has none.
 *
 * @throws InputError for a second one, and for what is wrong with it.
 */
export function readSweepDocument(input: LoadedInput): SweepRequest | undefined {
  if (!input.files.some(({ text }) => text.includes(SWEEP_KIND))) return undefined;
  const [document, second] = documentsOf(input).filter(({ value }) => isSweepDocument(value));
  if (document === undefined) return undefined;
  if (second !== undefined) throw new InputError('a second Sweep: the input may hold one', second.placeOf(['kind']));
  const result = shape.safeParse(objectOf(document));
  if (!result.success) return refuse(document, result.error.issues);
  const { axes, reference, precision, ...others } = result.data;
  const { seed, seeds, maxSeeds, sample, objectives } = others;
  return {
    axes: axes?.map((axis, index) => readAxis(document, axis, index)),
    seed,
    seeds,
    precision: precision === undefined ? undefined : String(precision),
    maxSeeds,
    sample,
    reference:
      reference &&
      Object.entries(reference)
        .map((pair) => pair.join('='))
        .join(','),
    objectives,
  };
}

/** Whether a document is a Sweep of this format. */
export function isSweepDocument(value: JsonValue): boolean {
  return isJsonObject(value) && value.kind === SWEEP_KIND && value.apiVersion === SCENARIO_API_VERSION;
}

function readAxis(document: SourceDocument, { path, values, range }: z.infer<typeof axisShape>, index: number): Axis {
  const at = (field: string) => placeOf(document, ['axes', index, field]);
  if ((values === undefined) === (range === undefined)) {
    throw new InputError('needs either values or a range', placeOf(document, ['axes', index]));
  }
  checkPath(path, `axes[${index}].path`);
  if (values === undefined) return axisOf(path, expandRange(range!, at('range')), at('range'));
  const written = values as readonly JsonValue[];
  const keys = written.map(canonicalJson);
  const twice = keys.findIndex((key, place) => keys.indexOf(key) < place);
  if (twice >= 0)
    throw new InputError(`${keys[twice]} is given twice`, placeOf(document, ['axes', index, 'values', twice]));
  return {
    path,
    values: written,
    texts: written.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  };
}

function refuse(document: SourceDocument, issues: readonly z.core.$ZodIssue[]): never {
  // A mistyped name of a field is often a missing one, too: name the cause.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const path = issue.path as FieldPath;
  if (issue.code !== 'unrecognized_keys') throw new InputError(issue.message, placeOf(document, path));
  const known = Object.keys(path[0] === 'axes' ? axisShape.shape : shape.shape);
  const key = issue.keys[0]!;
  throw new InputError('unknown field', placeOf(document, [...path, key], 'key'), didYouMean(key, known));
}

function placeOf(document: SourceDocument, path: FieldPath, part?: 'key') {
  return { ...document.placeOf(path, part), path: formatPath(path) };
}

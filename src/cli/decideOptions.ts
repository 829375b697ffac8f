import { InputError } from '../api/errors.ts';
import { nearest } from '../api/nearest.ts';
import { axisNames } from '../report/axisNames.ts';
import { type Objective, parseObjective } from '../runner/decide/pareto.ts';
import type { SweepOptions } from '../runner/sweep.ts';
import type { Axis } from '../scenario/index.ts';
import { asUsage, UsageError } from './failure.ts';

/** Flags about what variants are held against. */
export interface DecideFlags {
  readonly reference?: string;
  readonly objective?: string[];
}

/** @throws UsageError for what is no figure, or no value of an axis. */
export function decideOptionsOf(
  { reference, objective }: DecideFlags,
  axes: readonly Axis[],
): Pick<SweepOptions, 'reference' | 'objectives'> {
  return {
    ...(reference !== undefined && { reference: asUsage(() => parseReferenceVariant(reference, axes)) }),
    ...(objective !== undefined && { objectives: asUsage(() => parseObjectives(objective)) }),
  };
}

function parseObjectives(texts: readonly string[]): Objective[] {
  const objectives = texts.map(parseObjective);
  const twice = objectives.find(({ metric }, index) => objectives.findIndex((one) => one.metric === metric) < index);
  if (twice !== undefined) throw new UsageError(`--objective ${twice.metric}: given twice`);
  return objectives;
}

/** `maxSurge=25%,maxUnavailable=0`: a value of each axis, by its short name or its path. */
function parseReferenceVariant(text: string, axes: readonly Axis[]): Record<string, string> {
  const short = axisNames(axes.map(({ path }) => path));
  const file = `--reference ${text}`;
  const settings: Record<string, string> = {};
  for (const part of text.split(',')) {
    const equals = part.lastIndexOf('=');
    const [name, value] = [part.slice(0, Math.max(equals, 0)), part.slice(equals + 1)];
    const axis = axes.find(({ path }, index) => path === name || short[index] === name);
    if (axis === undefined)
      throw new InputError(`there is no axis ${JSON.stringify(name)}`, { file }, hintOf(name, short));
    if (!axis.texts.includes(value)) {
      throw new InputError(
        `${name} has no value ${JSON.stringify(value)}`,
        { file },
        `it has ${axis.texts.join(', ')}`,
      );
    }
    settings[axis.path] = value;
  }
  const missing = axes.findIndex(({ path }) => settings[path] === undefined);
  if (missing >= 0) throw new InputError('names no value of every axis', { file }, `add ${short[missing]}=`);
  return settings;
}

function hintOf(name: string, short: readonly string[]): string {
  const meant = nearest(name, short);
  return meant === undefined ? `the axes are ${short.join(', ')}` : `did you mean ${JSON.stringify(meant)}?`;
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../api/errors.ts';
import { BEHAVIOR_ALONE } from '../scenario/joinBehavior.ts';
import { firstComment } from './firstComment.ts';
import { readyScenarioPath, shortestPath, WORKLOADS_FOLDER } from './readyScenarios.ts';

/** Files with a Scenario, each to be played on its own. */
export interface ScenarioFile {
  readonly path: string;
  /** The first comment line; empty without one. */
  readonly description: string;
}

/**
 * The scenario files that the arguments name: files, folders (all `.yaml` and `.yml` files below that hold a Scenario, by
 * name), ready scenarios and folders of ready scenarios.
 *
 * @throws InputError for a file that is not there, or a folder without a scenario
 */
export function scenarioFiles(names: readonly string[]): ScenarioFile[] {
  return names.flatMap((name) => {
    const found = locate(name);
    if (!statSync(found).isDirectory())
      return [{ path: found, description: firstComment(readFileSync(found, 'utf8')) }];
    const files = scenariosBelow(found);
    if (files.length === 0) throw new InputError('no file with a Scenario in this folder', { file: name });
    return files;
  });
}

function locate(name: string): string {
  const ready = readyScenarioPath(name);
  if (ready !== undefined) return ready;
  if (exists(name)) return name;
  const folder = path.join(WORKLOADS_FOLDER, name);
  if (/^[\w-]+(\/[\w-]+)*$/.test(name) && exists(folder)) return shortestPath(folder);
  throw new InputError('no such file, folder or ready scenario', { file: name }, 'rollsim list');
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function scenariosBelow(folder: string): ScenarioFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .flatMap((file) => {
      const found = path.join(folder, file);
      const text = readFileSync(found, 'utf8');
      return isToBePlayed(text) ? [{ path: found, description: firstComment(text) }] : [];
    });
}

/** A file that only says how pods behave is a part of the scenario beside it. */
function isToBePlayed(text: string): boolean {
  if (!/^kind:\s*Scenario\s*$/m.test(text)) return false;
  return [...text.matchAll(/^(\w+):/gm)].some(([, field]) => !BEHAVIOR_ALONE.has(field!));
}

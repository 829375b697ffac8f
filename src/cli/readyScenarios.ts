import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstComment } from './firstComment.ts';

/** A scenario that comes with rollsim. */
export interface ReadyScenario {
  /** Path below the folder, without `.yaml`. */
  readonly name: string;
  readonly description: string;
  /** As seen from the current folder, if it lies below it. */
  readonly path: string;
}

/** Recordings to hold the simulator against; not written to be read. */
const LEFT_OUT = 'conformance';

/** Beside `dist` in the package, beside `src` in the sources. */
export const WORKLOADS_FOLDER = fileURLToPath(new URL('../../workloads/', import.meta.url));

/** All of them, sorted by name. */
export function readyScenarios(root = WORKLOADS_FOLDER): ReadyScenario[] {
  if (!existsSync(root)) return [];
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.yaml') && !file.startsWith(`${LEFT_OUT}/`))
    .sort();
  return files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    if (!/^kind:\s*Scenario\s*$/m.test(text)) return [];
    return [{ name: nameOf(file), description: firstComment(text), path: shortestPath(path.join(root, file)) }];
  });
}

/** The file of a ready scenario of that name, unless a file or folder is called so; undefined for any other name. */
export function readyScenarioPath(name: string, root = WORKLOADS_FOLDER): string | undefined {
  if (!/^[\w-]+(\/[\w-]+)*$/.test(name) || existsSync(name)) return undefined;
  const candidate = path.join(root, `${name}.yaml`);
  return existsSync(candidate) ? shortestPath(candidate) : undefined;
}

function nameOf(file: string): string {
  return file.slice(0, -'.yaml'.length);
}

/** A path as seen from the current folder, if it lies below it. */
export function shortestPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
